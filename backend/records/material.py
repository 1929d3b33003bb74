"""All that a record is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from backend.agents.models import ProofPolicy
from backend.calls.models import Turn
from backend.grounding.transcript import Transcript
from backend.platform.events import JsonObject
from backend.records.answer_model import Answer
from backend.records.evidence import Extraction, judge


@dataclass(frozen=True)
class Material:
    """What the model is asked with.

    `began_at` is in the zone the call's times are meant in. `language` is the agent's, such as
    `en-US`; None: nobody knows.
    """

    turns: Sequence[Turn]
    schema: JsonObject
    instructions: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    began_at: datetime | None = None
    time_zone: str = "UTC"
    language: str | None = None
    model: str | None = None
    proof: ProofPolicy = ProofPolicy.SECOND_READING

    @cached_property
    def transcript(self) -> Transcript:
        """The call's turns, read. Of two hours of talk that takes most of a second."""
        return Transcript(self.turns, language=self.language)

    def judge(self, answer: Answer | Mapping[str, Any], turns: Sequence[Turn]) -> Extraction:
        """Judge an answer about the call, or about a part of it."""
        is_whole = len(turns) == len(self.turns)
        transcript = self.transcript if is_whole else self.transcript.part(turns)
        return judge(answer, turns, self.schema, began_at=self.began_at, transcript=transcript)
