"""Whether the quote names another of a field's choices."""

from collections.abc import Sequence

from backend.grounding.speech.words import NEGATIONS, word_texts

_SHORT = 6
# "First" and "TV" tell a choice; "no" and "on" are also other words.
_TELLING = 5


def other_choice(
    choices: Sequence[str | int | float], value: str, quote: Sequence[str]
) -> str | None:
    """Find another choice, word for word, in a quote that has not the chosen one."""
    texts = [str(choice) for choice in choices]
    # "Premium Economy" is not "Economy" as well.
    said = [text for text in texts if _times(quote, text) > _inside(quote, text, texts)]
    if value in said:
        return None
    others = [text for text in said if text != value]
    if _times(quote, value) and others:
        return _named(others[0], value)
    if len(quote) > _SHORT or not NEGATIONS.isdisjoint(quote):
        return None
    others = others or _hinted(texts, quote)
    if len(others) != 1 or others == [value] or not _is_telling(others[0]):
        return None
    own = {*_spelt(value)} - {*_spelt(others[0])}
    return None if own & {*quote} else _named(others[0], value)


def _named(other: str, value: str) -> str:
    return f'The quote says "{other}", and the value is "{value}".'


def _is_telling(choice: str) -> bool:
    return len(choice) > 3 or choice.isupper()


def _hinted(choices: Sequence[str], quote: Sequence[str]) -> list[str]:
    """Find the choices of several words of which the quote has one that no other has."""
    hinted = []
    for choice in choices:
        others = {word for other in choices if other != choice for word in _spelt(other)}
        own = [word for word in _spelt(choice) if word not in others and len(word) >= _TELLING]
        if len(_spelt(choice)) > 1 and any(word in quote for word in own):
            hinted.append(choice)
    return hinted


def _spelt(choice: str) -> list[str]:
    return word_texts(choice.replace("_", " "))


def _times(quote: Sequence[str], choice: str) -> int:
    """Count how often a choice is said."""
    own = _spelt(choice)
    places = range(len(quote) - len(own) + 1) if own else ()
    return sum([*quote[n : n + len(own)]] == own for n in places)


def _inside(quote: Sequence[str], choice: str, choices: Sequence[str]) -> int:
    """Count how often it is said as a part of a longer one."""
    longer = [other for other in choices if other != choice and _times(_spelt(other), choice)]
    return sum(_times(quote, other) for other in longer)
