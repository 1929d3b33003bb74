"""Every path of the API: who may ask, and that nobody reaches what is another organisation's."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlmodel import select

from backend.agents.models import InboundRule
from backend.auth.deps import get_caller
from backend.auth.models import Role
from backend.calls.models import CallStatus
from backend.main import create_app
from backend.platform import db
from backend.records.models import RecordStatus
from backend.webhooks.models import Webhook
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import send
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide
from tests.support.service import Service, unconnected_settings

Operation = tuple[str, str]

# What nobody has to log in for.
OPEN = {
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/password/link"),
    # Its address is the permission, for one upload and for a while.
    ("PUT", "/api/v1/uploads/{token}"),
    # So is what a digest's mail links to; a mail program asks for it by itself.
    ("GET", "/api/v1/unsubscribe/{token}"),
    ("POST", "/api/v1/unsubscribe/{token}"),
}
ADMINISTRATORS = (
    "/api/v1/users",
    "/api/v1/api-keys",
    "/api/v1/audit",
    "/api/v1/models",
    "/api/v1/disclosures",
    "/api/v1/erasures",
    "/api/v1/holds",
    "/api/v1/retention",
)
ADMINISTRATORS_ONLY = {
    ("PATCH", "/api/v1/organisation"),
    ("PUT", "/api/v1/compliance/rules"),
    ("PATCH", "/api/v1/analysis/settings"),
    ("GET", "/api/v1/calls/{call_id}/analysis/audit"),
    ("POST", "/api/v1/compliance/hooks"),
    ("PATCH", "/api/v1/compliance/hooks/{hook_id}"),
    ("DELETE", "/api/v1/compliance/hooks/{hook_id}"),
    ("POST", "/api/v1/compliance/hooks/{hook_id}/rotate-secret"),
    ("GET", "/api/v1/calls/{call_id}/record/revisions/{revision}/audit"),
}
# What is read at Retell to be taken over from there.
MANAGERS_READ = {
    ("GET", "/api/v1/agents/importable"),
    # Whom they ask to rate.
    ("GET", "/api/v1/calibrations/raters"),
    # What is missing of an upload they have begun.
    ("GET", "/api/v1/recordings/{recording_id}/parts"),
    ("GET", "/api/v1/suppressions/export"),
    ("GET", "/api/v1/compliance/hooks/inquiries"),
    ("GET", "/api/v1/campaigns/{campaign_id}/export"),
}
# A reviewer changes nothing but records, and their own account. Who is not to be called is entered
# by whoever hears of it.
REVIEWERS_MAY = {
    ("PATCH", "/api/v1/calls/{call_id}/record"),
    ("POST", "/api/v1/calls/{call_id}/record/approve"),
    ("POST", "/api/v1/calls/{call_id}/record/reopen"),
    ("POST", "/api/v1/calls/{call_id}/speakers"),
    ("PUT", "/api/v1/calls/{call_id}/assignee"),
    ("PATCH", "/api/v1/calls/{call_id}/evaluation"),
    ("POST", "/api/v1/calls/{call_id}/evaluation/approve"),
    ("POST", "/api/v1/calls/{call_id}/evaluation/dispute"),
    ("POST", "/api/v1/calls/{call_id}/comments"),
    ("DELETE", "/api/v1/calls/{call_id}/comments/{comment_id}"),
    ("PUT", "/api/v1/calibrations/{calibration_id}/ratings/{call_id}"),
    ("POST", "/api/v1/calls/{call_id}/conduct/opt-out"),
    ("POST", "/api/v1/suppressions"),
    # It asks and changes nothing.
    ("POST", "/api/v1/compliance/check"),
    ("POST", "/api/v1/consents/{consent_id}/revoke"),
}
OWN_ACCOUNT = "/api/v1/auth/"
# Numbers are Retell's and not ours: which an account has is between its key and Retell.
NOT_OURS = {("PUT", "/api/v1/phone-numbers/{phone_number}")}
NOBODY = UUID(int=7)

SINCE = {"json": {"since": "2026-11-01T00:00:00Z"}}
# The least that is well-formed, where a path needs a body or a query to come that far.
NEEDED: dict[Operation, dict[str, Any]] = {
    ("PATCH", "/api/v1/agents/{agent_id}"): {"json": {}},
    ("GET", "/api/v1/agents/{agent_id}/diff"): {"params": {"base": 1}},
    ("POST", "/api/v1/agents/{agent_id}/preview"): {"json": {"transcript": "User: Hello."}},
    ("POST", "/api/v1/agents/{agent_id}/chat"): {
        "json": {"turns": [{"role": "user", "text": "Hello."}]}
    },
    ("PUT", "/api/v1/calibrations/{calibration_id}/ratings/{call_id}"): {"json": {"results": {}}},
    ("PATCH", "/api/v1/calls/{call_id}/record"): {"json": {"data": {}}},
    ("POST", "/api/v1/calls/{call_id}/speakers"): {"json": {"swap": True}},
    ("POST", "/api/v1/calls/{call_id}/conduct/opt-out"): {"json": {"is_opt_out": True}},
    ("PUT", "/api/v1/calls/{call_id}/assignee"): {"json": {"user_id": None}},
    ("PATCH", "/api/v1/calls/{call_id}/evaluation"): {
        "json": {"results": {"greeting": {"verdict": "yes"}}}
    },
    ("POST", "/api/v1/calls/{call_id}/evaluation/dispute"): {"json": {"reason": "It is wrong."}},
    ("POST", "/api/v1/calls/{call_id}/comments"): {"json": {"text": "Well done."}},
    ("PATCH", "/api/v1/alerts/{alert_id}"): {"json": {}},
    ("PATCH", "/api/v1/campaigns/{campaign_id}"): {"json": {}},
    ("POST", "/api/v1/campaigns/{campaign_id}/contacts"): {"json": {"contacts": []}},
    ("PATCH", "/api/v1/compliance/hooks/{hook_id}"): {"json": {}},
    ("POST", "/api/v1/compliance/hooks/{hook_id}/try"): {"json": {}},
    ("PATCH", "/api/v1/policies/{policy_id}"): {"json": {}},
    ("POST", "/api/v1/policies/{policy_id}/preview"): {"json": {"transcript": "User: Hello."}},
    ("GET", "/api/v1/policies/{policy_id}/diff"): {"params": {"base": 1}},
    ("PATCH", "/api/v1/destinations/{destination_id}"): {"json": {}},
    ("POST", "/api/v1/destinations/{destination_id}/replay"): SINCE,
    ("POST", "/api/v1/destinations/{destination_id}/replay/preview"): SINCE,
    ("PUT", "/api/v1/inbound-rules/{rule_id}"): {"json": {"caller": "+14155550100"}},
    ("PATCH", "/api/v1/users/{user_id}"): {"json": {"name": "Robin"}},
}


def routes() -> Iterator[APIRoute]:
    for route in create_app(unconnected_settings()).routes:
        yield from _below(route)


def _below(route: Any) -> Iterator[APIRoute]:
    if isinstance(route, APIRoute):
        yield route
    for inner in getattr(getattr(route, "original_router", None), "routes", []):
        yield from _below(inner)


def operations() -> list[Operation]:
    paths = create_app(unconnected_settings()).openapi()["paths"]
    return sorted(
        (method.upper(), path)
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1/")
    )


def guarded() -> list[Operation]:
    return [operation for operation in operations() if operation not in OPEN]


def filled(path: str, ids: dict[str, str] | None = None) -> str:
    """Put an id in for each parameter of a path, or something well-formed."""
    defaults = {"version": "1", "revision": "2", "phone_number": "+14155550199"} | (ids or {})
    return re.sub(r"{(\w+)}", lambda match: defaults.get(match[1], str(NOBODY)), path)


def _depends_on_caller(dependant: Dependant) -> bool:
    return dependant.call is get_caller or any(map(_depends_on_caller, dependant.dependencies))


def test_every_route_says_in_its_signature_who_may_ask() -> None:
    silent = {
        (method, route.path)
        for route in routes()
        for method in route.methods or ()
        if route.path.startswith("/api/") and not _depends_on_caller(route.dependant)
    }

    assert silent == OPEN
    assert len(operations()) > 50


async def test_every_path_needs_credentials(shared_service: Service) -> None:
    async with httpx.AsyncClient(base_url=shared_service.settings.own_url) as client:
        for method, path in guarded():
            response = await client.request(method, filled(path))

            problem_of(response, 401, "no-credentials")
            assert response.headers["www-authenticate"] == "Bearer"


async def refused(colleague: Customer) -> set[Operation]:
    """Ask everything that is not about one's own account; return what the role does not allow."""
    found = set()
    for method, path in guarded():
        if path.startswith(OWN_ACCOUNT) or path.endswith("/events"):
            continue
        response = await colleague.client.request(method, filled(path))
        assert response.status_code != 401, f"{method} {path}"
        if response.status_code == 403:
            problem_of(response, 403, "role-missing")
            found.add((method, path))
    return found


