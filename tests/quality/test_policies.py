"""Writing policies: drafts, versions, what differs, and what is refused."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.platform import ids
from backend.quality.policies.applying import is_sampled
from tests.quality.policies import GREETS, POLICY, SAYS_GOODBYE, agent_of, publish, told
from tests.support.customers import Customer
from tests.support.problems import problem_of


async def test_a_draft_counts_once_it_is_published(customer: Customer) -> None:
    created = await customer.post("/policies", POLICY)
    assert (created["published_version"], created["has_unpublished_changes"]) == (None, True)

    published = await customer.post(f"/policies/{created['id']}/publish", {"note": "First."})
    assert (published["published_version"], published["has_unpublished_changes"]) == (1, False)

    changed = await customer.patch(f"/policies/{created['id']}", {"passing_score": 90})
    assert (changed["passing_score"], changed["published_version"]) == (90, 1)
    assert changed["has_unpublished_changes"] is True


async def test_publishing_what_is_published_makes_no_other_version(customer: Customer) -> None:
    policy = await publish(customer)

    again = await customer.post(f"/policies/{policy['id']}/publish")

    assert again["published_version"] == 1


async def test_versions_tell_what_they_changed_and_can_be_restored(customer: Customer) -> None:
    policy = await publish(customer)
    path = f"/policies/{policy['id']}"
    louder = GREETS | {"weight": 50}
    await customer.patch(path, {"criteria": [louder, SAYS_GOODBYE]})
    await customer.post(f"{path}/publish")

    second = await customer.get(f"{path}/versions/2")
    versions = await customer.get(f"{path}/versions")
    restored = await customer.post(f"{path}/versions/1/restore")

    assert [each["version"] for each in versions["items"]] == [2, 1]
    assert second["changed_fields"] == ["criteria"]
    assert {"pointer": "/criteria/0/weight", "kind": "changed", "before": 30, "after": 50} in (
        second["changes"]
    )
    assert len(restored["criteria"]) == 3
    diff = await customer.get(f"{path}/diff", base="2")
    assert diff["base"] == "2"
    assert diff["compare"] == "draft"
    assert diff["changes"] != []


async def test_an_edit_of_an_older_draft_is_refused(customer: Customer) -> None:
    created = await customer.post("/policies", POLICY)
    path = f"/api/v1/policies/{created['id']}"
    read = await customer.client.get(path)
    await customer.patch(f"/policies/{created['id']}", {"passing_score": 90})

    late = await customer.client.patch(
        path, json={"passing_score": 70}, headers={"If-Match": read.headers["ETag"]}
    )

    problem_of(late, 412, "policy-changed")


async def test_an_archived_policy_stays_and_takes_no_changes(customer: Customer) -> None:
    policy = await publish(customer)
    path = f"/api/v1/policies/{policy['id']}"

    for _ in range(2):
        assert (await customer.client.delete(path)).status_code == 204

    problem_of(await customer.client.patch(path, json={"name": "B"}), 409, "policy-archived")
    listed = await customer.get("/policies")
    everything = await customer.get("/policies", archived="true")
    assert [each["id"] for each in listed["items"]] == []
    assert [each["id"] for each in everything["items"]] == [policy["id"]]


async def test_an_archived_policy_that_is_brought_back_can_be_changed(customer: Customer) -> None:
    policy = await publish(customer)
    path = f"/policies/{policy['id']}"
    await customer.client.delete(f"/api/v1{path}")

    for _ in range(2):
        back = await customer.post(f"{path}/unarchive")
        assert (back["archived_at"], back["published_version"]) == (None, 1)

    assert (await customer.patch(path, {"name": "B"}))["name"] == "B"


@pytest.mark.parametrize(
    ("config", "pointer"),
    [
        ({"criteria": [GREETS, GREETS | {"name": "Other"}]}, "/criteria/1/key"),
        ({"criteria": [GREETS, GREETS | {"key": "other"}]}, "/criteria/1/name"),
        (
            {
                "criteria": [
                    GREETS | {"scale": "points", "rule": {"kind": "interruptions", "most": 1}}
                ]
            },
            "/criteria/0/scale",
        ),
        ({"applies_to": [{"agent_id": str(ids.new_id())}]}, "/applies_to/0/agent_id"),
    ],
)
async def test_a_policy_that_contradicts_itself_is_refused(
    customer: Customer, config: dict[str, Any], pointer: str
) -> None:
    response = await customer.client.post("/api/v1/policies", json=told(**config))

    problem = problem_of(response, 422, "policy-invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("config", "pointer"),
    [
        ({"criteria": []}, "/criteria"),
        ({"criteria": [GREETS | {"question": " "}]}, "/criteria/0/question"),
    ],
)
async def test_what_no_call_could_be_judged_by_is_not_published(
    customer: Customer, config: dict[str, Any], pointer: str
) -> None:
    created = await customer.post("/policies", told(**config))

    response = await customer.client.post(f"/api/v1/policies/{created['id']}/publish")

    problem = problem_of(response, 422, "policy-invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_a_reviewer_reads_policies_and_writes_none(customer: Customer) -> None:
    policy = await publish(customer)
    reviewer = await customer.colleague(Role.REVIEWER)

    assert (await reviewer.get(f"/policies/{policy['id']}"))["name"] == POLICY["name"]
    for method, path in (
        ("POST", "/api/v1/policies"),
        ("PATCH", f"/api/v1/policies/{policy['id']}"),
        ("DELETE", f"/api/v1/policies/{policy['id']}"),
        ("POST", f"/api/v1/policies/{policy['id']}/publish"),
        ("POST", f"/api/v1/policies/{policy['id']}/versions/1/restore"),
    ):
        refused = await reviewer.client.request(method, path, json=POLICY)
        assert refused.status_code == 403, path


async def test_another_organizations_policy_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    policy = await publish(stranger)
    path = f"/api/v1/policies/{policy['id']}"

    for method, at in (
        ("GET", path),
        ("PATCH", path),
        ("DELETE", path),
        ("POST", f"{path}/publish"),
        ("GET", f"{path}/versions"),
        ("GET", f"{path}/versions/1"),
        ("POST", f"{path}/versions/1/restore"),
        ("GET", f"{path}/diff?base=1"),
        ("POST", f"{path}/preview"),
    ):
        body = {"transcript": "Agent: Hello."} if at.endswith("preview") else {"name": "Mine"}
        if at.endswith(("publish", "restore")):
            body = {}
        problem_of(await customer.client.request(method, at, json=body), 404, "policy-not-found")


async def test_every_preset_can_be_published_as_it_is(customer: Customer) -> None:
    for preset in await customer.get("/policies/presets"):
        policy = await customer.post("/policies", preset["config"])
        published = await customer.post(f"/policies/{policy['id']}/publish")
        assert published["published_version"] == 1


async def test_a_draft_says_what_it_would_and_keeps_nothing(customer: Customer) -> None:
    await agent_of(customer)
    created = await customer.post("/policies", POLICY)

    said = await customer.post(
        f"/policies/{created['id']}/preview",
        {"transcript": "Agent: Hello, this is Northwind.\nUser: Hi.\nAgent: Thanks, goodbye."},
    )

    assert (said["score"], said["status"]) == (80.0, "valid")
    assert [each["key"] for each in said["violations"]] == ["disclosure"]
    assert (await customer.get("/evaluations"))["items"] == []


def test_a_share_of_calls_is_drawn_the_same_way_each_time() -> None:
    calls = [ids.new_id() for _ in range(4000)]
    few = {call for call in calls if is_sampled(call, 10)}
    more = {call for call in calls if is_sampled(call, 40)}

    assert few == {call for call in calls if is_sampled(call, 10)}
    assert few <= more
    assert all(is_sampled(call, 100) for call in calls)
    assert 0.07 < len(few) / len(calls) < 0.13
    assert 0.36 < len(more) / len(calls) < 0.44
