"""What people say of evaluations: overrides, approvals, disputes, comments."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.platform import ids
from tests.quality.policies import agent_of, evaluated, place, publish
from tests.support.customers import Customer
from tests.support.problems import problem_of


async def _scored(customer: Customer) -> tuple[str, dict[str, Any]]:
    agent = await agent_of(customer)
    policy = await publish(customer)
    call = await place(customer, agent)
    return f"/calls/{call.id}", await evaluated(customer, call, policy)


async def test_a_persons_word_goes_before_the_judges(customer: Customer) -> None:
    call, before = await _scored(customer)
    assert before["score"] == 80.0

    said = {"results": {"goodbye": {"verdict": "yes", "note": "It is in the recording."}}}
    after = await customer.patch(f"{call}/evaluation", said)

    assert (after["revision"], after["status"], after["origin"]) == (2, "reviewed", "override")
    assert (after["score"], after["violations"]) == (100.0, [])
    goodbye = after["results"][1]
    assert (goodbye["verdict"], goodbye["proven_by"]) == ("yes", "person")
    assert goodbye["note"] == "It is in the recording."
    assert after["reviewed_by"] == str(customer.user.id)
    revisions = await customer.get(f"{call}/evaluation/revisions")
    assert [each["score"] for each in revisions] == [80.0, 100.0]
    assert await customer.get(f"{call}/evaluation/revisions/1") == revisions[0]


async def test_what_is_approved_stays_as_it_is(customer: Customer) -> None:
    call, before = await _scored(customer)

    after = await customer.post(f"{call}/evaluation/approve", {"note": "Heard it."})

    assert (after["status"], after["origin"], after["score"]) == ("reviewed", "approval", 80.0)
    assert [r["verdict"] for r in after["results"]] == [r["verdict"] for r in before["results"]]


@pytest.mark.parametrize(
    ("results", "pointer"),
    [
        ({"nobody_asked": {"verdict": "yes"}}, "/results/nobody_asked"),
        ({"greeting": {"verdict": 4}}, "/results/greeting/verdict"),
        ({"greeting": {"verdict": "not_applicable"}}, "/results/greeting/verdict"),
    ],
)
async def test_a_verdict_that_a_criterion_cannot_have_is_refused(
    customer: Customer, results: dict[str, Any], pointer: str
) -> None:
    call, _ = await _scored(customer)

    response = await customer.client.patch(f"/api/v1{call}/evaluation", json={"results": results})

    problem = problem_of(response, 422, "verdicts-invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_a_word_on_a_revision_that_is_gone_is_refused(customer: Customer) -> None:
    call, _ = await _scored(customer)
    await customer.post(f"{call}/evaluation/approve")

    response = await customer.client.post(f"/api/v1{call}/evaluation/approve", json={"revision": 1})

    problem_of(response, 409, "evaluation-not-current")


async def test_who_disputes_does_not_decide(customer: Customer) -> None:
    call, _ = await _scored(customer)
    manager = await customer.colleague(Role.MANAGER)
    reviewer = await customer.colleague(Role.REVIEWER)

    disputed = await manager.post(f"{call}/evaluation/dispute", {"reason": "It said goodbye."})
    again = await reviewer.client.post(
        f"/api/v1{call}/evaluation/dispute", json={"reason": "Me too."}
    )
    own = await manager.client.post(f"/api/v1{call}/evaluation/approve")
    not_a_manager = await reviewer.client.post(f"/api/v1{call}/evaluation/approve")
    granted = await customer.patch(
        f"{call}/evaluation", {"results": {"goodbye": {"verdict": "yes"}}}
    )

    assert disputed["status"] == "disputed"
    problem_of(again, 409, "evaluation-not-open")
    problem_of(own, 403, "dispute-not-yours")
    problem_of(not_a_manager, 403, "dispute-not-yours")
    assert (granted["status"], granted["score"]) == ("reviewed", 100.0)
    (told,) = await customer.get(f"{call}/evaluation/disputes")
    assert (told["granted"], told["reason"]) == (True, "It said goodbye.")
    assert (told["raised_by"], told["decided_by"]) == (
        str(manager.user.id),
        str(customer.user.id),
    )


async def test_approving_turns_a_dispute_down(customer: Customer) -> None:
    call, _ = await _scored(customer)
    reviewer = await customer.colleague(Role.REVIEWER)
    await reviewer.post(f"{call}/evaluation/dispute", {"reason": "It said goodbye."})

    decided = await customer.post(f"{call}/evaluation/approve")

    assert (decided["status"], decided["score"]) == ("reviewed", 80.0)
    (told,) = await customer.get(f"{call}/evaluation/disputes")
    assert told["granted"] is False


async def test_what_is_disputed_is_not_evaluated_again(customer: Customer) -> None:
    call, _ = await _scored(customer)
    await customer.post(f"{call}/evaluation/dispute", {"reason": "It said goodbye."})

    response = await customer.client.post(f"/api/v1{call}/evaluation/evaluate")

    problem_of(response, 409, "evaluation-not-open")


async def test_comments_are_on_a_turn_that_is_there(customer: Customer) -> None:
    call, _ = await _scored(customer)
    reviewer = await customer.colleague(Role.REVIEWER)

    comment = await reviewer.post(f"{call}/comments", {"text": "Too fast.", "turn": 2})
    missing = await customer.client.post(
        f"/api/v1{call}/comments", json={"text": "Where?", "turn": 99}
    )
    other = await customer.colleague(Role.MANAGER)
    not_theirs = await other.client.delete(f"/api/v1{call}/comments/{comment['id']}")

    later = await reviewer.post(f"{call}/comments", {"text": "All in all fine."})
    first = await customer.get(f"{call}/comments", limit=1)
    assert first["items"] == [comment]
    second = await customer.get(f"{call}/comments", cursor=first["next_cursor"])
    assert second == {"items": [later], "next_cursor": None}
    problem_of(missing, 422, "comment-invalid")
    problem_of(not_theirs, 403, "comment-not-yours")
    for status in (204, 404):
        deleted = await customer.client.delete(f"/api/v1{call}/comments/{comment['id']}")
        assert deleted.status_code == status


async def test_who_reviewed_what_is_in_the_audit_log(customer: Customer) -> None:
    call, _ = await _scored(customer)

    await customer.patch(f"{call}/evaluation", {"results": {"goodbye": {"verdict": "yes"}}})

    entries = (await customer.get("/audit"))["items"]
    entry = next(each for each in entries if each["action"] == "override_evaluation")
    assert entry["details"] == {"criteria": ["goodbye"]}


async def test_another_organizations_evaluation_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    call, _ = await _scored(stranger)
    at = f"/api/v1{call}"

    for method, path, body in (
        ("GET", f"{at}/evaluation", None),
        ("PATCH", f"{at}/evaluation", {"results": {"goodbye": {"verdict": "yes"}}}),
        ("POST", f"{at}/evaluation/approve", {}),
        ("POST", f"{at}/evaluation/dispute", {"reason": "No."}),
        ("POST", f"{at}/evaluation/evaluate", {}),
        ("GET", f"{at}/evaluation/revisions", None),
        ("GET", f"{at}/evaluation/revisions/1", None),
        ("GET", f"{at}/evaluation/disputes", None),
        ("GET", f"{at}/comments", None),
        ("POST", f"{at}/comments", {"text": "Hello"}),
        ("DELETE", f"{at}/comments/{ids.new_id()}", None),
    ):
        response = await customer.client.request(method, path, json=body)
        assert response.status_code == 404, path
    assert (await customer.get("/evaluations"))["items"] == []
