"""Rows that tests start from. Defaults are valid and dull; a test states what it is about."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.draft.config import AgentConfig
from backend.agents.models import Agent, AgentVersion
from backend.auth import organisations, users
from backend.auth.models import KeyName, Organisation, Role, User
from backend.calls.models import Call, CallSource, CallStatus, Turn
from backend.platform import clock, ids
from backend.records import service as records
from backend.records.models import Record, RecordStatus
from tests.support.sandbox import API_KEY
from tests.support.service import PASSWORD, SECRET

_numbers = count(1)


async def organisation(session: AsyncSession, slug: str | None = None) -> Organisation:
    slug = slug or f"org-{next(_numbers)}"
    org = Organisation(slug=slug, name=slug.capitalize(), from_number="+14155550199")
    session.add(org)
    await session.flush()
    keys: dict[KeyName, str | None] = {
        KeyName.RETELL_API_KEY: API_KEY,
        KeyName.OPENAI_API_KEY: "sandbox",
        KeyName.DEEPGRAM_API_KEY: "sandbox",
        KeyName.ASSEMBLYAI_API_KEY: "sandbox",
    }
    await organisations.update_organisation(session, org.id, {}, keys, secret_key=SECRET)
    return org


async def user(
    session: AsyncSession,
    org_id: UUID,
    *,
    role: Role = Role.ADMIN,
    email: str | None = None,
    password: str = PASSWORD,
) -> User:
    email = email or f"user-{next(_numbers)}@example.com"
    return await users.create_user(
        session, org_id, email=email, password=password, name="Somebody", role=role
    )


async def agent(session: AsyncSession, org_id: UUID, **config: Any) -> Agent:
    """Make a draft; `config` are fields of AgentConfig."""
    wanted = AgentConfig(**{"name": "Check-in", "prompt": "Be kind."} | config)
    return await agents.create_agent(session, org_id, wanted)


async def published_agent(session: AsyncSession, org_id: UUID, **config: Any) -> Agent:
    """Make an agent with version 1, as if Retell had it."""
    published = await agent(session, org_id, **config)
    published.retell_agent_id = f"agent_{next(_numbers)}"
    published.retell_llm_id = f"llm_{next(_numbers)}"
    published.published_version = 1
    version = AgentVersion(
        org_id=org_id,
        agent_id=published.id,
        version=1,
        schema_version=1,
        config=published.config,
        retell_version=0,
    )
    session.add(version)
    await session.flush()
    return published


async def call(
    session: AsyncSession,
    agent: Agent,
    *,
    status: CallStatus = CallStatus.ENDED,
    lines: tuple[str, ...] = (),
    **columns: Any,
) -> Call:
    """Make a call of the agent's version in this state; its transcript is `turns(*lines)`."""
    made = Call(
        org_id=agent.org_id,
        agent_id=agent.id,
        agent_version=agent.published_version,
        source=CallSource.OUTBOUND,
        status=status,
        to_number="+14155550100",
        from_number="+14155550199",
        retell_call_id=f"call_{ids.new_id().hex}",
        transcript=turns(*lines),
        seen=["ended", "started"] if status is CallStatus.ENDED else [],
        # Its analysis is waited for.
        check_at=clock.now() + timedelta(hours=1) if status is CallStatus.ENDED else None,
    )
    made.sqlmodel_update(columns)
    session.add(made)
    await session.flush()
    return made


def turns(*lines: str) -> list[dict[str, Any]]:
    """Write turns as "user: words", two seconds apart."""
    spoken = [line.partition(": ") for line in lines]
    return [
        Turn.model_validate(
            {"turn": number, "role": role, "text": text, "start_ms": 2000 * number}
        ).model_dump()
        for number, (role, _, text) in enumerate(spoken)
    ]


async def record(
    session: AsyncSession,
    call: Call,
    *,
    status: RecordStatus = RecordStatus.VALID,
    **columns: Any,
) -> Record:
    made = Record(
        org_id=call.org_id,
        call_id=call.id,
        revision=1,
        status=status,
        schema_version=1,
        source_sha256=b"",
    )
    made.sqlmodel_update(columns)
    await records.add_revision(session, made)
    return made
