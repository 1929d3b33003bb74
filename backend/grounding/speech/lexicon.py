"""What the rules know of each language, from its file in `words_of`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Words come folded: small, without accents or apostrophes. Phrases are told as their words."""

    common: frozenset[str]
    # The word's meaning as the English word that the rules go by.
    english: Mapping[str, str]
    points: frozenset[str]
    scales: Mapping[str, float]
    minus: frozenset[str]
    to: frozenset[str]
    rates: frozenset[str]
    units: Mapping[str, str]
    currencies: Mapping[str, str]
    takes_back: frozenset[Phrase]
    hedges: frozenset[Phrase]
    conditions: frozenset[Phrase]
    past: frozenset[Phrase]
    others: frozenset[Phrase]
    no_value: frozenset[Phrase]


@cache
def lexicon_of(language: str) -> Lexicon:
    told: dict[str, Any] = json.loads(
        files("backend.grounding.speech").joinpath(f"words_of/{language}.json").read_text("utf-8")
    )
    return Lexicon(
        common=frozenset(told["common"].split()),
        english=_turned(told["english"]),
        points=frozenset(told["points"].split()),
        scales={word: float(scale) for word, scale in _turned(told["scales"]).items()},
        minus=frozenset(told["minus"].split()),
        to=frozenset(told["to"].split()),
        rates=frozenset(told["rates"].split()),
        units=_turned(told["units"]),
        currencies=_turned(told["currencies"]),
        takes_back=_phrases(told["takes_back"]),
        hedges=_phrases(told["hedges"]),
        conditions=_phrases(told["conditions"]),
        past=_phrases(told["past"]),
        others=_phrases(told["others"]),
        no_value=_phrases(told.get("no_value", "")),
    )


def find_phrase(phrases: frozenset[Phrase], texts: list[str]) -> int | None:
    """Return where the first of the phrases begins among words."""
    longest = max(map(len, phrases), default=0)
    for n in range(len(texts)):
        if any(tuple(texts[n : n + size]) in phrases for size in range(1, longest + 1)):
            return n
    return None


def _turned(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


def _phrases(told: str) -> frozenset[Phrase]:
    return frozenset(tuple(phrase.split()) for phrase in told.split("|") if phrase)
