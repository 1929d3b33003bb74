"""What the policies' paths take and give."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.platform.storable import StorableText
from backend.platform.versioning.forms import Changes, optional_fields
from backend.platform.versioning.schemas import FieldChangeRead
from backend.quality.interval import IntervalRead
from backend.quality.models import CriterionMeasurement, CriterionReliability
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


class MeasurementRead(BaseModel):
    """What one calibration found of a criterion, as it was worded then."""

    calibration_id: UUID = Field(description="Which calibration.")
    policy_version: int = Field(description="Which version of the policy was measured.")
    question: str = Field(description="What the judge and the raters were asked.")
    is_worded_as_now: bool = Field(description="Whether the draft still asks that, in that form.")
    raters: int = Field(description="People who rated.")
    calls: int = Field(description="Calls with at least two verdicts.")
    alpha: float | None = Field(description="Krippendorff's; null: all verdicts were the same.")
    interval: IntervalRead | None = Field(description="The bootstrapped 95 % interval of alpha.")
    model_kappa: float | None = Field(description="The mean kappa of the model with each person.")
    reliable: bool | None = Field(description="Null: too few calls to tell.")
    measured_at: datetime = Field(description="When.")

    @classmethod
    def of(cls, measured: CriterionMeasurement, criterion: Criterion) -> Self:
        interval = None
        if measured.low is not None and measured.high is not None:
            interval = IntervalRead(low=measured.low, high=measured.high)
        return cls(
            **measured.model_dump(include=set(cls.model_fields)),
            interval=interval,
            is_worded_as_now=measured.wording == wording_of(criterion),
            reliable=measured.is_reliable,
        )


class ReliabilityRead(BaseModel):
    """How far people and judge agreed on a criterion when that was last measured."""

    key: str = Field(description="The criterion's key.")
    reliable: bool | None = Field(
        description="False: it is left out of scores. Null: no calibration could tell yet, and it "
        "counts."
    )
    alpha: float | None = Field(
        description="Krippendorff's; null: not measured, or all verdicts were the same."
    )
    calls: int = Field(description="On how many calls it was measured.")
    measured_at: datetime | None = Field(description="When; null: not measured.")
    is_worded_as_measured: bool = Field(
        description="Whether the draft still asks what was measured; else measure it again."
    )
    calibration_id: UUID | None = Field(
        description="The one of `measurements` that decides; null: it was not kept, or there is "
        "none."
    )
    measurements: list[MeasurementRead] = Field(
        description="What each calibration found, newest first. With the same wording, more calls "
        "decide."
    )

    @classmethod
    def of(
        cls,
        criterion: Criterion,
        standing: CriterionReliability | None,
        measurements: Sequence[CriterionMeasurement],
    ) -> Self:
        return cls(
            key=criterion.key,
            reliable=standing.is_reliable if standing else None,
            alpha=standing.alpha if standing else None,
            calls=standing.calls if standing else 0,
            measured_at=standing.measured_at if standing else None,
            is_worded_as_measured=bool(standing and standing.wording == wording_of(criterion)),
            calibration_id=standing.calibration_id if standing else None,
            measurements=[MeasurementRead.of(each, criterion) for each in measurements],
        )


class PolicyPresetRead(BaseModel):
    """An example policy to start from."""

    key: str = Field(description="The preset's name.", examples=["support"])
    config: PolicyConfig = Field(description="Pass this to `POST /api/v1/policies`.")
