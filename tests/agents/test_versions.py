"""Reviewing changes: what differs between versions, and edits of a draft that has moved on."""

import asyncio
from typing import Any

import pytest

from backend.platform.versioning.differences import ChangeKind, FieldChange, changes_between
from tests.support.customers import Customer
from tests.support.problems import problem_of


async def _three_versions(customer: Customer) -> str:
    """Publish twice, and change the draft once more."""
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await customer.patch(path, {"prompt": "Be brief.", "voice_speed": 1.5})
    await customer.post(f"{path}/publish", {"note": "Shorter"})
    await customer.patch(path, {"voice_speed": 1.0})
    return path


async def test_a_version_shows_what_it_changed(customer: Customer) -> None:
    path = await _three_versions(customer)

    shown = await customer.get(f"{path}/versions/2")

    assert (shown["version"], shown["note"]) == (2, "Shorter")
    assert shown["changed_fields"] == ["prompt", "voice_speed"]
    assert shown["published_by"] == str(customer.user.id)
    assert shown["changes"] == [
        {"pointer": "/prompt", "kind": "changed", "before": "Be kind.", "after": "Be brief."},
        {"pointer": "/voice_speed", "kind": "changed", "before": 1, "after": 1.5},
    ]
    assert (await customer.get(f"{path}/versions/1"))["changes"] == []
    missing = await customer.client.get(f"/api/v1{path}/versions/9")
    problem_of(missing, 404, "agent-version-not-found")


async def test_any_two_versions_and_the_draft_can_be_compared(customer: Customer) -> None:
    path = await _three_versions(customer)

    with_draft = await customer.get(f"{path}/diff", base=2)
    backwards = await customer.get(f"{path}/diff", base=2, compare=1)
    same = await customer.get(f"{path}/diff", base="draft", compare="draft")

    assert with_draft == {
        "base": "2",
        "compare": "draft",
        "changes": [{"pointer": "/voice_speed", "kind": "changed", "before": 1.5, "after": 1}],
    }
    assert [change["after"] for change in backwards["changes"]] == ["Be kind.", 1]
    assert same["changes"] == []
    missing = await customer.client.get(f"/api/v1{path}/diff", params={"base": 7})
    problem_of(missing, 404, "agent-version-not-found")


async def test_pages_of_versions_know_what_the_first_on_the_next_page_was(
    customer: Customer,
) -> None:
    path = await _three_versions(customer)

    page = await customer.get(f"{path}/versions", limit=1)
    rest = await customer.get(f"{path}/versions", limit=1, cursor=page["next_cursor"])

    assert [each["changed_fields"] for each in page["items"]] == [["prompt", "voice_speed"]]
    assert "name" in rest["items"][0]["changed_fields"]


def test_members_of_lists_are_matched_by_their_names() -> None:
    one, two = {"name": "one", "default": None}, {"name": "two", "default": "x"}

    changes = changes_between(
        {"variables": [one, two], "tags": ["a"], "schema": {"a": 1, "b": 2}},
        {"variables": [two | {"default": "y"}], "tags": ["b"], "schema": {"a": 1, "c": {}}},
    )

    assert changes == [
        FieldChange("/variables/0/default", ChangeKind.CHANGED, "x", "y"),
        FieldChange("/variables/0", ChangeKind.REMOVED, one, None),
        FieldChange("/tags", ChangeKind.CHANGED, ["a"], ["b"]),
        FieldChange("/schema/c", ChangeKind.ADDED, None, {}),
        FieldChange("/schema/b", ChangeKind.REMOVED, 2, None),
    ]
    assert changes_between({"v": [one, two]}, {"v": [two, one]}) == [
        FieldChange("/v", ChangeKind.CHANGED, ["one", "two"], ["two", "one"])
    ]


@pytest.mark.parametrize(
    ("method", "sub_path", "body"),
    [
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/versions/1/restore", None),
        ("POST", "/publish", None),
    ],
)
async def test_what_was_made_for_an_older_draft_changes_nothing(
    customer: Customer, method: str, sub_path: str, body: Any
) -> None:
    agent = await customer.published_agent()
    path = f"/api/v1/agents/{agent['id']}"
    read = await customer.client.get(path)
    await customer.patch(f"/agents/{agent['id']}", {"prompt": "Be brief."})
    now = await customer.get(f"/agents/{agent['id']}")

    stale = await customer.client.request(
        method, path + sub_path, json=body, headers={"If-Match": read.headers["ETag"]}
    )

    document = problem_of(stale, 412, "agent-changed")
    assert document["draft_revision"] == now["draft_revision"]
    assert await customer.get(f"/agents/{agent['id']}") == now
    fresh = await customer.client.request(
        method, path + sub_path, json=body, headers={"If-Match": f'"1", "{now["draft_revision"]}"'}
    )
    assert fresh.status_code == 200, fresh.text
    assert fresh.headers["ETag"] == f'"{fresh.json()["draft_revision"]}"'


async def test_of_two_edits_of_one_draft_at_once_one_is_refused(customer: Customer) -> None:
    agent = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind."})
    path, based_on = f"/api/v1/agents/{agent['id']}", {"If-Match": '"1"'}

    responses = await asyncio.gather(
        *(
            customer.client.patch(path, json={"prompt": prompt}, headers=based_on)
            for prompt in ("Be brief.", "Be loud.")
        )
    )

    assert sorted(response.status_code for response in responses) == [200, 412]
    (done,) = [each.json() for each in responses if each.status_code == 200]
    assert (await customer.client.get(path)).json() == done


@pytest.mark.parametrize(("tag", "status"), [("*", 200), ("nonsense", 412), ('W/"1"', 200)])
async def test_tags_are_read_as_http_writes_them(customer: Customer, tag: str, status: int) -> None:
    agent = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind."})

    response = await customer.client.patch(
        f"/api/v1/agents/{agent['id']}", json={"name": "Mine"}, headers={"If-Match": tag}
    )

    assert response.status_code == status
