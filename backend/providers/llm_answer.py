"""What a language model is asked with, and what comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypedDict, TypeVar

from pydantic import BaseModel

from backend.providers.llm_prices import Price, cost_cents

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


@dataclass(frozen=True)
class Taken:
    """What asking one model took, whatever came of it.

    Tokens are those of its responses, by its provider's own count; None: one had none. What was
    never answered has taken none.
    """

    model: str
    requests: int
    input_tokens: int | None
    output_tokens: int | None
    exchange: Exchange


@dataclass
class Meter:
    """Takes down what each model took that was asked: also those that failed and fell back."""

    taken: list[Taken] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(each.requests for each in self.taken)

    @property
    def input_tokens(self) -> int | None:
        return _total(each.input_tokens for each in self.taken)

    @property
    def output_tokens(self) -> int | None:
        return _total(each.output_tokens for each in self.taken)

    @property
    def is_answered(self) -> bool:
        """Whether there was any response, of use or not."""
        return any(each.exchange["answers"] or each.output_tokens != 0 for each in self.taken)

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """What was asked and responded to, in order."""
        return [dict(each.exchange) for each in self.taken if each.exchange["answers"]]

    def cost_cents(self, prices: Mapping[str, Price]) -> float | None:
        """Add up what it cost; None: of one model that is not known."""
        return _total(
            cost_cents(each.model, each.input_tokens, each.output_tokens, prices)
            for each in self.taken
            if each.output_tokens != 0 or each.input_tokens != 0
        )


Number = TypeVar("Number", int, float)


def _total(parts: Iterable[Number | None]) -> Number | None:
    known = list(parts)
    return None if any(part is None for part in known) else sum(p for p in known if p is not None)
