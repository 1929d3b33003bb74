"""A week of a campaign, by a clock that the test drives: processes die, webhooks get lost.

Real processes; the clock of all of them is a file that the test writes. It stands still while there
is anything to do, and is then put to when something is due next. `CAMPAIGN_WEEK_CONTACTS` sets how
long the list is: 20,000 take hours.
"""

import asyncio
import os
import random
import struct
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backend.platform import db
from tests.journeys.conftest import Install
from tests.support.figures import Figures
from tests.support.installation import Installation
from tests.support.service import Service

CONTACTS = int(os.environ.get("CAMPAIGN_WEEK_CONTACTS", "40"))  # noqa: TID251 - how much is tested
# Clocks in the United States are put back on Sunday, 1 November 2026.
BEGINS = datetime(2026, 10, 29, 0, 0, tzinfo=UTC)
HOME = "America/Los_Angeles"
ZONES = (
    "America/Adak", "America/Anchorage", "America/Asuncion", "America/Bogota", "America/Boise",
    "America/Caracas", "America/Chicago", "America/Denver", "America/Detroit", "America/Guyana",
    "America/Halifax", "America/Havana", "America/Jamaica", "America/La_Paz", "America/Lima",
    "America/Los_Angeles", "America/Managua", "America/Mexico_City", "America/Montevideo",
    "America/New_York", "America/Panama", "America/Phoenix", "America/Regina",
    "America/Santiago", "America/Santo_Domingo", "America/Sao_Paulo", "America/St_Johns",
    "America/Tijuana", "America/Toronto", "Pacific/Honolulu",
)  # fmt: skip
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# The hours around the change of clocks, and some by day.
HOURS = (("00:30", "03:30"), ("10:00", "15:00"))
SCENARIOS = {"driver_check_in": 9, "no_answer": 5, "busy": 3, "voicemail": 3, "declined": 1}
# When the clocks of California are put back and others are not, some have no hour in common.
ENDS = {
    *("completed", "attempt_ceiling_reached", "suppressed", "declined", "no_common_hours"),
}
NEVER = "360000"
SETTLED_SECONDS = 0.3
# After so many steps of the clock everything that may befall it befalls it again.
OFTEN = 60

_STANDING = text(
    """
    select (select count(*) from pgqueuer where status in ('queued', 'picked')
            and execute_after <= now()) as jobs,
        (select coalesce(string_agg(status || n, ' ' order by status), '') from (
            select status, count(*) as n from calls group by status) as each) as calls,
        (select coalesce(string_agg(state || n, ' ' order by state), '') from (
            select state, count(*) as n from campaign_contacts group by state) as each) as contacts,
        (select count(*) from campaign_contacts where state = 'waiting' and due_at <= :now) as due,
        (select coalesce(sum(cardinality(array(select jsonb_array_elements(seen)))), 0) from calls)
            as seen
    """
)
_NEXT = text(
    """
    select min(at) from (
        select min(due_at) as at from campaign_contacts where state = 'waiting'
        union all select min(check_at) from campaign_contacts
        union all select min(check_at) from calls
        union all select min(due_at) from calls where status in ('scheduled', 'queued')
        union all select min(next_start_at) from dial_queues where next_start_at > :now
    ) as moments
    """
)
_DIALS = text(
    """
    select calls.to_number, calls.sent_at, contacts.time_zone
    from calls join campaign_contacts as contacts on contacts.to_number = calls.to_number
    where calls.retell_call_id is not null order by calls.sent_at
    """
)


class DrivenClock:
    """The clock of every process: it stands where it was put."""

    def __init__(self, file: Path, at: datetime) -> None:
        file.write_bytes(struct.pack("d", at.timestamp()))
        self._descriptor = os.open(file, os.O_WRONLY)
        self.now = at

    def put(self, at: datetime) -> None:
        self.now = at
        # All of it at once: a reader never sees half an instant.
        os.pwrite(self._descriptor, struct.pack("d", at.timestamp()), 0)


def _number(index: int) -> str:
    return f"+1{4155550000 + index}" if index < 10_000 else f"+1{6285550000 + index - 10_000}"


def _contacts(dice: random.Random) -> list[dict[str, Any]]:
    scenarios = dice.choices(list(SCENARIOS), list(SCENARIOS.values()), k=CONTACTS)
    return [
        {
            "to_number": _number(200 + index),
            "time_zone": ZONES[index % len(ZONES)],
            "metadata": {"sandbox_scenario": scenario},
        }
        for index, scenario in enumerate(scenarios)
    ]


class Week:
    """An installation through a week, and what happens to it."""

    def __init__(self, running: Installation, customer: Service, clock: DrivenClock) -> None:
        self.running, self.customer, self.clock = running, customer, clock
        self.suppressed: dict[str, datetime] = {}
        self.happened: Counter[str] = Counter()

    async def rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        async with db.transaction(self.customer.sessions) as session:
            return (await (await session.connection()).execute(statement, values)).all()

    async def settle(self) -> None:
        """Wait until nothing is done any more at this instant."""
        before, since = None, time.monotonic()
        while time.monotonic() - since < SETTLED_SECONDS or (before and before.jobs):
            (now,) = await self.rows(_STANDING, now=self.clock.now)
            if now != before:
                before, since = now, time.monotonic()
            await asyncio.sleep(0.05)

    async def go_on(self) -> bool:
        """Put the clock to when something is due next; False: nothing is."""
        await self.settle()
        ((at,),) = await self.rows(_NEXT, now=self.clock.now)
        if at is None:
            return False
        self.clock.put(max(at, self.clock.now + timedelta(minutes=1)))
        return True

    async def suppress(self, numbers: Sequence[str]) -> None:
        for number in numbers:
            await self.customer.post("/suppressions", {"to_number": number})
            self.suppressed.setdefault(number, self.clock.now)

    async def kill_a_worker(self) -> None:
        self.happened["kills"] += 1
        worker = self.running.workers[self.happened["kills"] % len(self.running.workers)]
        worker.kill()
        await self.running.restart(worker)


