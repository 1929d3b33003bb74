"""What the judge fills in: for each criterion its quote, the turns, a reason and the verdict."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from backend.quality.policies.config import Criterion, PolicyConfig, Scale


class Said(BaseModel):
    """One answer, its proof before the verdict."""

    model_config = ConfigDict(extra="ignore")

    quote: str | None = Field(
        None, description="Words copied from the transcript; null: nothing was said."
    )
    turns: list[int] = Field(
        default_factory=list,
        description="The numbers of the quote's turns; without a quote, of the turns looked at.",
    )
    reason: str = Field("", description="Why, in one short sentence.")


class SaidYesNo(Said):
    verdict: Literal["yes", "no"]


class SaidYesNoMaybe(Said):
    verdict: Literal["yes", "no", "not_applicable"]


class SaidPoints(Said):
    verdict: int = Field(ge=0, le=5, description="0 (not at all) to 5 (as well as can be).")


class SaidPointsMaybe(Said):
    verdict: int | None = Field(
        ge=0, le=5, description="0 to 5; null: it does not apply to this call."
    )


class SaidPercent(Said):
    verdict: int = Field(ge=0, le=100, description="0 to 100.")


class SaidPercentMaybe(Said):
    verdict: int | None = Field(
        ge=0, le=100, description="0 to 100; null: it does not apply to this call."
    )


class SaidResolved(Said):
    verdict: Literal["yes", "no", "not_applicable"]


class Judgement(BaseModel):
    """The base of all answers; each policy has its own members."""

    def verdicts_by_key(self) -> Mapping[str, Said]:
        verdicts: BaseModel | None = getattr(self, "verdicts", None)
        if verdicts is None:
            return {}
        fields = type(verdicts).model_fields
        return {field.alias or name: getattr(verdicts, name) for name, field in fields.items()}

    @property
    def resolved(self) -> SaidResolved | None:
        return getattr(self, "resolution", None)


_ANSWERS: dict[tuple[Scale, bool], type[Said]] = {
    (Scale.YES_NO, False): SaidYesNo,
    (Scale.YES_NO, True): SaidYesNoMaybe,
    (Scale.POINTS, False): SaidPoints,
    (Scale.POINTS, True): SaidPointsMaybe,
    (Scale.PERCENT, False): SaidPercent,
    (Scale.PERCENT, True): SaidPercentMaybe,
}


def answer_model(criteria: Sequence[Criterion], config: PolicyConfig) -> type[Judgement]:
    """Build the answer model of some criteria, or take the one built before for equal ones."""
    kinds = [(each.key, each.scale.value, each.may_not_apply) for each in criteria]
    return _cached_model(json.dumps(kinds), has_resolution=config.resolution_question is not None)


@lru_cache(maxsize=256)
def _cached_model(kinds: str, *, has_resolution: bool) -> type[Judgement]:
    # Python names of our own: a criterion may be called `json` or `copy`.
    members: dict[str, Any] = {
        f"member_{n}": (_ANSWERS[Scale(scale), may_not_apply], Field(alias=key))
        for n, (key, scale, may_not_apply) in enumerate(json.loads(kinds))
    }
    verdicts = create_model("Verdicts", **members)
    more: dict[str, Any] = {"resolution": (SaidResolved, ...)} if has_resolution else {}
    return create_model("Judgement", __base__=Judgement, verdicts=(verdicts, ...), **more)
