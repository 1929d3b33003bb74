"""Series through the API: numbers by what calls have in common, and the calls behind them."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.auth.models import Role
from backend.calls.models import AnsweredBy, CallSource, CallStatus
from backend.insights.series import queries
from backend.platform import db
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

SCHEMA = {
    "type": "object",
    "properties": {
        "boxes": {"type": ["number", "null"]},
        "late": {"type": ["boolean", "null"]},
        "outcome": {"type": ["string", "null"], "enum": ["done", "refused", None]},
    },
}
# A Sunday evening in Chicago, and Monday in UTC.
SUNDAY = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
WEEK = {"since": "2026-11-01T05:00:00Z", "until": "2026-11-08T06:00:00Z"} | {
    "time_zone": "America/Chicago"
}
HUMAN = {"answered_by": AnsweredBy.HUMAN, "duration_ms": 60_000}
NOBODY = {"status": CallStatus.NOT_CONNECTED, "answered_by": AnsweredBy.NOBODY}


async def _agent(customer: Customer, **config: Any) -> Agent:
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(
            session, customer.org.id, record_schema=SCHEMA, **config
        )


async def _call(customer: Customer, agent: Agent, at: datetime, **columns: Any) -> UUID:
    record = columns.pop("record", None)
    async with db.transaction(customer.sessions) as session:
        call = await builders.call(session, agent, created_at=at, **columns)
        if record is not None:
            await builders.record(session, call, **record)
    return call.id


async def _series(customer: Customer, metric: str, by: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = await customer.get(
        "/insights/series", metric=metric, by=by, **(WEEK | query)
    )
    return found


def _values(series: dict[str, Any]) -> dict[str, float]:
    return {each["key"]: each["value"] for each in series["points"] if each["n"]}


async def test_calls_are_told_apart_by_the_askers_calendar_and_clock(customer: Customer) -> None:
    agent = await _agent(customer)
    await _call(customer, agent, SUNDAY)
    await _call(customer, agent, SUNDAY + timedelta(days=1))
    await _call(customer, agent, SUNDAY + timedelta(days=1, hours=12))

    days = await _series(customer, "calls", "day")
    assert [each["value"] for each in days["points"]] == [1, 1, 1, 0, 0, 0, 0]
    assert [each["key"] for each in days["points"]][:2] == ["2026-11-01", "2026-11-02"]
    assert (days["overall"]["value"], days["kind"]) == (3, "count")
    assert _values(await _series(customer, "calls", "weekday")) == {"7": 1, "1": 1, "2": 1}
    assert _values(await _series(customer, "calls", "hour")) == {"22": 2, "10": 1}
    assert _values(await _series(customer, "calls", "week")) == {"2026-10-26": 1, "2026-11-02": 2}
    utc = await _series(customer, "calls", "hour", time_zone="UTC")
    assert _values(utc) == {"4": 2, "16": 1}


@pytest.mark.parametrize("by", ["day", "week", "weekday", "hour", "agent", "version", "number"])
async def test_every_point_leads_to_the_calls_behind_it(customer: Customer, by: str) -> None:
    one, other = await _agent(customer, name="One"), await _agent(customer, name="Other")
    for n, agent in enumerate((one, one, other, other, other)):
        inbound = {"source": CallSource.INBOUND, "to_number": "+14155550142"} if n == 4 else {}
        await _call(
            customer, agent, SUNDAY + timedelta(hours=17 * n), agent_version=1 + n % 2, **inbound
        )

    points = (await _series(customer, "calls", by))["points"]

    assert sum(each["value"] for each in points) == 5
    for each in points:
        behind = (await customer.get("/calls", **each["calls"]))["items"]
        assert len(behind) == each["value"], each
    if by == "agent":
        assert [(each["label"], each["value"]) for each in points] == [("Other", 3), ("One", 2)]
    if by == "version":
        assert {each["label"] for each in points} > {"One, version 1", "Other, version 2"}
    if by == "number":
        assert {each["key"] for each in points} == {"+14155550199", "+14155550142"}


async def test_shares_and_means_have_intervals_and_counts_have_none(customer: Customer) -> None:
    agent = await _agent(customer)
    for each in (HUMAN, HUMAN, HUMAN | {"duration_ms": 90_000}, NOBODY):
        await _call(customer, agent, SUNDAY, **each)

    share = (await _series(customer, "answered_by_people_percent", "day"))["points"][0]
    assert (share["value"], share["n"]) == (75, 4)
    assert share["interval"] == pytest.approx({"low": 30.06, "high": 95.44}, abs=0.01)
    mean = (await _series(customer, "duration_ms", "day"))["points"][0]
    assert (mean["value"], mean["n"]) == (70_000, 3)
    # 10,000 of standard error, times 4.303 of Student's t with two degrees of freedom.
    assert mean["interval"] == pytest.approx({"low": 26_973, "high": 113_027}, rel=0.01)
    count = (await _series(customer, "calls", "day"))["points"][0]
    assert (count["value"], count["interval"]) == (4, None)
    empty = (await _series(customer, "duration_ms", "day"))["points"][3]
    assert (empty["value"], empty["n"], empty["interval"]) == (None, 0, None)


async def test_record_fields_are_numbers_shares_choices_or_filled_at_all(
    customer: Customer,
) -> None:
    agent = await _agent(customer)
    for data in (
        {"boxes": 30, "late": True, "outcome": "done"},
        {"boxes": 50, "late": False, "outcome": "refused"},
        {"boxes": None, "late": None, "outcome": "done"},
        {"other": 1},
    ):
        await _call(customer, agent, SUNDAY, record={"status": RecordStatus.VALID, "data": data})

    expected = {"field:boxes": 40, "field:late": 50, "field:outcome=done": pytest.approx(66.67)}
    expected |= {"filled:boxes": pytest.approx(66.67, abs=0.01), "filled:nothing": None}
    expected["field:outcome=done"] = pytest.approx(66.67, abs=0.01)
    for metric, value in expected.items():
        assert (await _series(customer, metric, "day"))["overall"]["value"] == value, metric
    late = (await _series(customer, "field:late", "day"))["overall"]
    assert late["interval"]["high"] <= 100


@pytest.mark.parametrize("until", ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
@pytest.mark.parametrize("by", ["day", "week", "hour"])
async def test_the_ends_of_the_calendar_break_no_chart(
    customer: Customer, until: str, by: str
) -> None:
    found = await customer.get("/insights/series", metric="calls", by=by, until=until)
    assert found["overall"]["n"] == 0


async def test_numbers_beyond_reckoning_break_no_chart(customer: Customer) -> None:
    agent = await _agent(customer)
    for boxes in (1e308, 10**400, 1e-300, 7):
        data = {"boxes": boxes}
        await _call(customer, agent, SUNDAY, record={"status": RecordStatus.VALID, "data": data})

    found = (await _series(customer, "field:boxes", "day"))["overall"]
    spread = await customer.get("/insights/distribution", field="boxes", **WEEK)

    assert (found["value"], found["n"], spread["n"]) == (3.5, 2, 2)


async def test_filters_narrow_it_down_and_other_organisations_calls_never_count(
    customer: Customer, stranger: Customer
) -> None:
    agent = await _agent(customer)
    await _call(customer, agent, SUNDAY, agent_version=2)
    await _call(customer, agent, SUNDAY, source=CallSource.WEB, from_number=None, to_number=None)

    assert (await _series(customer, "calls", "day", agent_version=2))["overall"]["value"] == 1
    assert (await _series(customer, "calls", "day", source="web"))["overall"]["value"] == 1
    assert (await _series(customer, "calls", "day", number="+14155550199"))["overall"]["n"] == 1
    for by in ("day", "agent", "number"):
        for metric in ("calls", "valid_percent", "score", "webhooks_missed"):
            theirs = await _series(stranger, metric, by, agent_id=str(agent.id))
            assert theirs["overall"]["n"] == 0
    assert (await _series(stranger, "calls", "agent"))["points"] == []


async def test_what_is_masked_is_not_told_by_a_mean_of_one(customer: Customer) -> None:
    agent = await _agent(customer, redact=["card"])
    data = {"boxes": 4111, "late": True}
    await _call(customer, agent, SUNDAY, record={"status": RecordStatus.VALID, "data": data})
    reviewer = await customer.colleague(Role.REVIEWER)

    for metric, seen, shown in (
        ("field:boxes", 4111, None),
        ("field:boxes=4111", 100, None),
        ("field:late", 100, 100),
        ("filled:boxes", 100, 100),
    ):
        assert (await _series(customer, metric, "day"))["overall"]["value"] == seen
        assert (await _series(reviewer, metric, "day"))["overall"]["value"] == shown


async def test_a_series_is_downloaded_as_csv_that_a_spreadsheet_does_not_reckon(
    customer: Customer,
) -> None:
    agent = await _agent(customer, name="=1+1")
    await _call(customer, agent, SUNDAY)

    answer = await customer.client.get(
        "/api/v1/insights/series/export", params=WEEK | {"metric": "calls", "by": "agent"}
    )

    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["label"], row["value"], row["n"]) == ("'=1+1", "1.0", "1")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"metric": "happiness"}, "metric"),
        ({"metric": "field:bad name"}, "metric"),
        ({"by": "moon"}, "by"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"since": "2026-11-09T00:00:00Z"}, ""),
        ({"since": "2024-11-09T00:00:00Z"}, ""),
        ({"number": "\x00"}, "number"),
    ],
)
async def test_what_cannot_be_shown_is_named(
    customer: Customer, wrong: dict[str, Any], place: str
) -> None:
    asked = {"metric": "calls", "by": "day"} | WEEK | wrong
    answer = await customer.client.get("/api/v1/insights/series", params=asked)
    found = pointers(problem_of(answer, 422, "invalid-request"))
    assert found
    assert all(place in pointer for pointer in found), found


@pytest.mark.parametrize(
    ("metric", "behind"),
    [
        ("calls", 5),
        ("duration_ms", 4),
        ("answered_by_people_percent", 1),
        ("review_percent", 1),
        ("field:late", 1),
        ("field:outcome=done", 2),
        ("field:boxes", None),
        ("filled:boxes", None),
        ("valid_percent", None),
        ("score", None),
        ("passed_percent", None),
        ("webhooks_missed", None),
        ("deliveries_dead", None),
    ],
)
async def test_a_point_leads_to_the_calls_that_it_counts_or_nowhere(
    customer: Customer, metric: str, behind: int | None
) -> None:
    agent = await _agent(customer)
    done = {"boxes": 3, "late": True, "outcome": "done"}
    for columns, status, data in (
        (HUMAN, RecordStatus.VALID, done),
        (HUMAN | {"source": CallSource.INBOUND}, RecordStatus.CORRECTED, done | {"late": False}),
        (HUMAN | {"answered_by": AnsweredBy.VOICEMAIL}, RecordStatus.VALID, {"late": False}),
        (HUMAN | {"answered_by": AnsweredBy.VOICEMAIL}, RecordStatus.NEEDS_REVIEW, {}),
        (NOBODY, None, {}),
    ):
        record = {"record": {"status": status, "data": data}} if status else {}
        await _call(customer, agent, SUNDAY, **columns, **record)

    found = await _series(customer, metric, "agent")

    points = [found["overall"], *[each for each in found["points"] if each["n"]]]
    assert len(points) == (1 if behind is None and metric not in _MADE else 2)
    for point in points:
        calls = point["calls"]
        shown = calls and len((await customer.get("/calls", **calls))["items"])
        assert shown == behind


_MADE = {"field:boxes", "filled:boxes", "valid_percent"}


async def test_calls_without_a_version_lead_nowhere(customer: Customer) -> None:
    await _call(customer, await _agent(customer), SUNDAY, agent_version=None)
    (point,) = (await _series(customer, "calls", "version"))["points"]
    assert (point["agent_version"], point["calls"]) == (None, None)


async def test_all_of_it_is_more_than_the_points_that_are_shown(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await _agent(customer)
    for number in ("+14155550101", "+14155550102", None):
        await _call(customer, agent, SUNDAY, from_number=number, duration_ms=60_000)
    monkeypatch.setattr(queries, "_MOST", 1)

    found = await _series(customer, "duration_ms", "number")

    assert len(found["points"]) == 1
    assert (found["overall"]["value"], found["overall"]["n"]) == (60_000, 3)