def for_administrators() -> set[Operation]:
    return {
        (method, path)
        for method, path in guarded()
        if path.startswith(ADMINISTRATORS) or (method, path) in ADMINISTRATORS_ONLY
    }


async def test_a_manager_does_everything_but_what_is_for_administrators(
    customer: Customer,
) -> None:
    manager = await customer.colleague(Role.MANAGER)

    assert await refused(manager) == for_administrators()


async def test_a_reviewer_looks_at_everything_and_changes_records_only(
    customer: Customer,
) -> None:
    reviewer = await customer.colleague(Role.REVIEWER)
    changes = {
        (method, path)
        for method, path in guarded()
        if method != "GET" and not path.startswith(OWN_ACCOUNT)
    }

    assert await refused(reviewer) == (
        (changes - REVIEWERS_MAY) | MANAGERS_READ | for_administrators()
    )


async def full_of_data(customer: Customer) -> dict[str, str]:
    """Give an organisation one of everything, and return the ids by the names in paths."""
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id)
        call = await builders.call(session, agent, status=CallStatus.ENDED, lines=("user: Hi.",))
        await builders.record(session, call, status=RecordStatus.VALID)
        rule = InboundRule(org_id=customer.org.id, caller="+14155550100", variables={})
        session.add(rule)
    await send(customer, RetellSide(None).started())
    async with db.transaction(customer.sessions) as session:
        of_ours = select(Webhook.id).where(Webhook.org_id == customer.org.id)
        webhook_id = (await session.exec(of_ours)).one()
    key = await customer.post("/api-keys", {"name": "CRM import", "role": "manager"})
    return {
        "agent_id": str(agent.id),
        "call_id": str(call.id),
        "rule_id": str(rule.id),
        "webhook_id": str(webhook_id),
        "user_id": str(customer.user.id),
        "key_id": key["id"],
    }


