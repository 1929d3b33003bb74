"""Extracting again from many calls: what would change is shown before anything does."""

from typing import Any

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db
from backend.records.models import Origin, RecordStatus
from tests.records.test_corrections import SCHEMA
from tests.support import builders
from tests.support.customers import Customer, new_customer
from tests.support.problems import problem_of
from tests.support.sandbox import Sandbox
from tests.support.service import running_service, test_settings
from tests.support.waiting import until

LINES = ("agent: Are you late?", "user: I am on time, in Indio.")
NOTHING: dict[str, Any] = {"outcome": None, "stops": []}


async def _calls(customer: Customer, count: int, **record: Any) -> list[Call]:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id, record_schema=SCHEMA)
        made = [await builders.call(session, agent, lines=LINES) for _ in range(count)]
        for call in made:
            await builders.record(session, call, **{"data": NOTHING} | record)
    return made


async def _done(customer: Customer, backtest: dict[str, Any], state: str = "done") -> Any:
    async def probe() -> Any:
        found = await customer.get(f"/backtests/{backtest['id']}")
        return found if found["state"] == state else None

    return await until(probe, f"the back-test to be {state}")


async def _created(customer: Customer, calls: list[Call], **wanted: Any) -> dict[str, Any]:
    body = {"agent_id": str(calls[0].agent_id), **wanted}
    created: dict[str, Any] = await customer.post("/backtests", body)
    return created


async def test_nothing_is_replaced_before_it_is_applied(
    customer: Customer, sandbox: Sandbox
) -> None:
    calls = await _calls(customer, 6)
    created = await _created(customer, calls)
    assert (created["state"], created["total"]) == ("ready", 6)
    assert created["estimated_tokens"] > 0

    await customer.post(f"/backtests/{created['id']}/start")
    done = await _done(customer, created)

    assert done["trials"] == {"done": 6}
    report = await customer.get(f"/backtests/{created['id']}/report")
    assert (report["calls"], report["changed"]) == (6, 6)
    assert report["changes"]["outcome"] == 6
    path = f"/backtests/{created['id']}/trials"
    first = await customer.get(path, limit=4)
    second = await customer.get(path, cursor=first["next_cursor"])
    assert (len(first["items"]), len(second["items"])) == (4, 2)
    change = first["items"][0]["differences"][0]
    assert (change["field"], change["kind"], change["after"]) == ("outcome", "added", "on time")
    for call in calls:
        assert (await customer.get(f"/calls/{call.id}/record"))["revision"] == 1

    await customer.post(f"/backtests/{created['id']}/apply")
    applied = await _done(customer, created, "applied")

    assert applied["trials"] == {"applied": 6}
    record = await customer.get(f"/calls/{calls[0].id}/record")
    assert (record["revision"], record["data"]["outcome"]) == (2, "on time")


async def test_what_a_person_vouches_for_is_left_alone_and_is_what_is_measured_by(
    customer: Customer, sandbox: Sandbox
) -> None:
    golden = {"status": RecordStatus.CORRECTED, "origin": Origin.CORRECTION}
    [call] = await _calls(customer, 1, data={"outcome": "late", "stops": []}, **golden)
    created = await _created(customer, [call], origin="correction")

    await customer.post(f"/backtests/{created['id']}/start")
    await _done(customer, created)
    report = await customer.get(f"/backtests/{created['id']}/report")
    await customer.post(f"/backtests/{created['id']}/apply")
    applied = await _done(customer, created, "applied")

    assert report["golden_calls"] == 1
    [outcome] = [field for field in report["fields"] if field["field"] == "outcome"]
    assert (outcome["wrong"], outcome["values"]) == (1, 1)
    assert outcome["interval"][0] == 0
    assert applied["trials"] == {"skipped": 1}
    assert (await customer.get(f"/calls/{call.id}/record"))["data"]["outcome"] == "late"


