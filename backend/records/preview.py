"""Trying a record out: what follows a call, done with a given transcript and kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.agents import service as agents
from backend.agents.models import Agent, AgentVersion
from backend.calls import service as calls
from backend.calls.models import Call, CallSource, CallStatus, Turn
from backend.platform import db
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime
from backend.records.asking import extract
from backend.records.errors import PreviewImpossible
from backend.records.service import Source


@dataclass(frozen=True)
class Preview:
    """What to try: a past call or a made-up one, and what to change of the draft for it."""

    agent_id: UUID
    call_id: UUID | None = None
    turns: Sequence[Turn] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    started_at: datetime | None = None
    changes: JsonObject = field(default_factory=dict)


async def preview_record(
    runtime: Runtime, org_id: UUID, preview: Preview
) -> tuple[Any, list[Turn]]:
    """Return the columns of the record that the draft would make, and the turns it is made from.

    Nothing is stored, and no transaction is open while the model is asked.
    """
    async with db.transaction(runtime.sessions) as session:
        agent = await agents.get_agent(session, org_id, preview.agent_id)
        past = None
        if preview.call_id is not None:
            past = await calls.get_call(session, org_id, preview.call_id)
    source = _source(agent, past or _made_up_call(agent, preview), preview)
    made = await extract(runtime, source.material())
    return made.result, list(source.turns)


def _made_up_call(agent: Agent, preview: Preview) -> Call:
    return Call(
        org_id=agent.org_id,
        agent_id=agent.id,
        source=CallSource.UPLOAD,
        status=CallStatus.ENDED,
        variables=dict(preview.variables),
        transcript=[turn.model_dump() for turn in preview.turns],
        started_at=preview.started_at,
    )


def _source(agent: Agent, call: Call, preview: Preview) -> Source:
    config = agents.changed_config(agent, preview.changes)
    if config.record_schema is None:
        raise _impossible("/record_schema", "The draft has no record schema; give one.")
    if not call.transcript:
        place = "/transcript" if preview.call_id is None else "/call_id"
        raise _impossible(place, "Nothing was said in it.")
    version = AgentVersion(
        org_id=agent.org_id,
        agent_id=agent.id,
        version=0,
        schema_version=0,
        config=config.model_dump(mode="json"),
        retell_version=0,
    )
    turns = [Turn.model_validate(turn) for turn in call.transcript]
    return Source(call, turns, version, config.record_schema)


def _impossible(pointer: str, message: str) -> PreviewImpossible:
    return PreviewImpossible(message, errors=[FieldError(pointer, message)])
