"""Storing passages, and finding those that have the words somebody looks for."""

import re
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.earlier import Passed
from backend.calls.models import Call
from backend.insights.cutting import Cut
from backend.insights.models import CutCall, Found, Near, PassageKey, Wanted
from backend.insights.stemming import PLAIN
from backend.platform import clock

MOST_WORDS = 12
# Of a word that is said everywhere, so many of the newest passages are looked at.
_MOST_CANDIDATES = 2000
# What a word is taken for that is among the most common of no column's statistics.
_RARE = 1e-5
_MARKS = ("\x02", "\x03")


def words_in(q: str) -> list[str]:
    """Take words apart as passages have them: `7891-B` is two. Each counts once."""
    return list(dict.fromkeys(plain(q).lower().split()))[:MOST_WORDS]


def plain(text_: str) -> str:
    return re.sub(r"[\W_]+", " ", text_).strip()


async def find_cut(session: AsyncSession, org_id: UUID, call_id: UUID) -> CutCall | None:
    statement = select(CutCall).where(CutCall.org_id == org_id, CutCall.call_id == call_id)
    return (await session.exec(statement)).one_or_none()


async def calls_by_id(
    session: AsyncSession, org_id: UUID, call_ids: Collection[UUID]
) -> dict[UUID, Call]:
    statement = select(Call).where(Call.org_id == org_id, col(Call.id).in_(call_ids))
    return {call.id: call for call in await session.exec(statement)}


_EARLIER = text(
    """
    select org_id, id, status in ('ended', 'failed')
        and not exists (select from cut_calls where call_id = calls.id)
    from calls
    where cast(:before as uuid) is null or id < :before
    order by id desc limit :limit
    """
)


async def look_at_earlier(
    session: AsyncSession, *, before: UUID | None, limit: int
) -> Sequence[Passed]:
    """Pass by the next calls; due are those that are over and that nobody cut."""
    asked = {"before": before, "limit": limit}
    return [Passed(*row) for row in await (await session.connection()).execute(_EARLIER, asked)]


_REMEMBER = text(
    """
    insert into cut_calls (call_id, org_id, transcript_hash, cut_at)
    values (:call_id, :org_id, :transcript_hash, :now)
    on conflict (call_id) do update
        set transcript_hash = excluded.transcript_hash, cut_at = excluded.cut_at,
            embedder_id = null, failures = null, failed_by = null, retry_at = null, left_out = null
    """
)
_FORGET = text("delete from passages where call_id = :call_id")
_STORE = text(
    """
    insert into passages
        (call_id, number, org_id, agent_id, first_turn, last_turn, start_ms, text, stemming, words)
    select cast(:call_id as uuid), number - 1, cast(:org_id as uuid), cast(:agent_id as uuid),
        first_turn, last_turn,
        start_ms, text, cast(:stemming as text),
        to_tsvector(cast(cast(:stemming as text) as regconfig), words)
            || to_tsvector('simple', words)
    from unnest(
        cast(:first_turns as int[]), cast(:last_turns as int[]), cast(:start_ms as int[]),
        cast(:texts as text[]), cast(:words as text[])
    ) with ordinality as cut (first_turn, last_turn, start_ms, text, words, number)
    """
)


async def store(
    session: AsyncSession, cut: CutCall, agent_id: UUID, passages: Sequence[Cut], *, stemming: str
) -> None:
    """Put these in the place of the call's former passages."""
    connection = await session.connection()
    about: dict[str, Any] = {"call_id": cut.call_id, "org_id": cut.org_id}
    await connection.execute(
        _REMEMBER, about | {"transcript_hash": cut.transcript_hash, "now": clock.now()}
    )
    await connection.execute(_FORGET, {"call_id": cut.call_id})
    if passages:
        columns: dict[str, list[Any]] = {
            "first_turns": [each.first_turn for each in passages],
            "last_turns": [each.last_turn for each in passages],
            "start_ms": [each.start_ms for each in passages],
            "texts": [each.text for each in passages],
            "words": [plain(each.text) for each in passages],
        }
        await connection.execute(
            _STORE, about | {"agent_id": agent_id, "stemming": stemming} | columns
        )


# An index is walked from value to value: languages are few, and passages many.
_STEMMINGS = text(
    """
    with recursive known as (
        (select stemming from passages where org_id = :org_id order by stemming limit 1)
        union all
        select (
            select stemming from passages
            where org_id = :org_id and stemming > known.stemming order by stemming limit 1
        )
        from known where known.stemming is not null
    )
    select stemming from known where stemming is not null
    """
)
_LEXEMES = text(
    """
    select word, stemming, tsvector_to_array(to_tsvector(cast(stemming as regconfig), word))
    from unnest(cast(:words as text[])) as word, unnest(cast(:stemmings as text[])) as stemming
    """
)
_SHARES = text(
    """
    select lexeme, share from pg_stats, unnest(
        cast(cast(most_common_elems as text) as text[]), most_common_elem_freqs
    ) as common (lexeme, share)
    where schemaname = current_schema() and tablename = 'passages' and attname = 'words'
        and lexeme = any(cast(:lexemes as text[]))
    """
)


