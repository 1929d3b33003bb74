"""Calls from a browser: to the agent that is live, or to its draft before that is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.models import Agent
from backend.agents.retell import publishing
from backend.agents.retell.publishing import Publication
from backend.calls import service
from backend.calls.errors import CallInvalid
from backend.calls.models import Call, CallSource, CallStatus
from backend.calls.service import wrong_metadata
from backend.calls.updates import CALL_ID_KEY
from backend.platform import clock, db
from backend.platform.errors import AppError, FieldError
from backend.platform.events import JsonObject
from backend.providers.retell_shapes import WebCallAccess
from backend.providers.runtime import Runtime


@dataclass(frozen=True)
class NewWebCall:
    """Whom to talk to, who asked, and where Retell sends the updates of it."""

    agent_id: UUID
    to_draft: bool
    variables: Mapping[str, str]
    metadata: JsonObject
    webhook_url: str
    opened_by: UUID | None


@dataclass(frozen=True)
class _Line:
    """A version of an agent at Retell. `version` is ours; a draft has none."""

    agent: Agent
    retell_version: int
    version: int | None
    variables: Mapping[str, str]


async def open_web_call(
    runtime: Runtime, org_id: UUID, wanted: NewWebCall
) -> tuple[Call, WebCallAccess]:
    """Open a call that a browser can join within half a minute, and keep it as one of ours.

    The call is stored before Retell is asked, so that its webhooks find it. Retell takes no key
    for a web call: an answer that does not come closes this call, and asking again opens another.
    """
    line = await _find_line(runtime, org_id, wanted)
    async with db.transaction(runtime.sessions) as session:
        call = await _insert(session, org_id, wanted, line, runtime)
    assert line.agent.retell_agent_id is not None  # noqa: S101 - it has been published or pushed
    try:
        access = await runtime.retell.create_web_call(
            line.agent.retell_agent_id,
            agent_version=line.retell_version,
            variables=line.variables,
            metadata={**wanted.metadata, CALL_ID_KEY: str(call.id)},
        )
    except AppError as error:
        async with db.transaction(runtime.sessions) as session:
            locked = await service.lock_call(session, org_id, call.id)
            await service.fail_call(session, locked, error.detail)
        raise
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_call(session, org_id, call.id)
        locked.retell_call_id = access.call_id
        return locked, access


async def _find_line(runtime: Runtime, org_id: UUID, wanted: NewWebCall) -> _Line:
    async with db.transaction(runtime.sessions) as session:
        if not wanted.to_draft:
            agent, version = await agents.get_published(session, org_id, wanted.agent_id)
            variables = _filled(agents.fill_variables(version.frozen, wanted.variables), wanted)
            return _Line(agent, version.retell_version, version.version, variables)
        agent = await agents.get_agent(session, org_id, wanted.agent_id)
        variables = _filled(agents.fill_variables(agent.draft, wanted.variables), wanted)
    publication = Publication(
        org_id=org_id,
        agent_id=wanted.agent_id,
        webhook_url=wanted.webhook_url,
        published_by=wanted.opened_by,
        note=None,
    )
    agent, retell_version = await publishing.push_draft(
        runtime.sessions, runtime.retell, publication
    )
    return _Line(agent, retell_version, None, variables)


def _filled(
    filled: tuple[Mapping[str, str], list[FieldError]], wanted: NewWebCall
) -> Mapping[str, str]:
    variables, wrong = filled
    wrong = wrong + wrong_metadata(wanted.metadata)
    if wrong:
        raise CallInvalid("; ".join(f"{e.pointer}: {e.message}" for e in wrong), errors=wrong)
    return variables


async def _insert(
    session: AsyncSession, org_id: UUID, wanted: NewWebCall, line: _Line, runtime: Runtime
) -> Call:
    now = clock.now()
    call = Call(
        org_id=org_id,
        agent_id=line.agent.id,
        agent_version=line.version,
        source=CallSource.WEB,
        status=CallStatus.DIALING,
        variables=dict(line.variables),
        call_metadata=wanted.metadata,
        dialed_at=now,
        sent_at=now,
        check_at=service.after(runtime.settings.deadline.dialing_seconds),
        created_at=now,
    )
    session.add(call)
    await session.flush()
    return call
