"""Nobody can make the service read more than it has use for."""

from collections.abc import AsyncIterator

from backend.platform.body_limit import LARGEST_BODY, LARGEST_LIST, largest_body
from tests.support.customers import Customer
from tests.support.problems import problem_of

JSON = {"Content-Type": "application/json"}


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(LARGEST_BODY // 65536 + 1):
        yield b"x" * 65536


async def test_a_body_that_is_too_large_is_refused_declared_or_not(customer: Customer) -> None:
    declared = await customer.client.post(
        "/api/v1/calls", content=b"x" * (LARGEST_BODY + 1), headers=JSON
    )
    undeclared = await customer.client.post("/api/v1/calls", content=_chunks(), headers=JSON)

    for response in (declared, undeclared):
        problem_of(response, 413, "request-entity-too-large")


async def test_a_body_just_within_the_limit_is_read(customer: Customer) -> None:
    response = await customer.client.post(
        "/api/v1/calls", content=b"x" * LARGEST_BODY, headers=JSON
    )

    problem_of(response, 400, "malformed-json")


async def test_a_list_of_contacts_may_be_larger_and_has_a_limit_too(customer: Customer) -> None:
    path = "/api/v1/campaigns/00000000-0000-0000-0000-000000000007/contacts"
    within = await customer.client.post(path, content=b"x" * (LARGEST_BODY + 1), headers=JSON)

    problem_of(within, 404, "campaign-not-found")
    assert largest_body(path) == LARGEST_LIST
    assert largest_body(path + "/more") == largest_body("/api/v1/campaigns") == LARGEST_BODY