async def weigh(session: AsyncSession, wanted: Wanted) -> Mapping[str, float]:
    """Give for each word that says something a query for all its forms, with its weight.

    A word weighs the more, the fewer passages have it. What every language here leaves out, such as
    `the`, is left out unless there is nothing else.
    """
    connection = await session.connection()
    known = (await connection.execute(_STEMMINGS, {"org_id": wanted.org_id})).scalars().all()
    asked = {"words": list(wanted.words), "stemmings": [*known, PLAIN]}
    forms: dict[str, set[str]] = {word: set() for word in wanted.words}
    telling: set[str] = set()
    for word, stemming, lexemes in await connection.execute(_LEXEMES, asked):
        forms[word].update(lexemes)
        if stemming != PLAIN and lexemes:
            telling.add(word)
    chosen = [word for word in forms if word in telling or not telling]
    lexemes = sorted({lexeme for word in chosen for lexeme in forms[word]})
    common = (await connection.execute(_SHARES, {"lexemes": lexemes})).all()
    shares: dict[str, float] = {lexeme: share for lexeme, share in common}  # noqa: C416 - rows
    return {
        " | ".join(f"'{lexeme}'" for lexeme in sorted(forms[word])): -log(
            min(1.0, max((shares.get(lexeme, _RARE) for lexeme in forms[word]), default=_RARE))
        )
        for word in chosen
        if forms[word]
    }


# The best of the newest; conditions are there when they are asked for, so that each has its plan.
_BY_WORDS = """
    with candidates as materialized (
        (
            select call_id, number from passages
            where org_id = :org_id {conditions} and words @@ cast(:every as tsquery)
            order by call_id desc limit :most
        )
        union
        (
            select call_id, number from passages
            where org_id = :org_id {conditions} and words @@ cast(:any as tsquery)
            order by call_id desc limit :most
        )
    )
    select passage.call_id, passage.number,
        ts_rank_cd(passage.words, cast(:any as tsquery)) + (
            select sum(weight) from unnest(
                cast(:words as text[]), cast(:weights as float8[])
            ) as word (query, weight) where passage.words @@ cast(query as tsquery)
        ) as score
    from candidates join passages as passage using (call_id, number)
    order by score desc, passage.call_id desc, passage.number limit :limit
"""


async def find_by_words(
    session: AsyncSession, wanted: Wanted, weights: Mapping[str, float]
) -> list[Near]:
    """Find passages by words, which `weigh` gave: those that have more of what is rare first."""
    conditions, asked = wanted.conditions()
    asked |= {
        "every": " & ".join(f"({query})" for query in weights),
        "any": " | ".join(weights),
        "words": list(weights),
        "weights": list(weights.values()),
        "most": _MOST_CANDIDATES,
        "limit": wanted.candidates,
    }
    statement = text(_BY_WORDS.format(conditions=conditions))
    rows = await (await session.connection()).execute(statement, asked)
    return [Near(PassageKey(row.call_id, row.number), row.score) for row in rows]


_READ = text(
    """
    select call_id, number, first_turn, last_turn, start_ms, text, ts_headline(
        cast(stemming as regconfig), translate(text, :marks, ''), cast(:any as tsquery), :options
    ) as marked
    from passages join unnest(cast(:call_ids as uuid[]), cast(:numbers as int[]))
        as wanted (call_id, number) using (call_id, number)
    where org_id = :org_id
    """
)


async def read(
    session: AsyncSession, org_id: UUID, best: Sequence[Near], weights: Mapping[str, float]
) -> list[Found]:
    """Read passages in this order, with the words marked; those gone meanwhile are left out."""
    begin, end = _MARKS
    asked = {
        "org_id": org_id,
        "call_ids": [each.key.call_id for each in best],
        "numbers": [each.key.number for each in best],
        "any": " | ".join(weights),
        "marks": begin + end,
        "options": f"HighlightAll=true, StartSel={begin}, StopSel={end}",
    }
    rows = await (await session.connection()).execute(_READ, asked)
    there = {PassageKey(row.call_id, row.number): row for row in rows}
    return [
        Found(
            *(key, row.first_turn, row.last_turn, row.start_ms, row.text, score),
            marked=re.split(f"[{begin}{end}]", row.marked),
        )
        for key, score in best
        if (row := there.get(key)) is not None
    ]


_KEY_OF_TURN = text(
    """
    select number from passages where org_id = :org_id and call_id = :call_id
        and :turn between first_turn and last_turn
    order by number limit 1
    """
)


async def find_key(
    session: AsyncSession, org_id: UUID, call_id: UUID, turn: int
) -> PassageKey | None:
    """Find the passage of a call that a turn is in."""
    asked = {"org_id": org_id, "call_id": call_id, "turn": turn}
    number = (await (await session.connection()).execute(_KEY_OF_TURN, asked)).scalar_one_or_none()
    return None if number is None else PassageKey(call_id, number)
