"""What the policies' paths take and give."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.platform.storable import StorableText
from backend.platform.versioning.forms import Changes, optional_fields
from backend.platform.versioning.schemas import FieldChangeRead
from backend.quality.models import CriterionReliability
from backend.quality.policies.config import Criterion, PolicyConfig
from backend.quality.reliability import wording_of

PolicyId = Annotated[UUID, Path(description="The policy's id.")]


class PolicyCreate(PolicyConfig):
    """A new policy's draft."""


PolicyUpdate = create_model(
    "PolicyUpdate", __base__=Changes, __doc__=Changes.__doc__, **optional_fields(PolicyConfig)
)


class PolicyRead(PolicyConfig):
    """A policy: its draft, and how that relates to what calls are evaluated by."""

    id: UUID = Field(description="The policy's id.")
    draft_revision: int = Field(
        description="Counts the changes of the draft; also sent as `ETag`, for `If-Match`."
    )
    published_version: int | None = Field(
        description="The version that calls are evaluated by; null: none yet."
    )
    has_unpublished_changes: bool = Field(
        description="Whether the draft is not what calls are evaluated by."
    )
    archived_at: datetime | None = Field(description="When it was taken out of use.")
    created_at: datetime = Field(description="When it was created.")
    updated_at: datetime = Field(description="When its draft was last changed.")


class PolicyPublish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: StorableText | None = Field(
        None, max_length=1000, description="What changed, for the history."
    )


class PolicyVersionRead(BaseModel):
    """A published version. It never changes."""

    version: int = Field(description="1, 2, 3 and so on.")
    note: str | None = Field(description="What was noted at publishing.")
    published_by: UUID | None = Field(description="Who published it.")
    created_at: datetime = Field(description="When it was published.")
    changed_fields: list[str] = Field(
        description="The fields that differ from the version before; all of the first version.",
        examples=[["criteria", "passing_score"]],
    )
    config: PolicyConfig = Field(description="What was published.")


class PolicyVersionDetail(PolicyVersionRead):
    """A published version with what it changed."""

    changes: list[FieldChangeRead] = Field(
        description="The differences from the version before; empty for the first."
    )


class PolicyDiff(BaseModel):
    """What differs between two versions, or a version and the draft."""

    base: str = Field(description="A version's number, or `draft`.", examples=["1"])
    compare: str = Field(description="A version's number, or `draft`.", examples=["draft"])
    changes: list[FieldChangeRead] = Field(description="The differences; empty: there is none.")


class ReliabilityRead(BaseModel):
    """How far people and judge agreed on a criterion when that was last measured."""

    key: str = Field(description="The criterion's key.")
    reliable: bool = Field(description="False: it is left out of scores.")
    alpha: float | None = Field(description="Krippendorff's; null: all verdicts were the same.")
    calls: int = Field(description="On how many calls it was measured.")
    measured_at: datetime = Field(description="When.")
    is_worded_as_measured: bool = Field(
        description="Whether the draft still asks what was measured; else measure it again."
    )

    @classmethod
    def of(cls, measured: CriterionReliability, criterion: Criterion) -> Self:
        return cls(
            **measured.model_dump(include={"key", "alpha", "calls", "measured_at"}),
            reliable=measured.is_reliable,
            is_worded_as_measured=measured.wording == wording_of(criterion),
        )


class PolicyPresetRead(BaseModel):
    """An example policy to start from."""

    key: str = Field(description="The preset's name.", examples=["support"])
    config: PolicyConfig = Field(description="Pass this to `POST /api/v1/policies`.")