async def test_what_is_another_organisations_is_not_there_on_any_path(
    customer: Customer, stranger: Customer
) -> None:
    await full_of_data(customer)
    theirs = await full_of_data(stranger)
    asked = {}

    for method, path in guarded():
        if "{" in path and (method, path) not in NOT_OURS:
            needed = NEEDED.get((method, path), {})
            response = await customer.client.request(method, filled(path, theirs), **needed)

            asked[method, path] = response.status_code
    assert {operation: status for operation, status in asked.items() if status != 404} == {}
    assert len(asked) > 25


async def test_no_list_shows_anything_of_another_organisation(
    customer: Customer, stranger: Customer
) -> None:
    await full_of_data(customer)
    theirs = await full_of_data(stranger)

    for method, path in guarded():
        if method == "GET" and "{" not in path and not path.endswith("/events"):
            text = (await customer.client.get(path)).text

            assert not any(id_ in text for id_ in theirs.values()), path
            assert stranger.org.slug not in text, path


async def test_nothing_is_left_changed_after_strangers_have_tried(
    customer: Customer, stranger: Customer
) -> None:
    ours = await full_of_data(customer)

    for method, path in guarded():
        if "{" in path and method != "GET" and (method, path) not in NOT_OURS:
            needed = NEEDED.get((method, path), {})
            await stranger.client.request(method, filled(path, ours), **needed)

    assert (await customer.get(f"/agents/{ours['agent_id']}"))["archived_at"] is None
    assert (await customer.get("/inbound-rules"))["items"][0]["id"] == ours["rule_id"]
    assert (await customer.get("/api-keys"))["items"][0]["revoked_at"] is None
    assert (await customer.get("/auth/me"))["name"] == "Somebody"
