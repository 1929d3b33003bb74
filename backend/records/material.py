"""All that a record is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from backend.agents.models import AgentConfig, ProofPolicy
from backend.calls import masking
from backend.calls.models import Call, Turn
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


@dataclass(frozen=True)
class Asked:
    """What is asked of a call, and how. `model` None: the organisation's own."""

    schema: JsonObject
    instructions: str | None
    model: str | None
    proof: ProofPolicy


def material_of(call: Call, turns: Sequence[Turn], config: AgentConfig, asked: Asked) -> Material:
    """Give what to ask of a call with, masked as its agent's configuration says."""
    mask = masking.mask_of(config.redact, call)
    zone = ZoneInfo(config.time_zone)
    return Material(
        turns=masking.masked_turns(mask, turns),
        schema=asked.schema,
        instructions=asked.instructions,
        variables=masking.masked(mask, call.variables),
        began_at=call.started_at.astimezone(zone) if call.started_at else None,
        time_zone=config.time_zone,
        language=config.only_language,
        model=asked.model,
        proof=asked.proof,
    )
