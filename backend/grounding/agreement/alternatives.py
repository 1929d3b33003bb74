"""What a quote names only to turn it down: "not cash, card", "card instead of cash"."""

import re
from collections.abc import Iterator, Sequence

from backend.grounding.agreement.clock import clock_times
from backend.grounding.agreement.evidenced import COURTESY, PLAIN_NO, Evidenced
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import NEGATIONS, word_texts, wordset

_PARTS = re.compile(r"[,.;:!?](?:\s|$)|\bbut\b", re.IGNORECASE)
# A "no" without a comma may correct what came before it as well: "three, no four".
_TURNED_DOWN = re.compile(
    r"(?:(?:^|(?<=[,;.!?])|\b(?:and|but)\b)\s*not\s+"
    r"(?!more|less|later|earlier|only|just|until|till|before|after|sure|too|as|at all|this time)"
    r"|\b(?:instead of|rather than|as opposed to)\s+)"
    r"(?:[\w'\u2019$:-]+\s*){1,4}(?=[,.;!?]|$|\bbut\b)",
    re.IGNORECASE,
)
_DENYING = wordset("not nor than except instead")
_BETWEEN = wordset(
    "at in with by the a an on to for have want need like use take be it is of my your please"
)
_FAILS = re.compile(r"(?:will|would|does|do|is|can) not (?:work|do|suit|fit|possible|good|okay|ok)")


def asserted(quote: str) -> str:
    """Leave out what is turned down for something else; without something else, nothing."""
    rest = _TURNED_DOWN.sub(" ", quote)
    told = {*word_texts(rest)} - COURTESY - PLAIN_NO
    return rest.strip(" ,;") if told else quote


def rejected(value: str | float, quote: str) -> str | None:
    """Find a value that the quote names with a "not" before it, and nowhere else."""
    own = word_texts(f"{value:.10g}" if not isinstance(value, str) else value.replace("_", " "))
    if not own or not NEGATIONS.isdisjoint(own):
        return None
    named = [*_named(own, quote)]
    if not named and len(clock_times(own)) == 1:
        named = [*_named(own[:1], quote)]
    return f'The quote says "{quote}", not {value!r}.' if named and all(named) else None


def _named(own: Sequence[str], quote: str) -> Iterator[bool]:
    """Say of each place where the value is named whether it is turned down there."""
    for part in _PARTS.split(quote):
        said = word_texts(part)
        for n in range(len(said) - len(own) + 1):
            if said[n : n + len(own)] == [*own]:
                yield _is_denied(said[:n]) or _fails(said[n + len(own) :])


def _is_denied(before: Sequence[str]) -> bool:
    """Say whether a "not" or "instead of" stands before a value, with small words between."""
    kept = " ".join(before).replace("instead of", "instead").split()
    while kept and kept[-1] in _BETWEEN:
        kept.pop()
    is_compared = kept[-1:] != ["than"] or "rather" in kept
    return kept[-1:] != [] and kept[-1] in _DENYING and is_compared and "why" not in kept


def _fails(after: Sequence[str]) -> bool:
    return _FAILS.match(" ".join(after)) is not None


# What is named like this may well be the one end of a span.
_ENDS = wordset(
    "min minimum max maximum earliest latest start starts begin begins from since end ends until "
    "lowest highest low high least most lower upper first last after before"
)


def spanned(said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find one end of "between ten and twelve" given for what is asked."""
    ends = _span(quote)
    own = word_texts(str(said.value))
    is_end = len(ends) == 2 and bool(own) and own[0] in ends
    if not is_end or not _ENDS.isdisjoint(word_texts(said.name.replace("_", " "))):
        return None
    if isinstance(said.value, str) and (len(clock_times(own)) != 1 or "between" in own):
        return None
    return f"The quote says between {ends[0]} and {ends[1]}, and the value is one end of it."


def _span(quote: Sequence[str]) -> list[str]:
    if quote.count("between") != 1 or any(word in NEGATIONS for word in quote):
        return []
    after = quote[quote.index("between") + 1 :]
    ends = [word for word in after if is_number(word)]
    return ends if "and" in after and after[:1] == ends[:1] else []
