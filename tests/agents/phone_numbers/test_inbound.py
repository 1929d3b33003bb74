"""Calls that come in: what their agent knows about the caller, and who does not get through."""

import asyncio
import time
from typing import Any

import asyncpg
import pytest

from backend.agents.models import InboundRule
from backend.agents.phone_numbers.inbound import best_rule, callers_matching
from backend.auth.models import Role
from backend.platform import ids
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.signing import as_sent, sign

MIKE = "+14155550101"
VARIABLES = [
    {"name": "driver_name", "default": "driver"},
    {"name": "load", "required": False},
]


@pytest.fixture
def account(sandbox: Sandbox) -> RetellAccount:
    return RetellAccount(sandbox)


async def _line(customer: Customer, account: RetellAccount) -> tuple[str, dict[str, Any]]:
    """Give an agent a number."""
    number = await account.buy_number()
    agent = await customer.published_agent(prompt="Hi {{driver_name}}.", variables=VARIABLES)
    bound = {"inbound_agent_id": agent["id"]}
    response = await customer.client.put(f"/api/v1/phone-numbers/{number}", json=bound)
    assert response.status_code == 200, response.text
    return number, agent


async def _ask(customer: Customer, signed_with: str = API_KEY, **asked: str) -> Any:
    body = as_sent({"event": "call_inbound", "call_inbound": asked})
    return await customer.client.post(
        f"/webhook/retell/{customer.org.slug}/inbound",
        content=body,
        headers={"X-Retell-Signature": sign(body, signed_with)},
    )


async def test_a_known_caller_brings_their_variables_along(
    customer: Customer, account: RetellAccount
) -> None:
    number, agent = await _line(customer, account)
    await customer.post("/inbound-rules", {"caller": MIKE, "variables": {"driver_name": "Mike"}})

    known = await account.call_in(number, MIKE)
    unknown = await account.call_in(number, "+14155550102")

    calls = [await account.call(answer["call_id"]) for answer in (known, unknown)]
    assert [call["retell_llm_dynamic_variables"] for call in calls] == [
        {"driver_name": "Mike", "load": ""},
        {"driver_name": "driver", "load": ""},
    ]
    assert {call["agent_id"] for call in calls} == {agent["retell_agent_id"]}


async def test_a_blocked_caller_does_not_get_through(
    customer: Customer, account: RetellAccount
) -> None:
    number, _ = await _line(customer, account)
    rule = await customer.post(
        "/inbound-rules", {"caller": "+1415*", "phone_number": number, "is_blocked": True}
    )

    blocked = await account.call_in(number, MIKE)
    await customer.client.delete(f"/api/v1/inbound-rules/{rule['id']}")
    passed = await account.call_in(number, MIKE)

    assert blocked == {"outcome": "rejected", "call_id": None}
    assert passed["outcome"] == "connected"


async def test_an_answer_comes_in_time_also_when_the_rules_cannot_be_read(
    customer: Customer, account: RetellAccount
) -> None:
    number, agent = await _line(customer, account)
    await customer.post("/inbound-rules", {"caller": "*", "is_blocked": True})
    assert customer.settings.database.url is not None
    blocker = await asyncpg.connect(customer.settings.database.url.get_secret_value())
    transaction = blocker.transaction()
    await transaction.start()
    await blocker.execute("lock table inbound_rules in access exclusive mode")

    began = time.monotonic()
    answer = await account.call_in(number, MIKE)
    took = time.monotonic() - began
    await transaction.rollback()
    await blocker.close()

    assert took < 2
    # Retell fills in the defaults by itself: they were published with the agent.
    call = await account.call(answer["call_id"])
    assert call["agent_id"] == agent["retell_agent_id"]
    engine = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
    llm = await account.ask("GET", f"/get-retell-llm/{engine['response_engine']['llm_id']}")
    assert llm["default_dynamic_variables"] == {"driver_name": "driver", "load": ""}
    assert (await account.call_in(number, MIKE))["outcome"] == "rejected"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"call_inbound": {"from_number": 7}}', b"\xff"])
