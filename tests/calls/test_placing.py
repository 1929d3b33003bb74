"""Placing a call: what is taken, and what is refused with a pointer and without a trace."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.platform import clock, ids
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

VARIABLES = [
    {"name": "driver_name"},
    {"name": "load_id", "required": False},
    {"name": "greeting", "default": "Hello"},
]


async def _place(customer: Customer, **body: Any) -> httpx.Response:
    return await customer.client.post("/api/v1/calls", json=body)


async def _has_no_calls(customer: Customer) -> bool:
    return bool((await customer.get("/calls"))["items"] == [])


@pytest.fixture
async def agent(customer: Customer) -> dict[str, Any]:
    return await customer.published_agent(prompt="Call {{driver_name}}.", variables=VARIABLES)


async def test_a_placed_call_is_shown_as_it_will_be_dialled(
    customer: Customer, agent: dict[str, Any]
) -> None:
    in_a_day = (clock.now() + timedelta(days=1)).replace(microsecond=0)

    response = await _place(
        customer,
        agent_id=agent["id"],
        to_number="+14155550100",
        variables={"driver_name": "Mike", "load_id": 7},
        metadata={"ticket": {"id": 7}, "tags": ["é", None]},
        scheduled_at=in_a_day.isoformat(),
    )

    assert response.status_code == 202
    call = response.json()
    assert (call["status"], call["source"], call["agent_version"]) == ("scheduled", "outbound", 1)
    assert (call["to_number"], call["from_number"]) == ("+14155550100", "+14155550199")
    assert call["variables"] == {"driver_name": "Mike", "load_id": "7", "greeting": "Hello"}
    assert call["metadata"] == {"ticket": {"id": 7}, "tags": ["é", None]}
    assert call["scheduled_at"] == in_a_day.isoformat().replace("+00:00", "Z")
    assert (call["record"], call["transcript"], call["retell_call_id"]) == (None, [], None)
    shown = await customer.get(f"/calls/{call['id']}")
    assert shown["waiting_for"]["what"] == "window"
    assert {name: shown[name] for name in call} == call


@pytest.mark.parametrize(
    ("value", "text"),
    [("Mike", "Mike"), ("", ""), (7, "7"), (1.5, "1.5"), (True, "true"), (False, "false")],
)
async def test_a_variable_is_given_to_retell_as_the_text_a_person_would_write(
    customer: Customer, agent: dict[str, Any], value: object, text: str
) -> None:
    call = await customer.call(agent, variables={"driver_name": value})

    assert call["variables"]["driver_name"] == text


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"to_number": "4155550100"}, ["/to_number"]),
        ({"to_number": "+1 415 555 0100"}, ["/to_number"]),
        ({"to_number": "+1415"}, ["/to_number"]),
        ({"to_number": "+999123456789"}, ["/to_number"]),
        ({"to_number": "sip:mike@example.com"}, ["/to_number"]),
        ({"to_number": "+1415555\u00000100"}, ["/to_number"]),
        ({"variables": {}}, ["/variables/driver_name"]),
        ({"variables": {"driver_name": "Mike", "shoe": "9"}}, ["/variables/shoe"]),
        ({"metadata": {"ringback_call_id": "mine"}}, ["/metadata/ringback_call_id"]),
        ({"metadata": {"long": "x" * 45_000}}, ["/metadata"]),
        (
            {"to_number": "911", "variables": {"shoe": "9"}, "metadata": {"ringback_call_id": 1}},
            [
                "/variables/shoe",
                "/variables/driver_name",
                "/to_number",
                "/metadata/ringback_call_id",
            ],
        ),
    ],
)
async def test_a_call_that_cannot_be_placed_is_refused_with_all_that_is_wrong(
    customer: Customer, agent: dict[str, Any], changes: dict[str, Any], wrong: list[str]
) -> None:
    valid = {
        "agent_id": agent["id"],
        "to_number": "+14155550100",
        "variables": {"driver_name": "Mike"},
    }

    response = await _place(customer, **(valid | changes))

    assert pointers(problem_of(response, 422, "call-invalid")) == wrong
    assert await _has_no_calls(customer)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"agent_id": "seven"}, "/agent_id"),
        ({"to_number": None}, "/to_number"),
        ({"to_number": "+1" + "4" * 40}, "/to_number"),
        ({"scheduled_at": "2100-01-01T00:00:00"}, "/scheduled_at"),
        ({"scheduled_at": "tomorrow"}, "/scheduled_at"),
        ({"scheduled_at": "9999-12-31T23:59:59-12:00"}, "/scheduled_at"),
        ({"scheduled_at": "0001-01-01T00:00:00+12:00"}, "/scheduled_at"),
        ({"variables": {"driver_name": None}}, "/variables/driver_name"),
        ({"variables": {"driver_name": {"first": "Mike"}}}, "/variables/driver_name"),
        ({"variables": {"driver_name": ["Mike"]}}, "/variables/driver_name"),
        ({"variables": "none"}, "/variables"),
        ({"metadata": ["a", "list"]}, "/metadata"),
        ({"to_phone": "+14155550100"}, "/to_phone"),
        ({"status": "ended"}, "/status"),
    ],
)
async def test_a_request_of_another_form_is_refused_at_the_place_that_is_wrong(
    customer: Customer, agent: dict[str, Any], changes: dict[str, Any], pointer: str
) -> None:
    valid = {"agent_id": agent["id"], "to_number": "+14155550100"}

    response = await _place(customer, **(valid | changes))

    assert set(pointers(problem_of(response, 422, "invalid-request"))) == {pointer}
    assert await _has_no_calls(customer)


@pytest.mark.parametrize(
    "text",
    [
        '{"metadata":{"note":"\\u0000"}}',
        '{"metadata":{"note":"\\ud800"}}',
        '{"metadata":{"\\ud800":1}}',
        '{"metadata":{"ratio":NaN}}',
        '{"metadata":{"ratio":1e999}}',
        '{"variables":{"driver_name":"\\u0000"}}',
        '{"variables":{"driver_name":"\\udfff"}}',
        '{"variables":{"driver_name":NaN}}',
    ],
)
async def test_what_cannot_be_stored_or_sent_is_refused_and_not_a_failure_of_ours(
    customer: Customer, agent: dict[str, Any], text: str
) -> None:
    body = f'{{"agent_id":"{agent["id"]}","to_number":"+14155550100",{text[1:]}'

    response = await customer.client.post(
        "/api/v1/calls", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code in {400, 422}, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert await _has_no_calls(customer)


async def test_an_agent_that_is_unknown_draft_or_archived_takes_no_calls(
    customer: Customer, stranger: Customer
) -> None:
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind."})
    archived = await customer.published_agent()
    await customer.client.delete(f"/api/v1/agents/{archived['id']}")
    foreign = await stranger.published_agent()

    async def place(agent_id: object) -> httpx.Response:
        return await _place(customer, agent_id=str(agent_id), to_number="+14155550100")

    problem_of(await place(ids.new_id()), 404, "agent-not-found")
    problem_of(await place(foreign["id"]), 404, "agent-not-found")
    problem_of(await place(draft["id"]), 422, "agent-not-published")
    problem_of(await place(archived["id"]), 409, "agent-archived")
    assert await _has_no_calls(customer)


async def test_an_agent_can_be_chosen_by_its_name(
    customer: Customer, stranger: Customer, agent: dict[str, Any]
) -> None:
    await stranger.published_agent(name="Elsewhere")
    await customer.post("/agents", {"name": agent["name"], "prompt": "A draft of that name."})

    async def place(**chosen: Any) -> httpx.Response:
        given = {"variables": {"driver_name": "Mike"}}
        return await _place(customer, to_number="+14155550100", **given, **chosen)

    placed = await place(agent_name=agent["name"])
    assert (placed.status_code, placed.json()["agent_id"]) == (202, agent["id"])
    problem_of(await place(agent_name="Elsewhere"), 404, "agent-not-found")
    problem_of(await place(), 422, "invalid-request")
    both = await place(agent_name=agent["name"], agent_id=agent["id"])
    problem_of(both, 422, "invalid-request")
    await customer.published_agent(name=agent["name"])
    problem_of(await place(agent_name=agent["name"]), 409, "agent-name-shared")


async def test_a_time_that_has_passed_means_at_once(
    customer: Customer, agent: dict[str, Any]
) -> None:
    call = await customer.call(
        agent, variables={"driver_name": "Mike"}, scheduled_at="2020-01-01T00:00:00+02:00"
    )

    assert call["status"] == "queued"
    assert call["scheduled_at"] == "2019-12-31T22:00:00Z"
