"""Drafts: what is taken, what is refused with a pointer, and what stays another company's own."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.platform import ids
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

# What every change of a draft moves on.
CHANGING = {"draft_revision", "updated_at"}
DRAFT: dict[str, Any] = {
    "name": "Driver check-in",
    "prompt": "Call {{driver_name}}.",
    "variables": [{"name": "driver_name", "description": "Who drives", "example": "Mike"}],
    "record_schema": {
        "type": "object",
        "properties": {"zebra": {"type": "string"}, "ant": {"type": "integer"}},
    },
}


async def test_a_new_agent_is_a_draft_with_defaults(customer: Customer) -> None:
    agent = await customer.post("/agents", DRAFT)

    assert agent["published_version"] is None
    assert agent["has_unpublished_changes"] is True
    assert (agent["language"], agent["time_zone"]) == ("en-US", "UTC")
    assert agent["variables"][0]["required"] is True
    assert await customer.get(f"/agents/{agent['id']}") == agent


async def test_fields_keep_the_order_they_were_given_in(customer: Customer) -> None:
    created = await customer.post("/agents", DRAFT)
    agent = await customer.get(f"/agents/{created['id']}")

    assert list(agent["record_schema"]["properties"]) == ["zebra", "ant"]


async def test_changing_one_field_leaves_the_others(customer: Customer) -> None:
    agent = await customer.post("/agents", DRAFT)

    changed = await customer.patch(f"/agents/{agent['id']}", {"begin_message": "Hi!"})

    assert changed["begin_message"] == "Hi!"
    same = {name for name in agent if name not in CHANGING | {"begin_message"}}
    assert {name: changed[name] for name in same} == {name: agent[name] for name in same}
    cleared = await customer.patch(f"/agents/{agent['id']}", {"begin_message": None})
    assert cleared["begin_message"] is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nmae": "x"}, "/nmae"),
        ({"name": ""}, "/name"),
        ({"name": 7}, "/name"),
        ({"prompt": None}, "/prompt"),
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"from_number": "0123"}, "/from_number"),
        ({"variables": [{"name": "1st"}]}, "/variables/0/name"),
        ({"variables": [{"name": "a"}, {"name": "a"}]}, "/variables"),
        ({"retell_overrides": []}, "/retell_overrides"),
        ({"record_schema": {"type": "array"}}, "/record_schema/type"),
    ],
)
async def test_what_cannot_be_is_refused_where_it_stands(
    customer: Customer, change: dict[str, Any], pointer: str
) -> None:
    agent = await customer.post("/agents", DRAFT)

    created = await customer.client.post("/api/v1/agents", json=DRAFT | change)
    patched = await customer.client.patch(f"/api/v1/agents/{agent['id']}", json=change)

    for response in (created, patched):
        assert response.status_code == 422, response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert pointer in pointers(response.json())
    assert (await customer.get("/agents"))["items"] == [agent]


async def test_pages_go_from_newest_to_oldest_without_gap_or_repeat(customer: Customer) -> None:
    made = [(await customer.post("/agents", DRAFT | {"name": f"{n}"}))["id"] for n in range(5)]

    listed: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await customer.get("/agents", limit=2, **cursor)
        listed += [agent["id"] for agent in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert listed == made[::-1]


async def test_an_archived_agent_is_kept_but_takes_no_changes(customer: Customer) -> None:
    agent = await customer.post("/agents", DRAFT)
    for _ in range(2):
        assert (await customer.client.delete(f"/api/v1/agents/{agent['id']}")).status_code == 204

    assert (await customer.get("/agents"))["items"] == []
    kept = (await customer.get("/agents", archived=True))["items"]
    assert [item["id"] for item in kept] == [agent["id"]]
    response = await customer.client.patch(f"/api/v1/agents/{agent['id']}", json={"name": "New"})
    problem_of(response, 409, "agent-archived")
    published = await customer.client.post(f"/api/v1/agents/{agent['id']}/publish")
    problem_of(published, 409, "agent-archived")


async def test_an_archived_agent_that_is_brought_back_takes_calls_as_before(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await customer.client.delete(f"/api/v1{path}")

    for _ in range(2):
        back = await customer.post(f"{path}/unarchive")
        assert (back["archived_at"], back["published_version"]) == (None, 1)

    assert [each["id"] for each in (await customer.get("/agents"))["items"]] == [agent["id"]]
    assert (await customer.call(agent))["agent_version"] == 1


async def test_another_organisations_agent_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    foreign = await stranger.post("/agents", DRAFT)
    for agent_id in (foreign["id"], str(ids.new_id())):
        path = f"/api/v1/agents/{agent_id}"
        responses = [
            await customer.client.get(path),
            await customer.client.patch(path, json={"name": "Mine"}),
            await customer.client.delete(path),
            await customer.client.post(f"{path}/publish"),
            await customer.client.get(f"{path}/versions"),
            await customer.client.post(f"{path}/versions/1/restore"),
        ]
        for response in responses:
            problem_of(response, 404, "agent-not-found")
    assert await stranger.get(f"/agents/{foreign['id']}") == foreign
    assert (await customer.get("/agents"))["items"] == []


async def test_a_reviewer_may_look_but_not_touch(customer: Customer) -> None:
    agent = await customer.post("/agents", DRAFT)
    reviewer = await customer.colleague(Role.REVIEWER)

    assert await reviewer.get(f"/agents/{agent['id']}") == agent
    path = f"/api/v1/agents/{agent['id']}"
    for response in (
        await reviewer.client.post("/api/v1/agents", json=DRAFT),
        await reviewer.client.patch(path, json={"name": "Mine"}),
        await reviewer.client.delete(path),
        await reviewer.client.post(f"{path}/publish"),
    ):
        problem_of(response, 403, "role-missing")


async def test_every_preset_can_be_created(customer: Customer) -> None:
    presets = await customer.get("/agents/presets")

    assert {preset["key"] for preset in presets} >= {
        "driver_check_in",
        "emergency",
        "sales_qualification",
    }
    for preset in presets:
        agent = await customer.post("/agents", preset["config"])
        assert agent["name"] == preset["config"]["name"]
