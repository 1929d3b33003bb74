"""How an organisation has its calls analysed: what is asked, of which calls, for how much."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.errors import AgentNotFound
from backend.agents.models import ProofPolicy
from backend.agents.record_schema.subset import check_record_schema
from backend.analysis import budget, queries
from backend.analysis.errors import AnalysisSettingsInvalid
from backend.analysis.estimating import unpriced
from backend.analysis.models import AnalysisSchema, AnalysisSettings
from backend.analysis.preset import INSTRUCTIONS, CallInsights
from backend.calls.models import Call
from backend.platform import clock
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.platform.settings import Settings

DEFAULT_BUDGET_CENTS = 500.0


@dataclass(frozen=True)
class Ask:
    """The settings with what they ask of each call."""

    settings: AnalysisSettings
    schema: AnalysisSchema

    def is_for(self, call: Call) -> bool:
        """Say whether this call is one of those to be analysed."""
        return is_meant(self.settings, call.id, call.agent_id)


def is_meant(settings: AnalysisSettings, call_id: UUID, agent_id: UUID) -> bool:
    """Say whether a call is one of those to be analysed. Of a share, always the same."""
    if settings.agent_ids is not None and agent_id not in settings.agent_ids:
        return False
    drawn = int.from_bytes(hashlib.sha256(call_id.bytes).digest()[:4])
    return drawn % 100 < settings.share_percent


async def find_calls_meant(session: AsyncSession, call_ids: Collection[UUID]) -> Collection[UUID]:
    """Find those of these calls, of whichever organisations, that are to be analysed."""
    found = await queries.list_calls_where_on(session, call_ids)
    return {call_id for call_id, agent_id, asked in found if is_meant(asked, call_id, agent_id)}


async def read(session: AsyncSession, org_id: UUID) -> Ask:
    """Read what is set, or what would be to begin with: switched off, and the preset."""
    settings = await session.get(AnalysisSettings, org_id)
    if settings is not None:
        schema = await queries.find_schema(session, org_id, settings.schema_version)
        return Ask(settings, schema)
    settings = AnalysisSettings(
        org_id=org_id,
        schema_version=0,
        daily_budget_cents=DEFAULT_BUDGET_CENTS,
        proof=ProofPolicy.SECOND_READING,
    )
    return Ask(settings, _version(org_id, 0, preset_schema(), INSTRUCTIONS, None))


def preset_schema() -> JsonObject:
    return CallInsights.record_schema()


def _version(
    org_id: UUID, number: int, schema: JsonObject, instructions: str | None, by: UUID | None
) -> AnalysisSchema:
    return AnalysisSchema(
        org_id=org_id,
        version=number,
        record_schema=schema,
        instructions=instructions,
        created_by=by,
    )


async def change(
    session: AsyncSession,
    org_id: UUID,
    changes: Mapping[str, Any],
    *,
    by: UUID | None,
    installed: Settings,
) -> Ask:
    """Change what is set. Raises AnalysisSettingsInvalid with a pointer to each wrong place.

    What is asked becomes another version when it differs. Calls that are analysed already stay as
    they are.
    """
    held = await _locked(session, org_id)
    wanted = dict(changes)
    schema = wanted.pop("record_schema", held.schema.record_schema)
    instructions = wanted.pop("instructions", held.schema.instructions)
    before = held.settings.daily_budget_cents
    settings = held.settings
    settings.sqlmodel_update(wanted)
    await _refuse_unusable(session, settings, schema, installed)
    asked = held.schema
    is_same = (schema, instructions) == (asked.record_schema, asked.instructions)
    if settings.schema_version == 0 or not is_same:
        asked = _version(org_id, settings.schema_version + 1, schema, instructions, by)
        session.add(asked)
        settings.schema_version = asked.version
    settings.updated_at = clock.now()
    session.add(settings)
    await session.flush()
    if settings.daily_budget_cents != before:
        await budget.tell_anew(session, settings)
    return Ask(settings, asked)


async def _locked(session: AsyncSession, org_id: UUID) -> Ask:
    """Read with a lock: of two who change it at once, neither takes the other's back."""
    await queries.lock_settings(session, org_id)
    return await read(session, org_id)


async def _refuse_unusable(
    session: AsyncSession, settings: AnalysisSettings, schema: JsonObject, installed: Settings
) -> None:
    wrong = [
        FieldError(f"/record_schema{pointer}", message)
        for pointer, message in check_record_schema(schema)
    ]
    if not wrong and not schema.get("properties"):
        wrong.append(FieldError("/record_schema/properties", "Ask for one field at least."))
    wrong += [
        FieldError(f"/agent_ids/{n}", "There is no such agent.")
        for n, agent_id in enumerate(settings.agent_ids or ())
        if not await _has_agent(session, settings.org_id, agent_id)
    ]
    if settings.enabled:
        wrong += [
            FieldError(
                "/model" if settings.model == name else "/enabled",
                f"LLM_PRICES has no price for {name}: without one, no budget could stop it.",
            )
            for name in unpriced(installed, settings.model, settings.proof)
        ]
    if wrong:
        raise AnalysisSettingsInvalid(
            f"Nothing was changed. First at {wrong[0].pointer}: {wrong[0].message}", errors=wrong
        )


async def _has_agent(session: AsyncSession, org_id: UUID, agent_id: UUID) -> bool:
    try:
        await agents.get_agent(session, org_id, agent_id)
    except AgentNotFound:
        return False
    return True
