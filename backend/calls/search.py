"""Calls by their words, and by who looks after them.

The words are of whom they were about, what was said, and what their record holds.

A row of words is kept beside each call, written with it: by the mapper, so that no way of changing
a call can forget it. What is still being said is left out until the call is over, since rewriting
the words at every turn would cost more than they are worth.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    event,
    exists,
    func,
    inspect,
    literal_column,
    null,
    or_,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Mapper, aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.service import Caller
from backend.calls import masking
from backend.calls.earlier import Passed
from backend.calls.models import Call, CallWords
from backend.platform import events
from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask

Somebody: TypeAlias = UUID | Literal["nobody"]
Assignee: TypeAlias = UUID | Literal["me", "nobody"]

# A tsvector holds 1 MB at most; what comes after these characters is not found.
_LONGEST = 200_000
_MOST_WORDS = 12
_NORTH_AMERICAN = 10  # digits
_NO_USER = UUID(int=0)
_DIGITS_PEOPLE_KNOW = (4, 7, 10)
# The transcript counts once the call is over; it has a recording's id when it was heard anew.
_FOUND_BY = frozenset(
    {"variables", "call_metadata", "summary", "ended_at", "recording_id", "retell_call_id"}
    | {"to_number", "from_number", "file_name"}
)


def has_any(q: str) -> bool:
    """Whether there is a word in it to look for."""
    return _plain(q) != ""


def has_words(q: str, *, with_originals: bool = True) -> ColumnElement[bool]:
    """Whether a call has each of the words, or one that begins with it.

    Without originals, what is masked of it is none of its words, and cannot be guessed.
    """
    words = _plain(q).split()[:_MOST_WORDS]
    asked = func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words))
    has_all = col(CallWords.words).bool_op("@@")(asked)
    if with_originals:
        return has_all
    is_among_the_rest = and_(_REST.bool_op("@@")(asked), text(f"not {_IS_MASKED_OTHERWISE}"))
    return and_(has_all, or_(masking.masks_none("call_words.call_id"), is_among_the_rest))


# Of a row that is masked by other kinds than count now, nothing is known to be left.
_IS_MASKED_OTHERWISE = masking.masks_otherwise("call_words.call_id", "call_words.masked_kinds")
# Without names that only records and analyses gave.
_REST: ColumnElement[str] = literal_column(
    "ts_delete("
    "coalesce(call_words.masked, '') || coalesce(call_words.masked_recorded, ''),"
    " tsvector_to_array(coalesce(call_words.masked_names, '')))"
)


def values_in(value: Any) -> Iterator[str]:
    """Give all that is text or a number in a JSON value, but no names of members."""
    if isinstance(value, dict):
        for member in value.values():
            yield from values_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from values_in(item)
    elif isinstance(value, str) or (isinstance(value, int | float) and value is not True):
        yield str(value)


def keep_record_words(connection: Connection, org_id: UUID, call_id: UUID, data: Any) -> None:
    """Have the call found by what its record holds."""
    mask = masking.find_masks_now(connection, [call_id]).get(call_id)
    rest: dict[str, Any] = {"masked_recorded": null(), "masked_names": null()}
    kinds = mask.kinds if mask else ()
    if mask is not None:
        names = [*masking.names_in(data)] if Sensitive.NAME in mask.kinds else []
        left = values_in(mask.naming(*names).value(data))
        rest = {"masked_recorded": _vector(left), "masked_names": _vector(iter(names))}
    _keep(connection, org_id, call_id, kinds, recorded=_vector(values_in(data)), **rest)


async def keep_names(session: AsyncSession, call_id: UUID) -> None:
    """Have who may not see originals not find a call by whom anything that is kept of it names."""
    mask = (await events.find_masks(session, [call_id])).get(call_id)
    if not isinstance(mask, Mask) or Sensitive.NAME not in mask.kinds:
        return
    await session.flush()
    statement = update(CallWords).where(col(CallWords.call_id) == call_id)
    await session.exec(statement.values(masked_names=_vector(iter(mask.names))))


_LOOK = text(
    f"""
    select calls.org_id, calls.id, exists (
        select from call_words where call_words.call_id = calls.id and {_IS_MASKED_OTHERWISE}
    )
    from calls
    where org_id = :org_id and agent_id = :agent_id
        and (cast(:before as uuid) is null or id < :before)
    order by id desc limit :limit
    """  # noqa: S608 - our own text
)


async def look_at_masked(
    session: AsyncSession, org_id: UUID, agent_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[Passed]:
    """Pass by the next calls of an agent; due are those masked otherwise than they should be."""
    asked = {"org_id": org_id, "agent_id": agent_id, "before": before, "limit": limit}
    return [Passed(*row) for row in await (await session.connection()).execute(_LOOK, asked)]


async def mask_again(session: AsyncSession, call: Call) -> bool:
    """Mask a call's own words anew by what counts now. Return whether they were masked otherwise.

    Lock the call before, and have its record's words kept again after it.
    """
    return await (await session.connection()).run_sync(_mask_again, call)


def _mask_again(connection: Connection, call: Call) -> bool:
    mask = masking.find_mask_now(connection, call)
    if mask is None:
        return False
    statement = (
        update(CallWords)
        .where(
            col(CallWords.call_id) == call.id,
            col(CallWords.masked_kinds).is_distinct_from(list(mask.kinds)),
        )
        .values(masked_kinds=list(mask.kinds), masked=null())
        .values(masked_recorded=null(), masked_names=null())
        .returning(col(CallWords.said).is_not(None))
    )
    has_words = connection.execute(statement).scalar_one_or_none()
    if has_words:
        masked = _vector(_words_of(call, mask))
        _keep(connection, call.org_id, call.id, mask.kinds, masked=masked)
    return has_words is not None


@event.listens_for(Call, "after_insert")
@event.listens_for(Call, "after_update")
def _keep_call_words(_mapper: Mapper[Call], connection: Connection, call: Call) -> None:
    attributes = inspect(call).attrs
    if any(attributes[name].history.has_changes() for name in _FOUND_BY):
        mask = masking.find_mask_now(connection, call)
        masked = null() if mask is None else _vector(_words_of(call, mask))
        kinds = mask.kinds if mask else ()
        said = _vector(_words_of(call))
        _keep(connection, call.org_id, call.id, kinds, said=said, masked=masked)


def _words_of(call: Call, mask: Mask | None = None) -> Iterator[str]:
    """Give a call's words, masked as a whole: what is cut apart is none of what it was."""
    for number in (call.to_number, call.from_number):
        if number and (mask is None or mask.text(number) == number):
            digits = number.removeprefix("+")
            yield from (digits, *(digits[-length:] for length in _DIGITS_PEOPLE_KNOW))
    yield from (str(call.id), call.retell_call_id or "")
    for words in (call.summary or "", call.file_name or ""):
        yield words if mask is None else mask.text(words)
    for given in (call.variables, call.call_metadata):
        yield from values_in(given if mask is None else mask.value(given))
    if call.ended_at is not None:
        turns = call.transcript if mask is None else mask.turns(call.transcript)
        yield from (turn["text"] for turn in turns)


