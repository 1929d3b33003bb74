"""What a search is asked, and what it finds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.calls.models import Call, CallSource, Role
from backend.insights.meaning.queries import Progress
from backend.insights.meaning.status import MeaningState, MeaningStatus
from backend.insights.models import Answer, Found, SearchMode
from backend.platform.storable import ReckonedInstant


class Narrowed(BaseModel):
    agent_id: UUID | None = Field(None, description="In calls of this agent alone.")
    created_after: ReckonedInstant | None = Field(
        None, description="In calls that were created at this time or later."
    )
    limit: Annotated[int, Field(ge=1, le=50, description="How many passages at most.")] = 20


class SearchQuery(Narrowed):
    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=400,
            description="Words to look for, in any form; the first twelve count.",
        ),
    ]
    mode: SearchMode = Field(
        SearchMode.HYBRID,
        description="By words (`text`), by what they mean (`meaning`), or by both (`hybrid`).",
    )


class SimilarQuery(Narrowed):
    call_id: UUID = Field(description="The call of the moment to find more of.")
    turn: int = Field(ge=0, le=1_000_000, description="A turn of the passage.")


class FoundCall(BaseModel):
    """The call that a passage is of."""

    agent_id: UUID = Field(description="The agent whose call it is.")
    source: CallSource = Field(description="How it came to be.")
    to_number: str | None = Field(description="Who was called.")
    from_number: str | None = Field(description="Who called.")
    variables: dict[str, str] = Field(description="What its agent was told of it.")
    created_at: datetime = Field(description="When it was placed or came in.")
    duration_ms: int | None = Field(description="How long it took.")
    has_sound: bool = Field(description="Whether it can be listened to.")

    @classmethod
    def of(cls, call: Call) -> "FoundCall":
        return cls(
            agent_id=call.agent_id,
            source=call.source,
            to_number=call.to_number,
            from_number=call.from_number,
            variables=call.variables,
            created_at=call.created_at,
            duration_ms=call.duration_ms,
            has_sound=call.recording_id is not None or "recording_url" in call.known,
        )


class Piece(BaseModel):
    text: str = Field(description="A piece of a turn.")
    is_hit: bool = Field(description="Whether it is a word that was looked for, in some form.")


class Line(BaseModel):
    """A turn of a passage."""

    role: Role | None = Field(description="Who spoke; null: the call was heard anew meanwhile.")
    pieces: list[Piece] = Field(description="What was said, cut where hits begin and end.")


class PassageRead(BaseModel):
    """Turns of a call that belong together, and have what was looked for."""

    call_id: UUID = Field(description="The call it is of.")
    turns: list[int] = Field(description="The numbers of its turns.")
    start_ms: int | None = Field(description="When it began, in milliseconds of the call.")
    text: str = Field(description="What was said, a line for each turn that was not silent.")
    lines: list[Line] = Field(description="The same, line by line.")
    score: float = Field(description="How well it fits, to compare with others of the answer.")
    call: FoundCall = Field(description="What the call is.")

    @classmethod
    def of(cls, found: Found, call: Call) -> "PassageRead":
        lines = _lines(found.marked)
        roles = _roles(found, call)
        if len(roles) != len(lines):
            roles = [None] * len(lines)
        return cls(
            call_id=found.call_id,
            turns=list(range(found.first_turn, found.last_turn + 1)),
            start_ms=found.start_ms,
            text=found.text,
            lines=[Line(role=role, pieces=line) for role, line in zip(roles, lines, strict=True)],
            score=round(found.score, 4),
            call=FoundCall.of(call),
        )


def _roles(found: Found, call: Call) -> list[Role | None]:
    """Tell who spoke in each turn of it that was not silent, by the call as it is now."""
    turns = call.transcript[found.first_turn : found.last_turn + 1]
    return [turn["role"] for turn in turns if turn["text"].strip()]


def _lines(marked: Sequence[str]) -> list[list[Piece]]:
    """Cut the pieces, every second of which is a hit, where turns end."""
    lines: list[list[Piece]] = [[]]
    for number, piece in enumerate(marked):
        for place, text in enumerate(piece.split("\n")):
            if place:
                lines.append([])
            if text:
                lines[-1].append(Piece(text=text, is_hit=bool(number % 2)))
    return lines


class SearchRead(BaseModel):
    items: list[PassageRead] = Field(description="What was found, the best first.")
    mode: SearchMode = Field(description="How it was found.")
    instead: str | None = Field(
        description="Why by words alone, where meaning was asked for too; null: as asked for."
    )

    @classmethod
    def of(cls, answer: Answer, calls: Mapping[UUID, Call]) -> "SearchRead":
        # A call may have been deleted a moment ago.
        there = [each for each in answer.found if each.call_id in calls]
        return cls(
            items=[PassageRead.of(each, calls[each.call_id]) for each in there],
            mode=answer.mode,
            instead=answer.instead,
        )


class MeaningRead(BaseModel):
    """How searches by meaning stand."""

    state: MeaningState = Field(description="`ready`, or why not.")
    detail: str | None = Field(description="The same in a sentence, with what to do.")
    embedder: str | None = Field(description="The model that is set; null: none.")
    answered_by: str | None = Field(description="The model that answers now; null: words do alone.")
    calls: int = Field(description="How many calls can be searched.")
    embedded_calls: int = Field(description="How many of them the model that is set has read.")
    waiting_calls: int = Field(
        description="How many have a passage that it failed at, and are tried again later."
    )
    left_out_passages: int = Field(
        description="How many passages of calls that it has read it refused, or failed at five "
        "times: words alone find them."
    )

    @classmethod
    def of(cls, looked: MeaningStatus, progress: Progress) -> "MeaningRead":
        return cls(
            state=looked.state,
            detail=looked.detail,
            embedder=looked.embedder,
            answered_by=looked.serving.name if looked.serving else None,
            calls=progress.calls,
            embedded_calls=progress.embedded,
            waiting_calls=progress.waiting,
            left_out_passages=progress.left_out,
        )
