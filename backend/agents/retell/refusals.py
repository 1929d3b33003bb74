"""What Retell refuses, told as which of our fields is wrong."""

import re
from collections.abc import Awaitable
from typing import NoReturn, TypeVar

from backend.agents.draft.config import AgentConfig
from backend.agents.errors import AgentInvalid
from backend.agents.retell.agent_fields import agent_settings, llm_settings, place_of
from backend.platform.errors import FieldError, pointer_to
from backend.providers.retell import Retell
from backend.providers.retell_errors import RetellNotFound, RetellRefused

T = TypeVar("T")


async def naming_the_field(
    retell: Retell, config: AgentConfig, group: str, request: Awaitable[T]
) -> T:
    """Await a request that saves settings; a refusal says which fields Retell speaks of."""
    try:
        return await request
    except (RetellNotFound, RetellRefused) as refused:
        await _explain(retell, config, group, refused)


async def _explain(
    retell: Retell, config: AgentConfig, group: str, refused: RetellNotFound | RetellRefused
) -> NoReturn:
    unknown = await _unknown_voices(retell, config) if group == "agent" else []
    if unknown:
        detail = "; ".join(f"{each.pointer}: {each.message}" for each in unknown)
        raise AgentInvalid(detail, errors=unknown) from refused
    if isinstance(refused, RetellNotFound):
        raise refused
    raise RetellRefused(
        refused.detail, errors=_named_in(refused.detail, config, group), **refused.members
    ) from refused


async def _unknown_voices(retell: Retell, config: AgentConfig) -> list[FieldError]:
    voices: dict[tuple[str, ...], str] = {("voice_id",): config.voice_id}
    for place, voice_id in enumerate(config.fallback_voice_ids or []):
        voices["fallback_voice_ids", str(place)] = voice_id
    unknown = []
    for path, voice_id in voices.items():
        try:
            await retell.get_voice(voice_id)
        except RetellNotFound:
            message = f"Retell has no voice {voice_id}: see GET /api/v1/voices."
            unknown.append(FieldError(pointer_to(*path), message))
    return unknown


def _named_in(said: str, config: AgentConfig, group: str) -> list[FieldError]:
    """Find the settings that Retell's sentence names: its own names, as words."""
    settings = agent_settings(config) if group == "agent" else llm_settings(config)
    words = set(re.findall(r"[a-z][a-z0-9_]+", said))
    places = dict.fromkeys(
        pointer_to(*place_of(config, group, name)) for name in settings if name in words
    )
    return [FieldError(pointer, said) for pointer in places]
