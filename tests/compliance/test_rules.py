"""Rules: those that are shipped, and an organisation's own, which say why they are looser."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from backend.auth.models import Role
from backend.compliance.hours import Opening, is_open
from backend.compliance.models import Scope
from backend.compliance.rules import Rule, RuleKind, shipped
from backend.compliance.strictness import looser
from tests.compliance.test_deciding import utc
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FEDERAL = "us.calling_hours"
CALIFORNIA = "+14155550100"


def _hours(begin: str, end: str, **members: Any) -> dict[str, Any]:
    return {
        "name": FEDERAL,
        "kind": "hours",
        "country": "US",
        "purposes": ["marketing"],
        "hours": [{"days": EVERY_DAY, "from": begin, "to": end}],
    } | members


async def _set(customer: Customer, *rules: dict[str, Any]) -> Any:
    response = await customer.client.put("/api/v1/compliance/rules", json={"rules": rules})
    assert response.status_code == 200, response.text
    return response.json()


async def _check(customer: Customer, at: str, **members: Any) -> Any:
    body = {"to_number": CALIFORNIA, "purpose": "marketing", "at": at}
    return await customer.post("/compliance/check", body | members)


async def _agree(customer: Customer) -> None:
    consent = {"to_number": CALIFORNIA, "purpose": "marketing", "kind": "written"}
    given_at = {"source": "form", "given_at": "2026-01-01T00:00:00Z"}
    await customer.post("/consents", consent | given_at)


def test_every_shipped_rule_has_a_name_of_its_own_a_source_and_a_date() -> None:
    rules = shipped().rules

    assert len({rule.name for rule in rules}) == len(rules) > 40
    assert {rule.kind for rule in rules} == set(RuleKind)
    assert all(rule.purposes == (Scope.MARKETING,) for rule in rules)
    assert all(len(rule.source) > 10 for rule in rules)


async def test_the_rules_in_force_are_shown_with_source_and_version(customer: Customer) -> None:
    shown = await customer.get("/compliance/rules")

    (florida,) = [each for each in shown["items"] if each["rule"]["name"] == "us-fl.attempts"]
    assert shown["version"] == shipped().version
    assert (florida["rule"]["max_attempts"], florida["rule"]["per_hours"]) == (3, 24)
    assert "501.616" in florida["rule"]["source"]
    assert (florida["is_own"], florida["changed_at"]) == (False, None)


async def test_a_looser_rule_needs_a_reason_and_it_is_kept(customer: Customer) -> None:
    await _agree(customer)
    late = "2026-11-03T05:30:00Z"  # 21:30 in California.
    refused = await customer.client.put(
        "/api/v1/compliance/rules", json={"rules": [_hours("08:00", "22:00")]}
    )
    assert pointers(problem_of(refused, 422, "rules-invalid")) == ["/rules/0/reason"]
    assert (await _check(customer, late))["refusal"] == "outside_window"

    await _set(customer, _hours("08:00", "22:00", reason="They asked to be called late."))

    assert (await _check(customer, late))["allowed"] is True
    shown = (await customer.get("/compliance/rules"))["items"]
    (changed,) = [each for each in shown if each["is_own"]]
    assert changed["looser"] == ["it allows calls at more hours"]
    assert changed["reason"] == "They asked to be called late."
    assert changed["changed_by"] == str(customer.user.id)
    assert changed["shipped"]["hours"][0]["to"] == "21:00"


async def test_what_was_shipped_is_back_when_the_own_rule_is_left_out(customer: Customer) -> None:
    await _agree(customer)
    await _set(customer, _hours("08:00", "22:00", reason="A test."))

    await _set(customer)

    assert (await _check(customer, "2026-11-03T05:30:00Z"))["refusal"] == "outside_window"
    changes = (await customer.get("/compliance/rules/changes"))["items"]
    assert [(each["name"], each["rule"] is None, each["reason"]) for each in changes] == [
        (FEDERAL, True, None),
        (FEDERAL, False, "A test."),
    ]


async def test_setting_the_same_again_changes_nothing(customer: Customer) -> None:
    for _ in range(2):
        await _set(customer, _hours("09:00", "20:00", as_of="2026-11-01"))

    assert len((await customer.get("/compliance/rules/changes"))["items"]) == 1


async def test_an_organisation_may_bind_more_and_binds_no_other(
    customer: Customer, stranger: Customer
) -> None:
    night = "2026-11-03T10:00:00Z"
    own = _hours("07:00", "22:00", name="own.service_hours", purposes=["service"])

    await _set(customer, own)

    refused = await _check(customer, night, purpose="service")
    assert (refused["refusal"], refused["rule"]["name"]) == ("outside_window", "own.service_hours")
    assert refused["next_allowed_at"] == "2026-11-03T15:00:00Z"
    assert (await _check(stranger, night, purpose="service"))["allowed"] is True


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"hours": [{"days": ["mon"], "from": "20:00", "to": "08:00"}]}, "/rules/0/hours/0"),
        ({"hours": [{"days": ["mon"], "from": "8", "to": "09:00"}]}, "/rules/0/hours/0/from"),
        ({"purposes": ["all"]}, "/rules/0/purposes/0"),
        ({"max_attempts": 3}, "/rules/0"),
        ({"kind": "attempts"}, "/rules/0"),
        ({"country": None, "state": "CA"}, "/rules/0"),
        ({"holidays": "XX"}, "/rules/0/holidays"),
        ({"holidays": "US-ZZ"}, "/rules/0/holidays"),
    ],
)
async def test_a_rule_that_says_nothing_clear_is_refused_at_its_place(
    customer: Customer, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"rules": [_hours("08:00", "21:00") | wrong]}

    response = await customer.client.put("/api/v1/compliance/rules", json=body)

    assert response.status_code == 422
    assert pointer in pointers(response.json())


async def test_only_administrators_change_rules_and_all_may_read_them(customer: Customer) -> None:
    manager = await customer.colleague(Role.MANAGER)

    refused = await manager.client.put("/api/v1/compliance/rules", json={"rules": []})

    assert refused.status_code == 403
    assert (await manager.get("/compliance/rules"))["items"]


async def test_a_number_is_checked_for_an_agents_purpose(customer: Customer) -> None:
    agent = await customer.published_agent(purpose="marketing")

    checked = await _check(customer, "2026-11-02T18:00:00Z", purpose=None, agent_id=agent["id"])

    assert (checked["refusal"], checked["next_allowed_at"]) == ("no_consent", None)
    assert checked["rule"]["name"] == "us.consent"
    assert checked["zones"] == ["America/Los_Angeles"]


async def test_a_number_is_checked_for_what_is_published_as_a_dial_is(customer: Customer) -> None:
    agent = await customer.published_agent(purpose="marketing")
    path = f"/api/v1/agents/{agent['id']}"
    changed = await customer.client.patch(path, json={"purpose": "service"})
    assert changed.status_code == 200, changed.text
    draft = await customer.post("/agents", {"name": "New", "prompt": "x", "purpose": "marketing"})

    for asked in (agent, draft):
        checked = await _check(customer, "2026-11-02T18:00:00Z", purpose=None, agent_id=asked["id"])
        assert checked["refusal"] == "no_consent"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_an_instant_at_the_end_of_the_calendar_is_refused(
    customer: Customer, at: str
) -> None:
    agent = await customer.published_agent(purpose="marketing")
    for path, name in (("/compliance/check", "at"), ("/calls", "scheduled_at")):
        body = {"agent_id": agent["id"], "to_number": CALIFORNIA, name: at}

        response = await customer.client.post(f"/api/v1{path}", json=body)

        assert response.status_code == 422, response.text
        assert pointers(response.json())[0].startswith(f"/{name}")
        assert "years 2 to 9998" in response.text


@pytest.mark.parametrize("at", ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
async def test_the_first_and_last_instants_that_are_taken_are_decided(
    customer: Customer, at: str
) -> None:
    await _set(customer, _hours("08:00", "09:00", name="own", holidays="US", purposes=["service"]))
    agent = await customer.published_agent()

    assert (await _check(customer, at, purpose="service"))["refusal"] == "outside_window"
    body = {"agent_id": agent["id"], "to_number": CALIFORNIA, "scheduled_at": at}
    assert (await customer.client.post("/api/v1/calls", json=body)).status_code in {202, 409}


async def test_another_organisations_agent_is_not_there_to_check_for(
    customer: Customer, stranger: Customer
) -> None:
    agent = await stranger.published_agent()
    body = {"to_number": CALIFORNIA, "agent_id": agent["id"]}

    assert (await customer.client.post("/api/v1/compliance/check", json=body)).status_code == 404


async def test_a_zone_that_there_is_not_is_refused(customer: Customer) -> None:
    body = {"to_number": CALIFORNIA, "time_zone": "America/Springfield"}

    response = await customer.client.post("/api/v1/compliance/check", json=body)

    assert pointers(response.json()) == ["/time_zone"]


quarters = st.integers(0, 96).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
stretch = st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1])


@given(stretch, st.sets(st.sampled_from(EVERY_DAY), min_size=1), st.integers(0, 7 * 96 - 1))
def test_hours_that_are_not_looser_allow_nothing_that_was_shut(
    hours: tuple[str, str], days: set[str], quarter: int
) -> None:
    default = next(rule for rule in shipped().rules if rule.name == FEDERAL)
    content = _hours(*hours, source="Own.", as_of="2026-11-01")
    content["hours"][0]["days"] = sorted(days)
    own = Rule.model_validate(content)
    at = utc("2026-11-02T05:00") + timedelta(minutes=15 * quarter)

    if not looser(own, default) and is_open(Opening(own.schedule(), "America/New_York"), at):
        assert is_open(Opening(default.schedule(), "America/New_York"), at)
