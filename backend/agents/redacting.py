"""What an agent masks of its calls: as the version says that took one.

For a call of which that is not known, and for what is no call, it is the version that takes calls
now; where there is none, the draft.
"""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.errors import AgentNotFound
from backend.agents.models import AgentConfig
from backend.redaction.finding import Sensitive


class Redaction(NamedTuple):
    """Kinds of what is masked, and whether the original is kept beside it."""

    kinds: tuple[Sensitive, ...] = ()
    keeps_original: bool = True


def _counting(version: str) -> str:
    """Write agents, each joined with the version that counts if it is not the draft."""
    return (
        "agents left join agent_versions as versions on versions.agent_id = agents.id"
        f" and versions.version = coalesce({version}, agents.published_version)"
    )


_CONFIG = "coalesce(versions.config, agents.config)"


def redacts(agent_id: str, version: str, kind: Sensitive | None = None) -> str:
    """Write a condition in SQL: something of what an agent's version took is masked, or of a kind.

    `agent_id` and `version` are columns, with their table's name, or other expressions.
    """
    kinds = f"cast({_CONFIG} -> 'redact' as jsonb)"
    condition = f"{kinds} <> '[]'" if kind is None else f"{kinds} @> '[\"{kind}\"]'"
    return f"exists (select from {_counting(version)} where agents.id = {agent_id} and {condition})"


def redacts_otherwise(agent_id: str, version: str, kinds: str) -> str:
    """Write one: something of it is masked, and not just these kinds. `kinds` has them as JSON."""
    now = f"cast({_CONFIG} -> 'redact' as jsonb)"
    condition = f"{now} <> '[]' and {now} is distinct from {kinds}"
    return f"exists (select from {_counting(version)} where agents.id = {agent_id} and {condition})"


_IS_REDACTING = """
    (cast(config -> 'redact' as jsonb) <> '[]' or exists (
        select from agent_versions
        where agent_id = agents.id and cast(agent_versions.config -> 'redact' as jsonb) <> '[]'
    ))
"""
_REDACTING = text(
    f"select org_id, id from agents where {_IS_REDACTING} order by id"  # noqa: S608 - our own text
)
_REDACTING_OF = text(
    f"select id from agents where org_id = :org_id and {_IS_REDACTING}"  # noqa: S608 - our own text
)


async def list_redacting(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """List whatever agents mask something in a version or their draft: organisation and agent."""
    return [(row[0], row[1]) for row in await (await session.connection()).execute(_REDACTING)]


async def find_redacting(session: AsyncSession, org_id: UUID) -> frozenset[UUID]:
    """Find the organisation's agents that mask something in a version or their draft."""
    rows = await (await session.connection()).execute(_REDACTING_OF, {"org_id": org_id})
    return frozenset(rows.scalars())


# A published version never changes. It may only be remembered once nobody can take it back.
_FIND = text(
    f"""
    select {_CONFIG} -> 'redact' as redact, {_CONFIG} ->> 'keep_original' as keep_original,
           coalesce(age(versions.xmin) > age(cast(pg_snapshot_xmin(pg_current_snapshot()) as xid)),
                    false) as is_for_good
    from {_counting("cast(:version as integer)")} where agents.id = :agent_id
    """  # noqa: S608 - our own text
)
_PUBLISHED = text("select published_version from agents where id = :agent_id")
_CONFIG_IN_FORCE = text(
    f"select {_CONFIG} as config from {_counting('cast(:version as integer)')}"  # noqa: S608
    " where agents.id = :agent_id and agents.org_id = :org_id"
)
_MOST_KNOWN: Final = 10_000
_known: dict[tuple[UUID, int], Redaction] = {}


def find_now(connection: Connection, agent_id: UUID, version: int | None) -> Redaction:
    """Find what is masked of what this version took; None: nobody knows which it was."""
    found = _recall(agent_id, version)
    if found is not None:
        return found
    if version is None:
        version = connection.execute(_PUBLISHED, {"agent_id": agent_id}).scalar()
        found = _recall(agent_id, version)
        if found is not None:
            return found
    row = connection.execute(_FIND, {"agent_id": agent_id, "version": version}).one_or_none()
    if row is None:
        return Redaction()
    found = Redaction(tuple(map(Sensitive, row.redact or ())), row.keep_original != "false")
    if version is not None and row.is_for_good:
        _remember(agent_id, version, found)
    return found


def find_kinds_now(
    connection: Connection, taken: str, ids: Collection[UUID]
) -> dict[UUID, tuple[Sensitive, ...]]:
    """Find what is masked of several things; of those left out, nothing is.

    `taken` selects `id`, `agent_id` and `agent_version` of those whose id is in `:ids`. Most are of
    agents that mask nothing: what they hold is not read to find that out.
    """
    statement = text(
        "select taken.id, taken.agent_id,"  # noqa: S608 - our own text
        " coalesce(taken.agent_version, agents.published_version) as version"
        f" from ({taken}) as taken join agents on agents.id = taken.agent_id"
    )
    rows = connection.execute(statement, {"ids": list(ids)}).all()
    found = {row.id: find_now(connection, row.agent_id, row.version).kinds for row in rows}
    return {id_: kinds for id_, kinds in found.items() if kinds}


async def find_kinds(
    session: AsyncSession, taken: str, ids: Collection[UUID]
) -> dict[UUID, tuple[Sensitive, ...]]:
    """Find it in a transaction."""
    return await (await session.connection()).run_sync(find_kinds_now, taken, ids)


async def find(session: AsyncSession, agent_id: UUID, version: int | None) -> Redaction:
    """Find it in a transaction. Mostly that asks nobody."""
    found = _recall(agent_id, version)
    if found is not None:
        return found
    return await (await session.connection()).run_sync(find_now, agent_id, version)


async def get_config(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int | None
) -> AgentConfig:
    """Get all that counts of what this version took, by the same rule. Raises AgentNotFound."""
    asked = {"org_id": org_id, "agent_id": agent_id, "version": version}
    config = (await (await session.connection()).execute(_CONFIG_IN_FORCE, asked)).scalar()
    if config is None:
        raise AgentNotFound(f"There is no agent {agent_id}.")
    return AgentConfig.model_validate(config)


def _recall(agent_id: UUID, version: int | None) -> Redaction | None:
    return None if version is None else _known.get((agent_id, version))


def _remember(agent_id: UUID, version: int, found: Redaction) -> None:
    while len(_known) >= _MOST_KNOWN:
        _known.pop(next(iter(_known)))
    _known[agent_id, version] = found
