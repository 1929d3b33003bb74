"""Reading two sides for all that is compared: few statements, and what each alone would say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from backend.agents.models import Agent
from backend.calls.models import AnsweredBy, CallSource, CallStatus
from backend.insights.drift.comparing import Side, compare, read_pairs
from backend.insights.metrics import sampling
from backend.insights.metrics.families import Question, read_samples
from backend.insights.metrics.reading import Stretch, Wanted
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer

FIELDS: dict[str, Any] = {
    "boxes": {"type": ["number", "null"]},
    "weight": {"type": "integer"},
    "late": {"type": ["boolean", "null"]},
    "outcome": {"type": ["string", "null"], "enum": ["done", "refused", None]},
    "mood": {"type": "string", "enum": ["good", "bad"]},
    "note": {"type": ["string", "null"]},
    "stops": {"type": "array", "items": {"type": "string"}},
}
MANY = {f"field_{number}": {"type": ["number", "null"]} for number in range(45)}


def _data(random: Random) -> dict[str, Any]:
    """Make a record as models make them: with gaps, and now and then with what is no choice."""
    data = {
        "boxes": random.choice([None, 0, 1.5, 7, 1e150]),
        "weight": random.randrange(50),
        "late": random.choice([None, True, False]),
        "outcome": random.choice([None, "done", "refused", "lost"]),
        "mood": random.choice(["good", "bad"]),
        "note": random.choice([None, "", "x"]),
        "stops": random.choice([[], ["here"]]),
        "unknown": 3,
    }
    return {name: value for name, value in data.items() if random.random() < 0.9}


async def _fill(customer: Customer, *, redact: list[str]) -> Agent:
    random, now = Random(11), clock.now()
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(
            session,
            customer.org.id,
            record_schema={"type": "object", "properties": FIELDS},
            redact=redact,
        )
        for n in range(160):
            call = await builders.call(
                session,
                agent,
                created_at=now - timedelta(hours=4 * n + 1),
                source=random.choice([CallSource.OUTBOUND, CallSource.INBOUND]),
                status=random.choice([CallStatus.ENDED, CallStatus.NOT_CONNECTED]),
                answered_by=random.choice([AnsweredBy.HUMAN, AnsweredBy.NOBODY]),
                duration_ms=random.choice([None, 1000, 5000]),
                known={"cost": ["z", {"combined_cents": random.randrange(9)}]},
            )
            status = random.choice([*RecordStatus])
            data = _data(random) if status is not RecordStatus.PENDING else {}
            await builders.record(session, call, status=status, data=data)
    return agent


@contextmanager
def _statements(sessions: Sessions) -> Iterator[list[str]]:
    found: list[str] = []

    def note(*args: Any) -> None:
        found.append(args[2])

    engine = sessions.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _sides() -> tuple[Side, Side]:
    now = clock.now()
    week = now - timedelta(days=7)
    return Side(Stretch(week, now)), Side(Stretch(week - timedelta(days=28), week))


async def test_all_metrics_and_forty_fields_take_few_statements(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        schema = {"type": "object", "properties": MANY}
        agent = await builders.published_agent(session, customer.org.id, record_schema=schema)
        call = await builders.call(session, agent, created_at=clock.now())
        await builders.record(session, call, status=RecordStatus.VALID, data=dict.fromkeys(MANY, 1))

    with _statements(customer.sessions) as statements:
        async with db.transaction(customer.sessions) as session:
            found = await compare(session, Wanted(customer.org.id, ""), *_sides())

    assert len(found) == 10 + 2 * 40
    assert {each.n for each in found if "field" in each.metric} == {1}
    assert len(statements) <= 12, statements


@pytest.mark.parametrize(("redact", "with_originals"), [([], True), (["phone"], False)])
async def test_together_they_say_what_each_says_alone(
    customer: Customer, *, redact: list[str], with_originals: bool
) -> None:
    agent = await _fill(customer, redact=redact)
    wanted = Wanted(customer.org.id, "", agent.id, with_originals=with_originals)
    sides = _sides()
    async with db.transaction(customer.sessions) as session:
        together = await read_pairs(session, wanted, *sides)
        for pair in together:
            for side, sample in zip(sides, (pair.window, pair.baseline), strict=True):
                alone = Wanted(
                    customer.org.id, pair.metric, agent.id, with_originals=with_originals
                )
                if pair.is_by_day:
                    continue
                if pair.metric in {"field:outcome", "field:mood"}:
                    choices = [each for each in FIELDS[pair.metric[6:]]["enum"] if each]
                    of_all = Wanted(customer.org.id, pair.metric, agent.id)
                    expected: Any = await sampling.read_categories(
                        session, of_all, side.stretch, choices
                    )
                    assert expected.total() > 3
                else:
                    expected = await sampling.read_numbers(session, alone, side.stretch)
                assert sample == expected, pair.metric

    metrics = {pair.metric for pair in together}
    assert metrics > {"field:boxes", "field:late", "filled:note", "filled:stops", "cost_cents"}
    assert not metrics & {"field:note", "filled:mood", "field:unknown"}


async def test_one_value_of_a_field_is_told_apart(customer: Customer) -> None:
    agent = await _fill(customer, redact=[])
    wanted = Wanted(customer.org.id, "field:outcome=done", agent.id)
    stretch = _sides()[1].stretch
    async with db.transaction(customer.sessions) as session:
        alone = await sampling.read_numbers(session, wanted, stretch)
        found = await read_samples(session, wanted, stretch, [Question(wanted.metric)])
    assert found == {wanted.metric: alone}
    assert alone.is_share