async def _campaign(customer: Service, contacts: list[dict[str, Any]]) -> dict[str, Any]:
    agent = await customer.published_agent()
    body = {
        "name": "A week",
        "agent_id": agent["id"],
        "purpose": "service",
        "windows": [{"days": EVERY_DAY, "from": begins, "to": ends} for begins, ends in HOURS],
        "redial": {
            "no_answer": {"after_minutes": [60, 1440, 2880], "max": 3},
            "busy": {"after_minutes": [15, 240], "max": 2},
            "voicemail": {"after_minutes": [1440], "max": 2},
        },
        "max_attempts_per_day": 2,
        "max_concurrent": 20,
    }
    campaign = await customer.post("/campaigns", body)
    path = f"/campaigns/{campaign['id']}"
    for start in range(0, len(contacts), 5000):
        part = contacts[start : start + 5000]
        report = await customer.post(f"{path}/contacts", {"contacts": part})
        assert report["added"] == len(part), report["errors"][:3]
    running: dict[str, Any] = await customer.post(f"{path}/start")
    return running


async def _live_through(week: Week, contacts: list[dict[str, Any]], dice: random.Random) -> int:
    """Let the time pass, with all that happens in it. Return in how many steps."""
    control, steps = week.running.sandbox, 0
    drop = {"target": "webhook", "kind": "drop", "probability": 0.05, "seed": 3}
    await control.add_fault(**drop)
    while await week.go_on():
        steps += 1
        if steps % OFTEN == 3:
            await week.kill_a_worker()
        if steps % OFTEN == 5:
            await week.suppress([each["to_number"] for each in dice.sample(contacts, 3)])
        if steps % OFTEN == 8:
            week.happened["outages"] += 1
            await control.add_fault(
                target="api", kind="status", status=503, count=6, match={"path": "*"}
            )
        assert week.clock.now < BEGINS + timedelta(days=30), "It does not come to an end."
    return steps


async def test_a_week_with_deaths_losses_and_an_outage_keeps_every_rule(
    install: Install, tmp_path: Path, figures: Figures
) -> None:
    dice, began = random.Random(7), time.monotonic()
    # Logins are for now; the week begins when there is a key.
    clock = DrivenClock(tmp_path / "clock", datetime.now(UTC))  # noqa: TID251 - as wall clocks are
    contacts = _contacts(dice)
    driven = {
        "PYTHONPATH": str(Path(__file__).parents[1] / "support/driven_clock"),
        "DRIVEN_CLOCK": str(tmp_path / "clock"),
        "SWEEP_INTERVAL_SECONDS": NEVER,
        "DIAL_LIMIT_SECONDS": NEVER,
        "DIAL_TICK_SECONDS": "0.1",
        "DEADLINE_DIALING_SECONDS": "600",
        "DEADLINE_IN_PROGRESS_SECONDS": "600",
        "DEADLINE_ANALYSIS_SECONDS": "600",
    }
    sandbox = ("--speed", "5000")
    async with install(workers=2, sandbox=sandbox, **driven) as running:
        week = Week(running, await _with_key(running), clock)
        clock.put(BEGINS)
        await week.suppress([each["to_number"] for each in contacts[:4]])
        campaign = await _campaign(week.customer, contacts)
        path = f"/campaigns/{campaign['id']}"
        foreseen = await week.customer.get(f"{path}/forecast")

        steps = await _live_through(week, contacts, dice)

        over = await week.customer.get(path)
        assert over["status"] == "completed"
        await _nothing_was_dialled_that_may_not_be(week)
        dials = await running.dials()
        assert set(dials.values()) == {1}
        progress = await week.customer.get(f"{path}/progress")
        assert {each["reason"] for each in progress["reasons"]} <= ENDS
        assert over["counts"]["waiting"] == over["counts"]["running"] == 0
        figures.tell(
            contacts=CONTACTS,
            dials=len(dials),
            steps=steps,
            suppressed=len(week.suppressed),
            **week.happened,
            days=(clock.now - BEGINS).days,
            foreseen=[foreseen["earliest_at"], foreseen["expected_at"], foreseen["latest_at"]],
            ended_at=over["ended_at"],
            seconds=round(time.monotonic() - began, 1),
        )
        earliest, latest = (
            datetime.fromisoformat(foreseen[name]) for name in ("earliest_at", "latest_at")
        )
        assert earliest <= datetime.fromisoformat(over["ended_at"]) <= latest


async def _with_key(running: Installation) -> Service:
    """Log in once and go on with a key: a login would end within the week."""
    customer = await running.customer()
    key = await customer.post("/api-keys", {"name": "week", "role": "admin"})
    customer.client.headers["Authorization"] = f"Bearer {key['key']}"
    return customer


async def _nothing_was_dialled_that_may_not_be(week: Week) -> None:
    """Look at every dial by clocks of the test's own."""
    a_day: Counter[tuple[str, str, object]] = Counter()
    for number, sent_at, zone in await week.rows(_DIALS):
        for each in {zone, HOME}:
            local = sent_at.astimezone(ZoneInfo(each))
            assert any(begins <= f"{local:%H:%M}" < ends for begins, ends in HOURS), (each, local)
            a_day[number, each, local.date()] += 1
        assert number not in week.suppressed or sent_at <= week.suppressed[number]
    assert max(a_day.values()) <= 2
