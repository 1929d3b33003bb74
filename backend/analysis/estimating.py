"""What an analysis is going to cost, before anybody is asked. Pure."""

import json
from collections.abc import Mapping, Sequence

from backend.agents.models import ProofPolicy
from backend.calls.models import Turn
from backend.grounding.fields import Field, Group, Listing, read_schema
from backend.platform.settings import Settings
from backend.providers.llm_prices import Price, cost_cents
from backend.records.asking import form_of, prices_of
from backend.records.extraction import build_prompt
from backend.records.material import Material
from backend.records.parts import split

# English has about four characters to a token; of other scripts a character may be one by itself.
_CHARACTERS_PER_TOKEN = 3.5
# What is answered for a value: the value, its quote, and the turns it is from.
_VALUE_TOKENS = 60
# How many items a list is reckoned to have.
_ITEMS = 5
_FEWEST_ANSWERED_TOKENS = 1_500
_COMPLAINTS_TOKENS = 500
# What is asked about a call a second time, beside its words, and answered.
_CASES_TOKENS = 2_500
_READ_TOKENS = 1_000


def estimate_cents(settings: Settings, material: Material) -> float | None:
    """Estimate the cost in cents, rather too high than too low; None: a model has no price.

    Each answer is reckoned to be mended once. Of models that may answer in the place of each
    other, the dearest is reckoned with.
    """
    prices = prices_of(settings)
    form = _tokens(json.dumps(form_of(material)))
    asked = [form + _prompt_tokens(material, part) for part in split(material.turns)]
    answered = max(_FEWEST_ANSWERED_TOKENS, _answer_tokens(read_schema(material.schema)))
    makers = _makers(settings, material.model)
    questions = [
        (makers, 2 * tokens + answered + _COMPLAINTS_TOKENS, 2 * answered) for tokens in asked
    ]
    if material.proof is ProofPolicy.SECOND_READING:
        readers = _readers(settings, material.model)
        questions.append((readers, sum(asked) + _CASES_TOKENS, _READ_TOKENS))
    costs = [_dearest(*question, prices) for question in questions]
    return None if any(cost is None for cost in costs) else sum(cost or 0.0 for cost in costs)


def _prompt_tokens(material: Material, part: Sequence[Turn]) -> int:
    prompt = build_prompt(
        part,
        instructions=material.instructions,
        variables=material.variables,
        started_at=material.began_at,
        time_zone=material.time_zone,
        part="1 of 1",
    )
    return _tokens(prompt.system) + _tokens(prompt.user)


def _answer_tokens(field: Field) -> int:
    match field:
        case Group():
            return sum(_answer_tokens(member) for member in field.members.values())
        case Listing():
            return _ITEMS * _answer_tokens(field.item)
        case _:
            return _VALUE_TOKENS


def _dearest(
    models: Sequence[str], taken: int, given: int, prices: Mapping[str, Price]
) -> float | None:
    """Give the cost in cents at the dearest of these models; None: one has no price."""
    costs = [cost_cents(name, taken, given, prices) for name in models]
    known = [cost for cost in costs if cost is not None]
    return max(known, default=0.0) if len(known) == len(costs) else None


def unpriced(settings: Settings, model: str | None, proof: ProofPolicy) -> list[str]:
    """Name the models that may be asked and that have no price in LLM_PRICES."""
    asked = _makers(settings, model)
    if proof is ProofPolicy.SECOND_READING:
        asked += _readers(settings, model)
    return [name for name in dict.fromkeys(asked) if name not in settings.llm.prices]


def _makers(settings: Settings, model: str | None) -> list[str]:
    """Name who may answer: the one that is asked, and those that step in where it fails."""
    return [model or settings.llm.model, *settings.llm.fallback_models]


def _readers(settings: Settings, model: str | None) -> list[str]:
    reader = settings.llm.check_model
    return [] if reader == "off" else _makers(settings, model if reader == "same" else reader)


def _tokens(text: str) -> int:
    latin = sum(character < "\u0250" for character in text)
    return int(latin / _CHARACTERS_PER_TOKEN) + len(text) - latin + 1
