"""The shape of a preset: an agent to start from."""

from dataclasses import dataclass

from backend.agents.draft.config import AgentConfig
from backend.agents.record_schema.record_class import RecordClass


@dataclass(frozen=True)
class Preset:
    """An agent to start from. `record` is the class that its record schema is written from."""

    key: str
    config: AgentConfig
    record: type[RecordClass]
