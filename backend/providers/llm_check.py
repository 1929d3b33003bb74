"""Trying a language model out: one tiny question, and what came of it in words."""

import time
from dataclasses import dataclass

from pydantic import BaseModel, Field

from backend.platform.errors import AppError
from backend.providers.llm import Llm

_SYSTEM = "Your connection is being tried out. Give the shortest answer there is."


class _Ready(BaseModel):
    """Whether you can answer."""

    is_ready: bool = Field(description="True.")


@dataclass(frozen=True)
class LlmCheck:
    """`failure`: the code of what went wrong; None: the model answers."""

    failure: str | None
    reason: str | None
    duration_ms: int
    input_tokens: int | None = None
    output_tokens: int | None = None


async def check_model(llm: Llm, model: str) -> LlmCheck:
    """Ask this model alone. The time does not count what is only loaded once."""
    await llm.prepare(model)
    began = time.monotonic()
    try:
        answer = await llm.answer(
            system=_SYSTEM,
            user="Are you ready?",
            answer_model=_Ready,
            model=model,
            falls_back=False,
        )
    except AppError as failure:
        return LlmCheck(failure.code, failure.detail, _since(began))
    return LlmCheck(None, None, _since(began), answer.input_tokens, answer.output_tokens)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
