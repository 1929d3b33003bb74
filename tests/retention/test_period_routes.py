"""Setting periods and holds: who may, what is refused, and what is said of it."""

import json
from typing import Any

import pytest

from backend.auth.models import Role
from tests.retention.test_late_news import NUMBER, RETELLS, erased
from tests.support.customers import Customer
from tests.support.inbox import settled
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide


async def test_without_anything_set_all_is_kept_as_the_settings_say(customer: Customer) -> None:
    found = await customer.get("/retention")

    assert {found[kind] for kind in ("calls", "recordings", "transcripts", "records")} == {None}
    assert (found["agents"], found["updated_at"], found["last_cleanup"]) == ([], None, None)
    assert found["longest"] == {"webhooks": 30, "events": 90}


async def test_periods_are_set_as_a_whole_and_entered_in_the_audit_log(customer: Customer) -> None:
    agent = await customer.published_agent()
    own = {"agent_id": agent["id"], "recordings": None, "calls": 7}

    await put(customer, {"calls": 365, "recordings": 30, "agents": [own]})
    found = await customer.get("/retention")
    assert (found["calls"], found["recordings"], found["transcripts"]) == (365, 30, None)
    assert found["agents"] == [own], "What is left out is the organisation's."
    assert found["updated_at"]

    assert (await put(customer, {"records": 10}))["calls"] is None
    entries = (await customer.get("/audit"))["items"]
    noted = [each["details"] for each in entries if each["action"] == "set_retention"]
    assert noted == [
        {"periods": {"records": 10}, "agents": {}},
        {
            "periods": {"calls": 365, "recordings": 30},
            "agents": {agent["id"]: {"calls": 7, "recordings": None}},
        },
    ]


async def put(customer: Customer, body: dict[str, Any]) -> dict[str, Any]:
    response = await customer.client.put("/api/v1/retention", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(
    "body",
    [
        {"calls": 0},
        {"audit": 29},
        {"webhooks": 31},
        {"events": 91},
        {"calls": 10**9},
        {"videos": 3},
        {"agents": [{"agent_id": "no id"}]},
        {"agents": [{"agent_id": "01a2253d-d880-7660-9be6-52def7819606", "audit": 30}]},
    ],
)
async def test_periods_that_mean_nothing_are_refused(
    customer: Customer, body: dict[str, Any]
) -> None:
    response = await customer.client.put("/api/v1/retention", json=body)

    assert response.status_code == 422


async def test_only_administrators_set_periods_and_holds(customer: Customer) -> None:
    colleague = await customer.colleague(Role.MANAGER)
    for answer in (
        await colleague.client.get("/api/v1/retention"),
        await colleague.client.put("/api/v1/retention", json={}),
        await colleague.client.get("/api/v1/holds"),
        await colleague.client.post(
            "/api/v1/holds", json={"phone_number": NUMBER, "reason": "Case 7"}
        ),
    ):
        problem_of(answer, 403, "role-missing")


async def test_what_is_held_is_not_erased_and_the_refusal_names_the_hold(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"], members=RETELLS)
    await settled(customer, side.started(), side.ended(), side.analyzed())
    (call,) = (await customer.get("/calls"))["items"]
    hold = await customer.post("/holds", {"phone_number": "+1 415 555 0172", "reason": "Case 7"})
    assert hold["phone_number"] == NUMBER

    asked = [
        await customer.client.post("/api/v1/erasures", json={"phone_number": NUMBER}),
        await customer.client.post("/api/v1/erasures", json={"call_id": call["id"]}),
        await customer.client.delete(f"/api/v1/calls/{call['id']}"),
    ]

    for answer in asked:
        problem = problem_of(answer, 409, "held")
        assert problem["hold_id"] == hold["id"]
        assert "Case 7" in problem["detail"]
    assert (await customer.get("/erasures"))["items"] == []
    listed = await customer.get("/holds")
    assert [each["id"] for each in listed["items"]] == [hold["id"]]

    ended = await customer.client.delete(f"/api/v1/holds/{hold['id']}")
    assert ended.status_code == 204
    await erased(customer, phone_number=NUMBER)
    entries = (await customer.get("/audit"))["items"]
    assert {"create_hold", "end_hold"} <= {each["action"] for each in entries}
    assert NUMBER not in json.dumps(entries)


async def test_all_calls_of_a_held_agent_stay(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"], members=RETELLS)
    await settled(customer, side.started(), side.ended(), side.analyzed())
    (call,) = (await customer.get("/calls"))["items"]

    await customer.post("/holds", {"agent_id": agent["id"], "reason": "Case 8"})

    answer = await customer.client.delete(f"/api/v1/calls/{call['id']}")
    assert "Case 8" in problem_of(answer, 409, "held")["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "Case 7"},
        {"phone_number": NUMBER},
        {"phone_number": "415 555 0100", "reason": "Case 7"},
        {"phone_number": NUMBER, "call_id": "01a2253d-d880-7660-9be6-52def7819606", "reason": "x"},
    ],
)
async def test_holds_that_name_nothing_are_refused(
    customer: Customer, body: dict[str, str]
) -> None:
    response = await customer.client.post("/api/v1/holds", json=body)

    assert response.status_code == 422


async def test_holds_of_others_are_not_found(customer: Customer, stranger: Customer) -> None:
    agent = await stranger.published_agent()
    hold = await stranger.post("/holds", {"agent_id": agent["id"], "reason": "Case 7"})

    problem_of(await customer.client.delete(f"/api/v1/holds/{hold['id']}"), 404, "hold-not-found")
    body = {"agent_id": agent["id"], "reason": "Case 7"}
    problem_of(await customer.client.post("/api/v1/holds", json=body), 404, "agent-not-found")
