"""What a language model is asked with, and what comes back."""

from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Access:
    """How a provider is reached, and how hard. None: as its SDK does by default."""

    api_key: str | None = None
    base_url: str | None = None
    concurrency: int = 16
    requests_per_minute: float | None = None
    # Somebody else's: it is there, and not to be asked.
    is_withheld: bool = False


class Exchange(TypedDict):
    """What one model was told, and its responses word for word. As personal as the content."""

    model: str
    messages: list[dict[str, str]]
    answers: list[dict[str, Any]]


@dataclass(frozen=True)
class LlmAnswer(Generic[T]):
    """An answer, with what it took."""

    value: T
    model: str
    attempts: int
    input_tokens: int | None
    output_tokens: int | None
    exchange: Exchange
    # What the caller's check still found wrong after the answer was mended.
    complaints: tuple[str, ...] = ()
