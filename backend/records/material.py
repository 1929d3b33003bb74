"""All that a record is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.calls.models import Turn
from backend.platform.events import JsonObject
from backend.records.answer_model import Answer
from backend.records.evidence import Extraction, judge


@dataclass(frozen=True)
class Material:
    """What the model is asked with. `began_at` is in the zone the call's times are meant in."""

    turns: Sequence[Turn]
    schema: JsonObject
    instructions: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    began_at: datetime | None = None
    time_zone: str = "UTC"
    model: str | None = None

    def judge(self, answer: Answer | Mapping[str, Any], turns: Sequence[Turn]) -> Extraction:
        return judge(answer, turns, self.schema, began_at=self.began_at)