async def test_what_cannot_be_read_changes_nothing(customer: Customer, body: bytes) -> None:
    response = await customer.client.post(
        f"/webhook/retell/{customer.org.slug}/inbound",
        content=body,
        headers={"X-Retell-Signature": sign(body, API_KEY)},
    )

    # A body that is no text has no signature either.
    assert response.status_code == (401 if body == b"\xff" else 200)
    assert response.json().get("call_inbound") == (None if body == b"\xff" else {})


async def test_only_retell_is_answered(customer: Customer) -> None:
    response = await _ask(customer, signed_with="another key", from_number=MIKE, to_number=MIKE)

    assert problem_of(response, 401, "signature-refused")["reason"] == "wrong_key"
    large = await customer.client.post(
        f"/webhook/retell/{customer.org.slug}/inbound", content=b" " * 70_000
    )
    assert large.status_code == 413


async def test_rules_are_an_organisations_own(
    customer: Customer, stranger: Customer, account: RetellAccount
) -> None:
    number, _ = await _line(customer, account)
    rule = await stranger.post("/inbound-rules", {"caller": MIKE, "is_blocked": True})

    path = f"/api/v1/inbound-rules/{rule['id']}"
    for response in (
        await customer.client.get(path),
        await customer.client.put(path, json={"caller": MIKE}),
        await customer.client.delete(path),
    ):
        problem_of(response, 404, "inbound-rule-not-found")
    assert (await customer.get("/inbound-rules"))["items"] == []
    assert (await account.call_in(number, MIKE))["outcome"] == "connected"
    # Another organisation's number is nobody's to that one's rules.
    answer = (await _ask(stranger, from_number="+14155550109", to_number=number)).json()
    assert answer == {"call_inbound": {}}


async def test_a_rule_can_be_changed_but_not_doubled(customer: Customer) -> None:
    rule = await customer.post("/inbound-rules", {"caller": MIKE, "note": "Mike"})
    path = f"/api/v1/inbound-rules/{rule['id']}"

    doubled = await customer.client.post("/api/v1/inbound-rules", json={"caller": MIKE})
    changed = await customer.client.put(path, json={"caller": MIKE, "is_blocked": True})

    problem_of(doubled, 409, "inbound-rule-exists")
    assert (changed.json()["is_blocked"], changed.json()["note"]) == (True, None)
    assert await customer.get(f"/inbound-rules/{rule['id']}") == changed.json()
    reviewer = await customer.colleague(Role.REVIEWER)
    problem_of(await reviewer.client.delete(path), 403, "role-missing")


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"caller": "0123"}, "/caller"),
        ({"caller": MIKE, "phone_number": "+1415*"}, "/phone_number"),
        ({"caller": MIKE, "variables": {"1st": "x"}}, "/variables/1st"),
        ({"caller": MIKE, "is_blocked": True, "variables": {"a": "x"}}, ""),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    customer: Customer, rule: dict[str, Any], pointer: str
) -> None:
    response = await customer.client.post("/api/v1/inbound-rules", json=rule)

    found = pointers(problem_of(response, 422, "invalid-request"))
    assert any(each.startswith(pointer) for each in found)


def test_the_most_exact_rule_holds() -> None:
    def rule(caller: str, phone_number: str | None = None) -> InboundRule:
        return InboundRule(org_id=ids.new_id(), caller=caller, phone_number=phone_number)

    callers = callers_matching(MIKE)
    everyone, area, near, mike = rule("*"), rule("+1415*"), rule("+14155550*"), rule(MIKE)
    here = rule(MIKE, "+14155550199")

    assert best_rule([everyone, area, near, mike, here], callers) is here
    assert best_rule([everyone, area, near], callers) is near
    assert best_rule([], callers) is None
    assert {each.caller for each in (everyone, area, near, mike)} <= set(callers)
    assert callers_matching("anonymous") == ["anonymous", "*"]


async def test_many_questions_at_once_are_all_answered(
    customer: Customer, account: RetellAccount
) -> None:
    number, _ = await _line(customer, account)

    answers = await asyncio.gather(
        *(_ask(customer, from_number=MIKE, to_number=number) for _ in range(20))
    )

    assert {answer.json()["call_inbound"]["override_agent_version"] for answer in answers} == {0}
