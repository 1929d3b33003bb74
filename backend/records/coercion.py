"""Mending how a model wrote a value, never what it said."""

import re
from typing import Any

from backend.agents.record_schema.formats import CANONICAL
from backend.grounding.fields import Scalar
from backend.grounding.speech.lexicon import lexicon_of
from backend.grounding.speech.words import plain_words

_WHOLE = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)")
_DECIMAL = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def coerced(value: Any, field: Scalar) -> Any:
    """Bring a value to its field's type where that is plain, else leave it for the check.

    An empty text, "null", "N/A", "unknown" and their like are no value at all.
    """
    if value is None:
        return None
    if isinstance(value, str) and value not in (field.choices or ()):
        value = value.strip()
        is_word_for_nothing = tuple(plain_words(value)) in lexicon_of("en").no_value
        if not value or value.lower() == "null" or (is_word_for_nothing and not field.choices):
            return None
        value = _from_text(value, field)
    elif field.kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return _chosen(value, field) if field.choices else value


def _from_text(text: str, field: Scalar) -> Any:
    match field.kind:
        case "integer" if _WHOLE.fullmatch(text):
            return int(text.replace(",", ""))
        case "number" if _DECIMAL.fullmatch(text):
            number = float(text.replace(",", ""))
            return int(number) if number.is_integer() else number
        case "boolean":
            return _TRUTH.get(text.lower(), text)
        case "string" if field.format is not None:
            return _canonical(text, field.format)
        case _:
            return text


def _canonical(text: str, format_: str) -> str:
    try:
        return CANONICAL[format_](text)
    except ValueError:
        return text


def _chosen(value: Any, field: Scalar) -> Any:
    """Find the choice that is meant, whatever its case and however its words are joined."""
    same = [choice for choice in field.choices or () if _plain(choice) == _plain(value)]
    return same[0] if len(same) == 1 and value not in (field.choices or ()) else value


def _plain(choice: Any) -> str:
    return re.sub(r"[\s_-]+", " ", str(choice)).strip().casefold()
