"""Calibrations as the API shows them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from backend.quality.calibration.choosing import Choice
from backend.quality.calibration.measuring import Agreement
from backend.quality.calibration.models import Calibration, CalibrationStatus
from backend.quality.calibration.state import CalibrationState, Progress
from backend.quality.interval import IntervalRead

MOST_CALLS = 200
MOST_RATERS = 20

Verdict = Literal["yes", "no", "not_applicable"] | Annotated[StrictInt, Field(ge=0, le=100)]


class CallChoice(BaseModel):
    """Calls that this policy's evaluations are of, chosen by the service."""

    model_config = ConfigDict(extra="forbid")

    choose: Choice = Field(
        Choice.STRATIFIED, description="`stratified`: evenly from the worst score to the best."
    )
    count: int = Field(20, ge=1, le=MOST_CALLS, description="How many calls. Default 20.")


class CalibrationCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    policy_id: UUID = Field(description="Its published version is measured.")
    calls: Annotated[list[UUID], Field(min_length=1, max_length=MOST_CALLS)] | CallChoice = Field(
        description="Their ids, or how to choose them."
    )
    raters: Annotated[list[UUID], Field(min_length=1, max_length=MOST_RATERS)] = Field(
        description="Users, each of whom rates every call."
    )


class RatingGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(description="As the scale has them.")
    note: Annotated[str, Field(max_length=2000)] | None = Field(None, description="Why.")


class RatingCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    results: dict[str, RatingGiven] = Field(
        description="By the criteria's keys: all those that a judge answers, by no rule."
    )


class RaterRead(BaseModel):
    id: UUID = Field(description="The user.")
    name: str = Field(description="What they are called.")


class ProgressRead(BaseModel):
    calls: int = Field(description="Calls in all.")
    rated: int = Field(description="Ratings that are in.")
    of: int = Field(description="Ratings there will be.")

    @classmethod
    def of_progress(cls, progress: Progress) -> Self:
        return cls(calls=progress.calls, rated=progress.rated, of=progress.of)


class RatingRead(BaseModel):
    rater_id: UUID = Field(description="The user who rated.")
    results: dict[str, RatingGiven] = Field(description="By the criterion's key.")
    rated_at: datetime = Field(description="When they did.")


class CalibrationCallRead(BaseModel):
    call_id: UUID = Field(description="The call.")
    rated_by: list[UUID] = Field(description="Who has rated it, without what they said.")
    ratings: list[RatingRead] = Field(
        description="A rater sees the others' on a call once their own are in; who does not rate "
        "sees them once all are."
    )
    model: dict[str, Verdict | None] | None = Field(
        description="What the model says, seen as late."
    )
    failure: str | None = Field(description="Why the model says nothing.")


class PairRead(BaseModel):
    raters: list[str] = Field(description="Two ids of users; `model` is the model.")
    kappa: float | None = Field(description="Cohen's; null: nothing to compare.")
    n: int = Field(description="Calls both have a verdict on.")


class KappaRead(BaseModel):
    pairs: list[PairRead] = Field(description="Two raters each.")
    mean: float | None = Field(description="Over the pairs; null: there is none.")


class AgreementRead(BaseModel):
    key: str = Field(description="The criterion's key.")
    n: int = Field(description="Calls with at least two verdicts on it.")
    cohen_kappa: KappaRead = Field(description="Weighted by distance where the scale has one.")
    krippendorff_alpha: float | None = Field(description="Null: all verdicts are the same.")
    interval: IntervalRead | None = Field(description="The bootstrapped 95 % interval of alpha.")
    people_alpha: float | None = Field(description="Alpha without the model.")
    model_kappa: float | None = Field(description="The mean kappa of the model with each person.")
    percent: float | None = Field(description="Pairs of verdicts that are the same, in percent.")
    confusion: dict[str, dict[str, int]] = Field(
        description="By what people say, what the model says; percentages by bands of twenty."
    )
    reliable: bool | None = Field(
        description="False below 0.667: left out of scores until its wording changes and it is "
        "measured again. Null: fewer than five calls say nothing either way."
    )

    @classmethod
    def of(cls, found: Agreement) -> Self:
        pairs = [PairRead(raters=list(p.raters), kappa=p.kappa, n=p.n) for p in found.pairs]
        return cls(
            key=found.key,
            n=found.n,
            cohen_kappa=KappaRead(pairs=pairs, mean=found.mean_kappa),
            krippendorff_alpha=found.krippendorff_alpha,
            interval=IntervalRead.of(found.interval),
            people_alpha=found.people_alpha,
            model_kappa=found.model_kappa,
            percent=found.percent,
            confusion={said: dict(row) for said, row in found.confusion.items()},
            reliable=found.reliable,
        )


class CalibrationListed(BaseModel):
    id: UUID = Field(description="The calibration's id.")
    policy_id: UUID = Field(description="By which policy.")
    policy_version: int = Field(description="Which version of it.")
    status: CalibrationStatus = Field(description="How far it is.")
    progress: ProgressRead = Field(description="How many ratings are in.")
    created_at: datetime = Field(description="When it was begun.")
    done_at: datetime | None = Field(description="When all was in; null: not yet.")

    @classmethod
    def of(cls, calibration: Calibration, progress: Progress) -> Self:
        return cls(
            id=calibration.id,
            policy_id=calibration.policy_id,
            policy_version=calibration.policy_version,
            status=calibration.status,
            progress=ProgressRead.of_progress(progress),
            created_at=calibration.created_at,
            done_at=calibration.done_at,
        )


class CalibrationRead(CalibrationListed):
    raters: list[RaterRead] = Field(description="Who rates.")
    chosen: str = Field(description="How the calls were chosen: `given`, `random`, `stratified`.")
    calls: list[CalibrationCallRead] = Field(description="What is rated.")
    agreement: list[AgreementRead] | None = Field(description="Null until all ratings are in.")

    @classmethod
    def of_state(
        cls,
        state: CalibrationState,
        names: Mapping[UUID, str],
        viewer: UUID | None,
        found: Sequence[Agreement] | None,
    ) -> Self:
        calibration = state.calibration
        listed = CalibrationListed.of(calibration, state.progress)
        return cls(
            **dict(listed),
            raters=[RaterRead(id=rater, name=names.get(rater, "")) for rater in state.raters],
            chosen=calibration.chosen,
            calls=[_call(state, call.call_id, viewer) for call in state.calls],
            agreement=None if found is None else [AgreementRead.of(each) for each in found],
        )


def _call(state: CalibrationState, call_id: UUID, viewer: UUID | None) -> CalibrationCallRead:
    call = next(each for each in state.calls if each.call_id == call_id)
    ratings = state.ratings_of(call_id)
    is_shown = state.may_see(call_id, viewer)
    return CalibrationCallRead(
        call_id=call_id,
        rated_by=[rating.rater_id for rating in ratings],
        ratings=[
            RatingRead(rater_id=rating.rater_id, results=rating.results, rated_at=rating.rated_at)
            for rating in ratings
            if is_shown
        ],
        model=call.verdicts if is_shown else None,
        failure=call.failure if is_shown else None,
    )
