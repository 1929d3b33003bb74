"""The names of the settings that Retell takes, as its SDK lists them."""

from functools import cache

_NO_SETTINGS = {"version", "version_title", "version_description"}


@cache
def agent_names() -> frozenset[str]:
    from retell.types import AgentUpdateParams

    return frozenset(AgentUpdateParams.__annotations__) - _NO_SETTINGS


@cache
def llm_names() -> frozenset[str]:
    from retell.types import LlmUpdateParams

    return frozenset(LlmUpdateParams.__annotations__) - _NO_SETTINGS
