"""What happened before the event log begins is not known, which is another thing than none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.insights.alerts import windows
from backend.insights.alerts.models import Alert, Comparison
from backend.platform import clock, db, pruning
from backend.platform.events import LoggedEvent
from tests.support.customers import Customer

DAY = timedelta(days=1)


def _noon(days_ago: int) -> datetime:
    return clock.now().astimezone(UTC).replace(hour=12, minute=0) - days_ago * DAY


async def _miss(customer: Customer, *days_ago: int) -> None:
    async with db.transaction(customer.sessions) as session:
        for days in days_ago:
            session.add(
                LoggedEvent(org_id=customer.org.id, name="call.repaired", data={}, at=_noon(days))
            )


async def _prune(customer: Customer, before: datetime) -> int:
    async with db.transaction(customer.sessions) as session:
        return await pruning.prune(session, before, batch=100, org_id=customer.org.id)


async def _missed(customer: Customer, by: str = "day", days: int = 6) -> dict[str, Any]:
    since = _noon(days).replace(hour=0)
    found: dict[str, Any] = await customer.get(
        "/insights/series", metric="webhooks_missed", by=by, since=since.isoformat()
    )
    return found


async def test_days_of_which_events_were_pruned_have_no_figure(customer: Customer) -> None:
    await _miss(customer, 6, 6, 4, 2)
    assert [each["value"] for each in (await _missed(customer))["points"]] == [
        *(2, 0, 1, 0, 1, 0, 0)
    ]

    assert await _prune(customer, _noon(5)) == 2

    found = await _missed(customer)
    # The day in whose middle the log begins is not known either.
    assert [each["value"] for each in found["points"]] == [None, None, 1, 0, 1, 0, 0]
    assert (found["overall"]["value"], found["known_since"][:10]) == (2, str(_noon(5).date()))
    assert (await _missed(customer, days=3))["known_since"] is None
    assert (await _missed(customer, "hour"))["overall"]["value"] == 2


async def test_of_a_stretch_before_the_log_nothing_is_known(customer: Customer) -> None:
    await _miss(customer, 9, 1)
    await _prune(customer, _noon(2))
    ends = {"since": _noon(20).isoformat(), "until": _noon(10).isoformat()}

    for by in ("day", "weekday", "agent"):
        found = await customer.get("/insights/series", metric="webhooks_missed", by=by, **ends)
        values = {each["value"] for each in [found["overall"], *found["points"]]}
        assert values == {None}, by
    export = await customer.client.get(
        "/api/v1/insights/series/export", params={"metric": "webhooks_missed", "by": "day"} | ends
    )
    assert export.text.splitlines()[1].endswith(",,,,0")


async def test_pruning_for_a_shorter_time_later_brings_nothing_back(customer: Customer) -> None:
    await _miss(customer, 6, 4, 1)
    await _prune(customer, _noon(3))
    await _miss(customer, 9)

    await _prune(customer, _noon(8))

    assert (await _missed(customer))["known_since"][:10] == str(_noon(3).date())


async def test_a_log_that_nobody_pruned_is_known_from_the_beginning(customer: Customer) -> None:
    await _miss(customer, 1)
    assert await _prune(customer, _noon(5)) == 0
    found = await _missed(customer)
    assert (found["known_since"], found["points"][0]["value"]) == (None, 0)


async def test_another_organisations_pruning_is_none_of_theirs(
    customer: Customer, stranger: Customer
) -> None:
    await _miss(customer, 6)
    await _prune(customer, _noon(5))
    assert (await _missed(stranger))["known_since"] is None


async def test_drift_counts_the_days_that_are_known(customer: Customer) -> None:
    await _miss(customer, 30)
    await _prune(customer, clock.now() - timedelta(days=12, hours=1))

    (found,) = (await customer.get("/insights/drift", metric="webhooks_missed"))["items"]

    assert (found["n"], found["baseline_n"], found["verdict"]) == (7, 5, "too_few")


@pytest.mark.parametrize(
    ("comparison", "value", "baseline"),
    [(Comparison.ABOVE, 1.0, None), (Comparison.RISES_BY_PERCENT, 1.0, None)],
)
async def test_an_alert_has_no_baseline_of_weeks_that_are_gone(
    customer: Customer, comparison: Comparison, value: float, baseline: float | None
) -> None:
    alert = Alert(
        org_id=customer.org.id,
        name="Missed",
        metric="webhooks_missed",
        comparison=comparison,
        threshold=0.0,
        window_minutes=60,
        min_samples=0,
        hold_minutes=0,
    )
    # In the same hour of this week and of each of the four weeks before.
    async with db.transaction(customer.sessions) as session:
        for week in range(5):
            at = clock.now() - timedelta(weeks=week, minutes=10)
            session.add(LoggedEvent(org_id=customer.org.id, name="call.repaired", data={}, at=at))
    async with db.transaction(customer.sessions) as session:
        before = await windows.read(session, alert, clock.now())
    await _prune(customer, clock.now() - timedelta(days=10))

    async with db.transaction(customer.sessions) as session:
        seen = await windows.read(session, alert, clock.now())

    assert (seen.value, seen.baseline) == (value, baseline)
    assert before.baseline == (1.0 if comparison is Comparison.RISES_BY_PERCENT else None)
