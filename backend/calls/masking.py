"""What of a call is masked: by what the agent's version that took it says, and who is in it."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.errors import AgentVersionNotFound
from backend.agents.models import AgentConfig
from backend.calls.models import Call, CallSource, Turn
from backend.platform import events
from backend.platform.events import JsonObject
from backend.redaction.finding import Sensitive, region_of
from backend.redaction.masking import ALL_OF_IT, Mask

# A member that says what somebody is called: `name`, `driver_name`, `lastName`.
_NAME = re.compile(r"(?:^|[^a-z])(?:name|surname|firstname|lastname)s?(?:$|[^a-z])|[a-z]Name")


def mask_of(config: AgentConfig, call: Call) -> Mask | None:
    """Say what of a call is masked by this configuration; None: nothing."""
    if not config.redact:
        return None
    names = (*names_in(call.variables), *names_in(call.call_metadata))
    is_inbound = call.source is CallSource.INBOUND
    other = call.from_number if is_inbound else call.to_number
    return Mask(tuple(config.redact), names, region_of(other))


async def find_mask(session: AsyncSession, call: Call) -> Mask | None:
    """Find what of a call is masked, by the version that took it; uploads: that takes calls now."""
    return mask_of(await config_of(session, call), call)


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of each of these calls; of those left out, nothing is."""
    rows = await (await session.connection()).execute(_REDACTED, {"call_ids": list(call_ids)})
    return {
        row.id: Mask(
            tuple(Sensitive(kind) for kind in row.redact),
            (*names_in(row.variables), *names_in(row.metadata)),
            region_of(row.from_number if row.source == CallSource.INBOUND else row.to_number),
        )
        for row in rows
    }


_REDACTED = text(
    """
    select calls.id, calls.variables, calls.metadata, calls.source, calls.from_number,
           calls.to_number, coalesce(versions.config, agents.config) -> 'redact' as redact
    from calls join agents on agents.id = calls.agent_id
    left join agent_versions as versions
        on versions.agent_id = agents.id
        and versions.version = coalesce(calls.agent_version, agents.published_version)
    where calls.id = any(cast(:call_ids as uuid[]))
      and json_array_length(coalesce(
          coalesce(versions.config, agents.config) -> 'redact', '[]'::json
      )) > 0
    """
)


async def config_of(session: AsyncSession, call: Call) -> AgentConfig:
    """Find the configuration that counts for a call: its version's, or else the live one's."""
    agent = await agents.get_agent(session, call.org_id, call.agent_id)
    number = call.agent_version or agent.published_version
    if number is None:
        return agent.draft
    try:
        return (await agents.get_version(session, call.org_id, agent.id, number)).frozen
    except AgentVersionNotFound:
        return agent.draft


async def find_silences(
    session: AsyncSession, call: Call, *, with_originals: bool
) -> list[tuple[int, int]]:
    """Find when a call's sound is silent, in milliseconds, for who may or may not hear originals.

    Where nobody has written down yet what was said, all of it is.
    """
    config = await config_of(session, call)
    if not config.redact or (with_originals and config.keep_original):
        return []
    mask = (await events.find_masks(session, [call.id])).get(call.id)
    if mask is None or not call.transcript:
        return [ALL_OF_IT]
    return mask.silences(call.transcript)


def names_in(value: Any, name: str = "") -> Iterator[str]:
    """Give what people are called by what JSON says of them: values of members called so."""
    if isinstance(value, dict):
        for member, each in value.items():
            yield from names_in(each, member)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each, name)
    elif isinstance(value, str) and _NAME.search(name):
        yield value


def masked_turns(mask: Mask | None, turns: Sequence[Turn]) -> list[Turn]:
    """Mask turns, of which there are as many as before."""
    if mask is None:
        return list(turns)
    return [Turn.model_validate(turn) for turn in mask.turns([turn.model_dump() for turn in turns])]


def masked(mask: Mask | None, value: JsonObject) -> JsonObject:
    """Mask all text in it, if anything is to be masked."""
    return value if mask is None else dict(mask.value(value))
