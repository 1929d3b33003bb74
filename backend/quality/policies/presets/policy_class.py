"""Policies as classes: one class is a policy's criteria and the type of the verdicts on a call.

    class Support(PolicyClass):
        listens: Points = asked("Listens", "How well did the agent listen?", category="Empathy")
        resolved: YesNo | None = asked("Resolves", "Was it resolved?")

A type with None may not apply.
"""

from types import NoneType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from backend.quality.policies.config import Criterion, Scale

YesNo = Literal["yes", "no"]
Points = Annotated[int, Field(ge=0, le=5), Scale.POINTS]
Percent = Annotated[int, Field(ge=0, le=100), Scale.PERCENT]


def asked(name: str, question: str = "", **criterion: Any) -> Any:
    """Say what is asked, and what of the criterion is not as it is by default."""
    return Field(title=name, description=question, json_schema_extra={"criterion": criterion})


class PolicyClass(BaseModel):
    """The base of all policy classes."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def criteria(cls) -> list[Criterion]:
        return [_criterion(key, field) for key, field in cls.model_fields.items()]


def _criterion(key: str, field: FieldInfo) -> Criterion:
    extra = field.json_schema_extra
    given: Any = extra["criterion"] if isinstance(extra, dict) else {}
    kinds = get_args(field.annotation)
    notes = [*field.metadata, *(note for kind in kinds for note in get_args(kind))]
    scale = next((note for note in notes if isinstance(note, Scale)), Scale.YES_NO)
    return Criterion.model_validate(
        {
            "key": key,
            "name": field.title,
            "question": field.description or "",
            "scale": scale,
            "may_not_apply": NoneType in kinds,
            **given,
        }
    )