async def test_a_paused_back_test_goes_on_where_it_was(
    customer: Customer, sandbox: Sandbox
) -> None:
    calls = await _calls(customer, 8)
    created = await _created(customer, calls)
    await sandbox.control(
        "POST", "/llm/faults", {"kind": "slow", "count": 4, "params": {"seconds": 0.3}}
    )
    path = f"/backtests/{created['id']}"

    await customer.post(f"{path}/start")
    paused = await customer.post(f"{path}/pause")

    async def at_rest() -> Any:
        found = await customer.get(path)
        return found if "queued" not in found["trials"] else None

    rested = await until(at_rest, "what is on its way to be finished")
    assert (paused["state"], rested["state"]) == ("paused", "paused")
    assert rested["trials"]["pending"] == 4
    await customer.post(f"{path}/start")
    assert (await _done(customer, created))["trials"] == {"done": 8}


async def test_a_call_that_fails_is_told_with_its_reason(
    customer: Customer, sandbox: Sandbox
) -> None:
    calls = await _calls(customer, 2)
    created = await _created(customer, calls)
    await sandbox.control("POST", "/llm/faults", {"kind": "refusal"})

    await customer.post(f"/backtests/{created['id']}/start")
    done = await _done(customer, created)

    assert done["trials"] == {"failed": 2}
    trials = (await customer.get(f"/backtests/{created['id']}/trials"))["items"]
    assert all("declined" in trial["failure"] for trial in trials)


async def test_each_verb_has_its_states_and_its_people(
    customer: Customer, stranger: Customer
) -> None:
    calls = await _calls(customer, 1)
    created = await _created(customer, calls)
    path = f"/api/v1/backtests/{created['id']}"
    reviewer = await customer.colleague(Role.REVIEWER)

    for verb in ("pause", "apply"):
        response = await customer.client.post(f"{path}/{verb}")
        problem_of(response, 409, "backtest-not-in-state")
    for verb in ("start", "pause", "apply"):
        problem_of(await reviewer.client.post(f"{path}/{verb}"), 403, "role-missing")
        problem_of(await stranger.client.post(f"{path}/{verb}"), 404, "backtest-not-found")
    for page in ("", "/trials", "/report"):
        problem_of(await stranger.client.get(f"{path}{page}"), 404, "backtest-not-found")
    assert (await stranger.get("/backtests"))["items"] == []
    assert [item["id"] for item in (await customer.get("/backtests"))["items"]] == [created["id"]]


async def test_there_must_be_something_to_try(customer: Customer) -> None:
    [call] = await _calls(customer, 1)
    agent_id = str(call.agent_id)

    nothing = {"agent_id": agent_id, "status": "needs_review"}
    response = await customer.client.post("/api/v1/backtests", json=nothing)
    problem_of(response, 409, "nothing-to-extract")
    unknown = {"agent_id": agent_id, "version": 7}
    response = await customer.client.post("/api/v1/backtests", json=unknown)
    problem_of(response, 404, "agent-version-not-found")


async def test_words_go_to_the_organisations_own_language_model_alone(customer: Customer) -> None:
    calls = await _calls(customer, 1)
    # It has no key for this one.
    await customer.patch("/organisation", {"llm_model": "anthropic/of-this-company"})

    async def fails() -> bool:
        created = await _created(customer, calls)
        await customer.post(f"/backtests/{created['id']}/start")
        done = await _done(customer, created)
        return bool(done["trials"] == {"failed": 1})

    # Workers know of it within two seconds.
    await until(fails, "the new model to be asked, for which there is no key")


async def test_the_estimate_is_for_the_organisations_own_model(dsn: str, sandbox: Sandbox) -> None:
    prices = {"openai/sandbox-of-this-company": [100_000, 100_000]}
    settings = test_settings(dsn, sandbox, llm={"prices": prices})
    async with running_service(settings, worker=False) as service, new_customer(service) as one:
        calls = await _calls(one, 1)
        await one.patch("/organisation", {"llm_model": "openai/sandbox-of-this-company"})

        assert (await _created(one, calls))["estimated_cost_cents"] > 0
