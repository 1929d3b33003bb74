"""What people say of evaluations, and how it is shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from backend.platform.storable import StorableText
from backend.quality.policies.config import KEY_PATTERN
from backend.quality.review.service import Review, Word

_Note = Annotated[StorableText | None, Field(max_length=2000, description="Why.")]
_Revision = Annotated[
    int | None,
    Field(
        ge=1,
        le=2**31 - 1,
        description="The revision this is said of. When another one is current by now, it is "
        "refused with 409.",
    ),
]


class WordCreate(BaseModel):
    """A person's word on one criterion."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["yes", "no", "not_applicable"] | Annotated[StrictInt, Field(ge=0, le=100)] = (
        Field(description="As the criterion's scale has them.", examples=["yes", 4])
    )
    note: _Note = None


class EvaluationOverride(BaseModel):
    model_config = ConfigDict(extra="forbid")

    results: dict[Annotated[str, Field(pattern=KEY_PATTERN)], WordCreate] = Field(
        min_length=1,
        max_length=60,
        description="By the criterion's key; what is left out stays.",
        examples=[{"greeting": {"verdict": "yes", "note": "It is in the recording."}}],
    )
    note: _Note = None
    revision: _Revision = None

    def review(self) -> Review:
        words = {key: Word(word.verdict, word.note) for key, word in self.results.items()}
        return Review(words, self.note, self.revision)


class EvaluationApprove(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: _Note = None
    revision: _Revision = None

    def review(self) -> Review:
        return Review(None, self.note, self.revision)


class EvaluationDispute(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: StorableText = Field(min_length=1, max_length=2000, description="What is wrong.")
    revision: _Revision = None


class DisputeRead(BaseModel):
    """Somebody did not agree with an evaluation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(description="The dispute's id.")
    policy_id: UUID = Field(description="By which policy the call was evaluated.")
    revision: int = Field(description="The revision that was disputed.")
    reason: str = Field(description="What is wrong with it.")
    raised_by: UUID = Field(description="The user, or the API key.")
    raised_at: datetime = Field(description="When.")
    decided_by: UUID | None = Field(description="Who decided it; null: nobody yet.")
    decided_at: datetime | None = Field(description="When.")
    granted: bool | None = Field(
        description="Whether verdicts were changed by it, or the evaluation was approved as it was."
    )


class CommentCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: StorableText = Field(min_length=1, max_length=4000, description="What to say.")
    turn: int | None = Field(
        None, ge=0, le=2**31 - 1, description="Of which turn. Default null: of the call."
    )


class CommentRead(BaseModel):
    """What somebody says of a call, or of one turn of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(description="The comment's id.")
    turn: int | None = Field(description="Of which turn; null: of the call.")
    text: str = Field(description="What was said.")
    by: UUID = Field(description="The user, or the API key.")
    by_name: str = Field(description="What they are called.")
    created_at: datetime = Field(description="When.")
