"""Suppressing and agreeing through the API."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.auth.models import Role
from backend.platform import clock
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

NUMBER, OTHER = "+14155550100", "+14155550188"


async def _suppress(customer: Customer, **body: Any) -> Any:
    return await customer.post("/suppressions", {"to_number": NUMBER, **body})


async def _listed(customer: Customer) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await customer.get("/suppressions"))["items"]
    return items


async def _place(customer: Customer, agent: dict[str, Any], number: str) -> httpx.Response:
    body = {"agent_id": agent["id"], "to_number": number}
    return await customer.client.post("/api/v1/calls", json=body)


async def test_a_number_is_refused_from_then_on_and_in_no_other_organisation(
    customer: Customer, stranger: Customer
) -> None:
    agent, theirs = await customer.published_agent(), await stranger.published_agent()
    added = await _suppress(customer, source="letter", reason="Wrote to us.")

    refused = await _place(customer, agent, NUMBER)

    problem = problem_of(refused, 409, "suppressed")
    assert problem["rule"]["name"] == "do_not_call"
    assert (added["scope"], added["source"], added["ended_at"]) == ("all", "letter", None)
    assert added["created_by"] == str(customer.user.id)
    assert (await _place(customer, agent, OTHER)).status_code == 202
    assert (await _place(stranger, theirs, NUMBER)).status_code == 202
    assert await _listed(stranger) == []


async def test_what_was_asked_at_one_time_and_is_said_twice_is_one(customer: Customer) -> None:
    asked_at = clock.now().isoformat()
    first = await _suppress(customer, asked_at=asked_at)

    again = [
        await _suppress(customer, asked_at=asked_at),
        await _suppress(customer, asked_at=asked_at, scope="marketing"),
    ]

    assert [each["id"] for each in again] == [first["id"], first["id"]]
    assert len(await _listed(customer)) == 1


async def test_who_asks_once_more_later_is_not_called_by_a_consent_from_in_between(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    days_ago = [(clock.now() - timedelta(days=days)).isoformat() for days in (3, 2)]
    await _suppress(customer, asked_at=days_ago[0])
    await _suppress(customer)

    consent = {"to_number": NUMBER, "purpose": "all", "source": "form", "given_at": days_ago[1]}
    await customer.post("/consents", consent)

    problem_of(await _place(customer, agent, NUMBER), 409, "suppressed")


async def test_all_that_was_said_in_one_call_is_kept(customer: Customer) -> None:
    call = await customer.call(await customer.published_agent(), to_number=OTHER)

    added = [
        await _suppress(customer, call_id=call["id"], scope="marketing"),
        await _suppress(customer, call_id=call["id"], scope="service"),
        await _suppress(customer, call_id=call["id"], to_number=OTHER),
    ]

    assert [await customer.get(f"/suppressions/{each['id']}") for each in added] == added


async def test_a_strangers_call_is_none_to_name_and_is_told_nobody(
    customer: Customer, stranger: Customer
) -> None:
    theirs = await stranger.call(await stranger.published_agent(), to_number=OTHER)

    body = {"to_number": NUMBER, "call_id": theirs["id"]}
    response = await customer.client.post("/api/v1/suppressions", json=body)

    assert pointers(problem_of(response, 422, "call-unknown")) == ["/call_id"]
    assert await _listed(customer) == []


async def test_numbers_are_read_as_people_write_them_and_found_by_their_last_digits(
    customer: Customer,
) -> None:
    added = await _suppress(customer, to_number="+1 (415) 555-0100")

    assert added["to_number"] == NUMBER
    for words, expected in (("555-0100", 1), ("0100", 1), ("0199", 0)):
        found = await customer.get("/suppressions", q=words)
        assert len(found["items"]) == expected, words


async def test_only_a_newer_consent_ends_it_and_revoking_that_suppresses_again(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    await _suppress(customer)
    before = (clock.now() - timedelta(days=1)).isoformat()
    consent = {"to_number": NUMBER, "purpose": "service", "source": "form"}

    await customer.post("/consents", consent | {"given_at": before})
    assert (await _place(customer, agent, NUMBER)).status_code == 409
    given = await customer.post("/consents", consent)
    assert (await _place(customer, agent, NUMBER)).status_code == 202
    (still_for_marketing,) = await _listed(customer)
    assert still_for_marketing["ended_at"] is None

    await customer.post(f"/consents/{given['id']}/revoke")
    assert (await _place(customer, agent, NUMBER)).status_code == 409
    twice = await customer.client.post(f"/api/v1/consents/{given['id']}/revoke")
    problem_of(twice, 409, "consent-already-revoked")


async def test_a_suppression_for_marketing_leaves_service_calls(customer: Customer) -> None:
    service = await customer.published_agent()
    marketing = await customer.published_agent(purpose="marketing")
    emergency = await customer.published_agent(purpose="emergency")
    await _suppress(customer, scope="marketing")

    assert (await _place(customer, service, NUMBER)).status_code == 202
    problem_of(await _place(customer, marketing, NUMBER), 409, "suppressed")
    await _suppress(customer, scope="all")
    problem_of(await _place(customer, service, NUMBER), 409, "suppressed")
    assert (await _place(customer, emergency, NUMBER)).status_code == 202


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"to_number": "4155550100"}, "/to_number"),
        ({"to_number": NUMBER, "source": "retell"}, "/source"),
        ({"to_number": NUMBER, "asked_at": "2999-01-01T00:00:00Z"}, "/asked_at"),
        ({"to_number": NUMBER, "scope": "some"}, "/scope"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_pointer(
    customer: Customer, body: dict[str, Any], pointer: str
) -> None:
    response = await customer.client.post("/api/v1/suppressions", json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [pointer]


async def test_everybody_may_suppress_and_only_managers_end_it(customer: Customer) -> None:
    viewer = await customer.colleague(Role.REVIEWER)

    await _suppress(viewer)
    consent = {"to_number": NUMBER, "purpose": "all", "source": "form"}
    refused = await viewer.client.post("/api/v1/consents", json=consent)

    problem_of(refused, 403, "role-missing")


async def test_a_strangers_consent_is_not_there(customer: Customer, stranger: Customer) -> None:
    consent = {"to_number": NUMBER, "purpose": "all", "source": "form"}
    given = await customer.post("/consents", consent)

    response = await stranger.client.post(f"/api/v1/consents/{given['id']}/revoke")

    problem_of(response, 404, "consent-not-found")
    assert (await stranger.get("/consents"))["items"] == []
    assert [
        each["id"] for each in (await customer.get("/consents", to_number=NUMBER))["items"]
    ] == [given["id"]]


async def test_a_suppression_is_shown_by_its_id_to_its_own_organisation(
    customer: Customer, stranger: Customer
) -> None:
    added = await _suppress(customer)

    assert await customer.get(f"/suppressions/{added['id']}") == added
    response = await stranger.client.get(f"/api/v1/suppressions/{added['id']}")
    problem_of(response, 404, "suppression-not-found")