def _vector(values: Iterator[str]) -> Any:
    return func.strip(func.to_tsvector("simple", _plain(" ".join(values))[:_LONGEST]))


def _plain(text: str) -> str:
    """Take words apart as both sides of a search do: `7891-B` is two."""
    return re.sub(r"[\W_]+", " ", text).strip()


def _keep(
    connection: Connection,
    org_id: UUID,
    call_id: UUID,
    kinds: Sequence[Sensitive],
    **columns: Any,
) -> None:
    masked_kinds = list(kinds) or None
    statement = insert(CallWords).values(org_id=org_id, call_id=call_id, **columns)
    statement = statement.values(masked_kinds=masked_kinds)
    new = statement.excluded.masked_kinds
    # What the others have written is masked by what counted then.
    is_same = col(CallWords.masked_kinds).is_not_distinct_from(new)
    changes = columns | {"masked_kinds": case((is_same, new), else_=null())}
    connection.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_=changes))


def numbers_meant(q: str) -> Iterator[str]:
    """Read a number as people write it: with spaces and brackets, or as North Americans do."""
    plain = re.sub(r"[\s().-]", "", q)
    if re.fullmatch(r"\+?[1-9]\d{6,14}", plain):
        yield f"+{plain.removeprefix('+')}"
        if len(plain) == _NORTH_AMERICAN and not plain.startswith("+"):
            yield f"+1{plain}"


def resolved(assignee: Assignee | None, caller: Caller) -> Somebody | None:
    """Tell who `me` is. A key is nobody's: nothing is assigned to it."""
    return (caller.user_id or _NO_USER) if assignee == "me" else assignee


def is_assigned(to: Somebody) -> ColumnElement[bool]:
    return _is(col(Call.assigned_to), to)


def belongs_to_assigned(call_id: Mapped[UUID], to: Somebody) -> ColumnElement[bool]:
    """Say it of something that belongs to a call."""
    # Under a name of its own: the statement may have the calls in it already.
    call = aliased(Call)
    return exists().where(col(call.id) == call_id, _is(col(call.assigned_to), to))


def _is(assigned_to: Mapped[UUID | None], to: Somebody) -> ColumnElement[bool]:
    return assigned_to.is_(None) if to == "nobody" else assigned_to == to
