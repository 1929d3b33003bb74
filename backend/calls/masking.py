"""What of a call is masked: by what the agent's version that took it says, and who is in it."""

import asyncio
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.errors import AgentVersionNotFound
from backend.agents.models import AgentConfig
from backend.calls.lifecycle import CallUpdate, UpdateKind
from backend.calls.models import Call, CallSource, CallStatus, ToolUse, Turn
from backend.platform import events
from backend.platform.events import JsonObject
from backend.platform.people import masks
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


def lasting_mask_of(config: AgentConfig, call: Call) -> Mask | None:
    """Say what is masked before it is stored; None: nothing."""
    return None if config.keep_original else mask_of(config, call)


async def find_mask(session: AsyncSession, call: Call) -> Mask | None:
    """Find what of a call is masked, by the version that took it; uploads: that takes calls now."""
    return mask_of(await config_of(session, call), call)


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of each of these calls; of those left out, nothing is."""
    rows = await (await session.connection()).execute(_REDACTED, {"call_ids": list(call_ids)})
    return {row.id: _mask_from(row) for row in rows}


def find_mask_now(connection: Connection, call_id: UUID) -> Mask | None:
    """Find it while a call is being written."""
    row = connection.execute(_REDACTED, {"call_ids": [call_id]}).first()
    return None if row is None else _mask_from(row)


def _mask_from(row: Any) -> Mask:
    return Mask(
        tuple(Sensitive(kind) for kind in row.redact),
        (*names_in(row.variables), *names_in(row.metadata)),
        region_of(row.from_number if row.source == CallSource.INBOUND else row.to_number),
        is_being_said=row.status == CallStatus.IN_PROGRESS,
    )


_REDACTED = text(
    """
    select calls.id, calls.variables, calls.metadata, calls.source, calls.from_number,
           calls.to_number, calls.status,
           coalesce(versions.config, agents.config) -> 'redact' as redact
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


def masks_none(call_id: str, kind: Sensitive | None = None) -> TextClause:
    """Tell of the call that a column names whether nothing of it is masked, or nothing of a kind.

    `call_id` is the column, with its table's name.
    """
    masked = _MASKS.format(call_id=call_id, kinds=json.dumps([kind] if kind else []))
    return text(f"not exists ({masked})")


_MASKS = """
    select from calls as masked join agents on agents.id = masked.agent_id
    left join agent_versions as versions
        on versions.agent_id = agents.id
        and versions.version = coalesce(masked.agent_version, agents.published_version)
    cross join lateral (
        select cast(coalesce(versions.config, agents.config) -> 'redact' as jsonb) as kinds
    ) as redacted
    where masked.id = {call_id} and redacted.kinds <> '[]' and redacted.kinds @> '{kinds}'
"""


async def find_lasting_mask(session: AsyncSession, call: Call) -> Mask | None:
    """Find what is masked before anything of a call is stored; None: the original is kept."""
    rows = await (await session.connection()).execute(_UNKEPT, {"call_id": call.id})
    return (await find_masks(session, [call.id])).get(call.id) if rows.first() else None


_UNKEPT = text(
    """
    select 1 from calls join agents on agents.id = calls.agent_id
    left join agent_versions as versions
        on versions.agent_id = agents.id
        and versions.version = coalesce(calls.agent_version, agents.published_version)
    where calls.id = :call_id
      and coalesce(versions.config, agents.config) ->> 'keep_original' = 'false'
    """
)
# Of what Retell tells, that comes of what was said. The rest was given to the call, or is a fact.
_SAID = {"summary", "retell_data", "collected_variables"}


def masked_update(mask: Mask, update: CallUpdate) -> CallUpdate:
    """Mask what was said, and what came of it.

    What is still being said is left out: half of a number could not be told for one.
    """
    mask = mask.naming(*names_in(update.facts.get("variables")))
    is_said = update.kind in {UpdateKind.ENDED, UpdateKind.ANALYZED, UpdateKind.TRANSFER_ENDED}
    return replace(
        update,
        facts={
            name: mask.value(value, name) if name in _SAID else value
            for name, value in update.facts.items()
        },
        turns=tuple(masked_turns(mask, update.turns)) if is_said else (),
        tool_uses=tuple(
            ToolUse.model_validate(mask.value(use.model_dump())) for use in update.tool_uses
        )
        if is_said
        else (),
    )


async def config_of(session: AsyncSession, call: Call) -> AgentConfig:
    """Find the configuration that counts for a call: its version's, or else the live one's."""
    return await config_of_agent(session, call.org_id, call.agent_id, call.agent_version)


async def config_of_agent(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int | None = None
) -> AgentConfig:
    """Find a version's configuration, or else the live one; the draft where none ever was."""
    agent = await agents.get_agent(session, org_id, agent_id)
    number = version or agent.published_version
    if number is None:
        return agent.draft
    try:
        return (await agents.get_version(session, org_id, agent_id, number)).frozen
    except AgentVersionNotFound:
        return agent.draft


@dataclass(frozen=True)
class Hearing:
    """What somebody may hear of a call: all of it or nothing, or what a mask leaves."""

    is_silent: bool = False
    mask: masks.Mask | None = None
    transcript: Sequence[JsonObject] = ()

    async def silences(self) -> list[tuple[int, int]]:
        """List when its sound is silent, in milliseconds. To be asked with no transaction open.

        Of an hour's talk it takes long, so it is found beside the event loop.
        """
        if self.mask is None:
            return [ALL_OF_IT] if self.is_silent else []
        return await asyncio.to_thread(self.mask.silences, self.transcript)


async def find_hearing(session: AsyncSession, call: Call, *, with_originals: bool) -> Hearing:
    """Find what of a call may be heard by who may or may not hear originals.

    Where nobody has written down yet what was said, nothing is.
    """
    config = await config_of(session, call)
    if not config.redact or (with_originals and config.keep_original):
        return Hearing()
    mask = (await events.find_masks(session, [call.id])).get(call.id)
    if mask is None or not call.transcript:
        return Hearing(is_silent=True)
    return Hearing(mask=mask, transcript=call.transcript)


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
