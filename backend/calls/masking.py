"""What of a call is masked: by what the agent's version that took it says, and who is in it."""

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.orm import Mapped
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
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


# Of what Retell tells, that comes of what was said. The rest was given to the call, or is a fact.
_SAID = {"summary", "retell_data", "collected_variables"}


def mask_of(kinds: Sequence[Sensitive], call: Call) -> Mask | None:
    """Say what of a call is masked where these kinds are; None: nothing."""
    return _mask_from(kinds, call) if kinds else None


def _mask_from(kinds: Sequence[Sensitive], told: Any) -> Mask:
    return Mask(
        tuple(kinds),
        (*names_in(told.variables), *names_in(told.call_metadata)),
        region_of(told.from_number if told.source == CallSource.INBOUND else told.to_number),
        is_being_said=told.status == CallStatus.IN_PROGRESS,
    )


async def find_lasting_mask(session: AsyncSession, call: Call) -> Mask | None:
    """Find what is masked before anything of a call is stored; None: the original is kept."""
    found = await redacting.find(session, call.agent_id, call.agent_version)
    return None if found.keeps_original else mask_of(found.kinds, call)


def find_mask_now(connection: Connection, call: Call) -> Mask | None:
    """Find it while the call is being written."""
    found = redacting.find_now(connection, call.agent_id, call.agent_version)
    return mask_of(found.kinds, call)


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of each of these calls; of those left out, nothing is."""
    return await (await session.connection()).run_sync(find_masks_now, call_ids)


def find_masks_now(connection: Connection, call_ids: Collection[UUID]) -> dict[UUID, Mask]:
    kinds = redacting.find_kinds_now(connection, _TAKEN, call_ids)
    if not kinds:
        return {}
    rows = connection.execute(_TOLD, {"call_ids": list(kinds)}).all()
    return {row.id: _mask_from(kinds[row.id], row) for row in rows}


_TAKEN = "select id, agent_id, agent_version from calls where id = any(cast(:ids as uuid[]))"
_TOLD = text(
    """
    select id, variables, metadata as call_metadata, source, from_number, to_number, status
    from calls
    where id = any(cast(:call_ids as uuid[]))
    """
)


def masks_none(call_id: str, kind: Sensitive | None = None) -> TextClause:
    """Tell of the call that a column names whether nothing of it is masked, or nothing of a kind.

    `call_id` is the column, with its table's name.
    """
    redacts = redacting.redacts("masked.agent_id", "masked.agent_version", kind)
    return text(
        f"not exists (select from calls as masked where masked.id = {call_id} and {redacts})"
    )


def masks_otherwise(call_id: str, kinds: str) -> str:
    """Write a condition in SQL: of the call that a column names, other kinds are masked.

    `kinds` is the column that has those by which something of it was masked.
    """
    redacts = redacting.redacts_otherwise("masked.agent_id", "masked.agent_version", kinds)
    return f"exists (select from calls as masked where masked.id = {call_id} and {redacts})"


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
    """Get the configuration that counts for a call."""
    return await redacting.get_config(session, call.org_id, call.agent_id, call.agent_version)


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
    found = await redacting.find(session, call.agent_id, call.agent_version)
    if not found.kinds or (with_originals and found.keeps_original):
        return Hearing()
    mask = (await events.find_masks(session, [call.id])).get(call.id)
    if mask is None or not call.transcript:
        return Hearing(is_silent=True)
    return Hearing(mask=mask, transcript=call.transcript)


async def add_names(
    session: AsyncSession,
    masks: Mapping[UUID, Mask],
    call_id: Mapped[UUID],
    data: Mapped[Any],
) -> dict[UUID, Mask]:
    """Add to calls' masks whom a table's documents name: all that it has of a call.

    Its former revisions are shown as well, and whom one of them named is in the same words still.
    """
    named = [call_id for call_id, mask in masks.items() if Sensitive.NAME in mask.kinds]
    if not named:
        return dict(masks)
    statement = select(call_id, data).where(call_id.in_(named))
    names: dict[UUID, dict[str, None]] = {}
    for id_, told in (await session.exec(statement)).all():
        names.setdefault(id_, {}).update(dict.fromkeys(names_in(told)))
    return {id_: mask.naming(*names.get(id_, ())) for id_, mask in masks.items()}


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


def masked_turns(mask: masks.Mask | None, turns: Sequence[Turn]) -> list[Turn]:
    """Mask turns, of which there are as many as before."""
    if mask is None:
        return list(turns)
    return [Turn.model_validate(turn) for turn in mask.turns([turn.model_dump() for turn in turns])]


def masked(mask: Mask | None, value: JsonObject) -> JsonObject:
    """Mask all text in it, if anything is to be masked."""
    return value if mask is None else dict(mask.value(value))
