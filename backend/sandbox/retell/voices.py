"""The voices agents can speak with: a few of Retell's own names, without any sound."""

from typing import Any

from fastapi import APIRouter, Response

from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, not_found

_VOICES = (
    ("11labs-Adrian", "Adrian", "elevenlabs", "male", "American", "Young"),
    ("11labs-Anna", "Anna", "elevenlabs", "female", "American", "Young"),
    ("11labs-Brian", "Brian", "elevenlabs", "male", "American", "Middle Aged"),
    ("11labs-Dorothy", "Dorothy", "elevenlabs", "female", "British", "Young"),
    ("11labs-Lucia", "Lucia", "elevenlabs", "female", "Spanish", "Young"),
    ("11labs-Santiago", "Santiago", "elevenlabs", "male", "Mexican", "Middle Aged"),
    ("cartesia-Cimo", "Cimo", "cartesia", "female", "American", "Young"),
    ("minimax-Cimo", "Cimo", "minimax", "female", "American", "Young"),
    ("openai-Alloy", "Alloy", "openai", "female", "American", "Young"),
    ("openai-Onyx", "Onyx", "openai", "male", "American", "Middle Aged"),
    ("retell-Cimo", "Cimo", "platform", "female", "American", "Young"),
)
VOICES: dict[str, dict[str, Any]] = {
    voice_id: {
        "voice_id": voice_id,
        "voice_name": name,
        "provider": provider,
        "gender": gender,
        "accent": accent,
        "age": age,
    }
    for voice_id, name, provider, gender, accent, age in _VOICES
}


def create_router(_: Retell) -> APIRouter:
    router = APIRouter()

    @router.get("/list-voices")
    async def list_voices() -> Response:
        return JSON(list(VOICES.values()))

    @router.get("/get-voice/{voice_id}")
    async def get_voice(voice_id: str) -> Response:
        return JSON(find_voice(voice_id))

    return router


def find_voice(voice_id: str) -> dict[str, Any]:
    voice = VOICES.get(voice_id)
    if voice is None:
        raise not_found()
    return voice
