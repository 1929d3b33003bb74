"""Analyses of calls, how they are set up, and what they cost."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis import budget, queries, service, settings
from backend.analysis.estimating import unpriced
from backend.analysis.models import AnalysisDay, CallAnalysis
from backend.analysis.preset import INSTRUCTIONS
from backend.analysis.queries import Wanted
from backend.analysis.schemas import (
    AnalysesQuery,
    AnalysesRequested,
    AnalysisAuditRead,
    AnalysisDayRead,
    AnalysisDaysQuery,
    AnalysisDaysRead,
    AnalysisDetail,
    AnalysisPresetRead,
    AnalysisRead,
    AnalysisSettingsRead,
    AnalysisSettingsUpdate,
    LeftOutAnalyze,
    LeftOutRead,
)
from backend.analysis.settings import Ask
from backend.auth.deps import Admin, AnyCaller, CurrentRuntime, Manager
from backend.calls.deps import CallPath
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Page
from backend.platform.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["analysis"])


@router.get("/analysis/settings")
async def get_settings(
    caller: AnyCaller, session: Session, runtime: CurrentRuntime
) -> AnalysisSettingsRead:
    """Show how calls are analyzed, and how today's budget stands."""
    asked = await settings.read(session, caller.org_id)
    return await _shown(session, asked, runtime.settings)


@router.patch("/analysis/settings")
async def update_settings(
    body: AnalysisSettingsUpdate, caller: Admin, session: Session, runtime: CurrentRuntime
) -> AnalysisSettingsRead:
    """Change how calls are analyzed. Holds for calls that end from now on.

    Refused with 422 where it would be switched on without the model's price.
    """
    changes = body.model_dump(exclude_unset=True)
    if body.model is not None:
        runtime.llm.refuse_unusable(body.model)
    asked = await settings.change(
        session, caller.org_id, changes, by=caller.user_id, installed=runtime.settings
    )
    caller.note(object_id=caller.org_id, changed=sorted(changes))
    return await _shown(session, asked, runtime.settings)


@router.get("/analysis/preset")
async def get_preset(caller: AnyCaller) -> AnalysisPresetRead:  # noqa: ARG001 - login needed
    """Show what is asked of calls where nobody has said otherwise."""
    return AnalysisPresetRead(record_schema=settings.preset_schema(), instructions=INSTRUCTIONS)


@router.get("/analysis/days")
async def list_days(
    caller: AnyCaller, session: Session, query: Annotated[AnalysisDaysQuery, Query()]
) -> AnalysisDaysRead:
    """List what analyses cost day by day, and how many calls were left out."""
    asked = await settings.read(session, caller.org_id)
    today = budget.day_of(asked.settings)
    found = await queries.list_days(
        session, caller.org_id, since=today - timedelta(days=query.days - 1), until=today
    )
    return AnalysisDaysRead(items=[AnalysisDayRead.model_validate(day) for day in found])


@router.get("/analysis/left-out")
async def count_left_out(caller: AnyCaller, session: Session) -> LeftOutRead:
    """Count the calls that were left out and can be analyzed, and say what that would cost."""
    asked = await settings.read(session, caller.org_id)
    found = await queries.count_left_out(
        session, caller.org_id, most_cents=asked.settings.daily_budget_cents
    )
    return LeftOutRead(
        calls=found.calls,
        estimated_cents=found.cents,
        unpriced=found.unpriced,
        left_today_cents=await budget.left_today(session, asked.settings),
    )


@router.post("/analysis/left-out/analyze")
async def analyze_left_out(
    caller: Manager, session: Session, body: LeftOutAnalyze | None = None
) -> AnalysesRequested:
    """Analyze calls that were left out, as far as today's budget has room.

    409 while analysis is switched off, or when the budget has no room at all.
    """
    wanted = body or LeftOutAnalyze()
    requested = await service.request_left_out(session, caller.org_id, limit=wanted.limit)
    caller.note(object_id=caller.org_id, requested=requested)
    return AnalysesRequested(requested=requested)


@router.get("/analyses")
async def list_analyses(
    caller: AnyCaller, session: Session, query: Annotated[AnalysesQuery, Query()]
) -> Page[AnalysisRead]:
    """List current analyses, newest first. `status=left_out` gives calls that have none."""
    wanted = Wanted(query.status, query.reason, query.agent_id)
    rows = await queries.list_current(
        session, caller.org_id, wanted, cursor=query.cursor, limit=query.limit + 1
    )
    rows, next_cursor = pages.cut(rows, query.limit)
    return Page(items=[AnalysisRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/calls/{call_id}/analysis")
async def get_analysis(call_id: CallPath, caller: AnyCaller, session: Session) -> AnalysisDetail:
    """Show a call's current analysis: each value with the quote it rests on."""
    return await _detail(session, await service.get_current(session, caller.org_id, call_id))


@router.post("/calls/{call_id}/analysis", status_code=202)
async def analyze_call(call_id: CallPath, caller: Manager, session: Session) -> AnalysisRead:
    """Analyze a call, once more if it has been; until that is done, the one before stays current.

    409 while analysis is switched off, when nothing was said in it, or when today's budget is
    used up.
    """
    return AnalysisRead.of(await service.request_analysis(session, caller.org_id, call_id))


@router.get("/calls/{call_id}/analysis/revisions")
async def list_analysis_revisions(
    call_id: CallPath, caller: AnyCaller, session: Session
) -> list[AnalysisRead]:
    """List all revisions of a call's analysis, oldest first."""
    found = await service.list_revisions(session, caller.org_id, call_id)
    return [AnalysisRead.of(analysis) for analysis in found]


@router.get("/calls/{call_id}/analysis/audit")
async def get_analysis_audit(
    call_id: CallPath, caller: Admin, session: Session
) -> AnalysisAuditRead:
    """Show what the current analysis' model was told and answered. Kept as long as the call."""
    audit = await service.get_audit(session, caller.org_id, call_id)
    return AnalysisAuditRead.model_validate(audit, from_attributes=True)


async def _detail(session: AsyncSession, analysis: CallAnalysis) -> AnalysisDetail:
    schema = await queries.find_schema(session, analysis.org_id, analysis.schema_version)
    return AnalysisDetail.by(analysis, schema.record_schema)


async def _shown(session: AsyncSession, asked: Ask, installed: Settings) -> AnalysisSettingsRead:
    held, schema = asked.settings, asked.schema
    today = budget.day_of(held)
    day = await session.get(AnalysisDay, (held.org_id, today))
    is_preset = (schema.record_schema, schema.instructions) == (
        settings.preset_schema(),
        INSTRUCTIONS,
    )
    return AnalysisSettingsRead(
        **held.model_dump(exclude={"org_id", "updated_at"}),
        record_schema=schema.record_schema,
        instructions=schema.instructions,
        is_preset=is_preset,
        asked_model=held.model or installed.llm.model,
        unpriced_models=unpriced(installed, held.model, held.proof),
        today=today,
        spent_today_cents=day.spent_cents if day else 0.0,
        left_today_cents=await budget.left_today(session, held),
        reached_at=day.reached_at if day else None,
    )
