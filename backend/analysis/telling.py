"""What others are told of analyses: the revision that an event is about."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis import queries
from backend.analysis.models import AnalysisStatus, CallAnalysis, LeftOutReason
from backend.analysis.schemas import AnalysisRead
from backend.platform.events import JsonObject, LoggedEvent

_ABOUT_ANALYSES = "analysis."


async def tell_analyses(
    session: AsyncSession, events: Sequence[LoggedEvent]
) -> Mapping[int, JsonObject]:
    """Give the revision each event is about, and nothing for other events.

    One that was left out may have been made since: then the event says of it that it is made.
    """
    about = [event for event in events if event.name.startswith(_ABOUT_ANALYSES)]
    calls = {event.call_id for event in about if event.call_id is not None}
    found = await queries.list_of_calls(session, calls) if calls else []
    by_id = {str(analysis.id): analysis for analysis in found}
    told: dict[int, JsonObject] = {}
    for event in about:
        analysis = by_id.get(event.data.get("analysis_id", ""))
        if analysis is not None and event.id is not None and event.org_id == analysis.org_id:
            told[event.id] = _shown(analysis)
    return told


def _shown(analysis: CallAnalysis) -> JsonObject:
    return AnalysisRead.of(analysis).model_dump(mode="json", exclude={"is_current"})


_STATUS_AT = {
    "analysis.completed": AnalysisStatus.VALID,
    "analysis.needs_review": AnalysisStatus.NEEDS_REVIEW,
    "analysis.failed": AnalysisStatus.FAILED,
    "analysis.left_out": AnalysisStatus.LEFT_OUT,
}


def example_analysis(event: str) -> JsonObject | None:
    """Make the analysis that examples tell of, in the state that this event means."""
    status = _STATUS_AT.get(event)
    if status is None:
        return None
    analysis = CallAnalysis(
        id=UUID("01990000-0000-7000-8000-0000000a7a15"),
        org_id=UUID(int=0),
        call_id=UUID("01990000-0000-7000-8000-00000000ca11"),
        agent_id=UUID("01990000-0000-7000-8000-00000000a9e7"),
        revision=1,
        status=status,
        schema_version=1,
        source_sha256=b"",
        estimated_cents=0.7,
        created_at=datetime(2026, 11, 2, 15, 6, tzinfo=UTC),
    )
    if status is AnalysisStatus.LEFT_OUT:
        analysis.left_out_reason = LeftOutReason.BUDGET
        return _shown(analysis)
    analysis.model, analysis.attempts = "openai/gpt-5-mini", 2
    if status is AnalysisStatus.FAILED:
        analysis.failure = "The model did not answer in the form asked for."
        return _shown(analysis)
    _fill(analysis, is_doubted=status is AnalysisStatus.NEEDS_REVIEW)
    return _shown(analysis)


def _fill(analysis: CallAnalysis, *, is_doubted: bool) -> None:
    said = {"quote": "I'm running two hours late", "turns": [1], "start_ms": 2600}
    proof = {"found": not is_doubted, "proven_by": None if is_doubted else "second_reading"}
    analysis.data = {
        "topic": "a late delivery",
        "customer_sentiment": [{"sentiment": "negative", "about": "being late"}],
    }
    field = "customer_sentiment[0].sentiment"
    analysis.evidence = {"topic": said | proof | {"found": True}, field: said | proof}
    analysis.cost_cents = 0.4
    if is_doubted:
        problem = {"field": field, "code": "quote_not_found"}
        analysis.problems = [problem | {"message": "The quote is not in the transcript."}]
        return
    moment = {name: said[name] for name in ("quote", "start_ms")}
    analysis.sentiment = [
        moment
        | {"field": field, "speaker": "user", "turn": 1, "sentiment": "negative"}
        | {"level": -1, "about": "being late"}
    ]
