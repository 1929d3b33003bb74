"""What an answer costs. The prices are settings; a model without one has no cost."""

from collections.abc import Mapping
from typing import NamedTuple


class Price(NamedTuple):
    """In cents for a million tokens."""

    input_cents: float
    output_cents: float


def cost_cents(
    model: str,
    input_tokens: int | None,
    output_tokens: int | None,
    prices: Mapping[str, Price],
) -> float | None:
    price = prices.get(model)
    if price is None or input_tokens is None or output_tokens is None:
        return None
    return (input_tokens * price.input_cents + output_tokens * price.output_cents) / 1_000_000
