"""What an analysis is going to cost, before anybody is asked. Pure."""

import json
from collections.abc import Mapping

from backend.agents.models import ProofPolicy
from backend.platform.settings import Settings
from backend.providers.llm_prices import Price, cost_cents
from backend.records.asking import prices_of
from backend.records.extraction import SYSTEM, numbered
from backend.records.material import Material
from backend.records.parts import split

# English has about four characters to a token, other languages fewer.
_CHARACTERS_PER_TOKEN = 3.5
# What a part of a call is answered with, and what is asked about it a second time.
_ANSWERED_TOKENS = 1_500
_CASES_TOKENS = 2_500
_READ_TOKENS = 1_000


def estimate_cents(settings: Settings, material: Material) -> float | None:
    """Estimate the cost in cents, rather too high than too low; None: a model has no price."""
    prices = prices_of(settings)
    model = material.model or settings.llm.model
    fixed = len(SYSTEM) + len(json.dumps(material.schema)) + len(material.instructions or "")
    asked = [_tokens(fixed + len(numbered(part))) for part in split(material.turns)]
    costs = [cost_cents(model, tokens, _ANSWERED_TOKENS, prices) for tokens in asked]
    if material.proof is ProofPolicy.SECOND_READING:
        costs.append(_second_reading(settings, model, sum(asked), prices))
    return None if any(cost is None for cost in costs) else sum(cost or 0.0 for cost in costs)


def _second_reading(
    settings: Settings, model: str, tokens: int, prices: Mapping[str, Price]
) -> float | None:
    reader = settings.llm.check_model
    if reader == "off":
        return 0.0
    reader = model if reader == "same" else reader
    return cost_cents(reader, tokens + _CASES_TOKENS, _READ_TOKENS, prices)


def unpriced(settings: Settings, model: str | None, proof: ProofPolicy) -> list[str]:
    """Name the models that would be asked and that have no price in LLM_PRICES."""
    model = model or settings.llm.model
    asked = [model]
    reader = settings.llm.check_model
    if proof is ProofPolicy.SECOND_READING and reader not in {"same", "off"}:
        asked.append(reader)
    return [name for name in dict.fromkeys(asked) if name not in settings.llm.prices]


def _tokens(characters: int) -> int:
    return int(characters / _CHARACTERS_PER_TOKEN) + 1
