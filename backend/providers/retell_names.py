"""The names of the settings that Retell takes, as its SDK lists them."""

from typing import Final

from retell.types import AgentUpdateParams, LlmUpdateParams

_NO_SETTINGS = {"version", "version_title", "version_description"}

AGENT_SETTINGS: Final = frozenset(AgentUpdateParams.__annotations__) - _NO_SETTINGS
LLM_SETTINGS: Final = frozenset(LlmUpdateParams.__annotations__) - _NO_SETTINGS
