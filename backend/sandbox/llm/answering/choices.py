"""Which of a field's choices a text speaks of, by the words only that choice has."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.lexicon import word_set
from backend.sandbox.llm.answering.words import Word, label_text, terms

# A choice named so says that nothing else was found: no word of the talk stands for it.
OPEN_CHOICES = word_set("other unknown unclear unspecified none no yes unsure n/a")
DENIAL = re.compile(r"(?i)(not|never|no)\b")
GLOSS_WEIGHT = 0.5
LABEL_WEIGHT = 0.5


@lru_cache(maxsize=512)
def choice_terms(choices: tuple[str, ...], name: str, label: str) -> dict[str, dict[str, float]]:
    """Give each term the choices it speaks for; what the field says anyway says less."""
    named = {c: _named(c) for c in choices if c.casefold() not in OPEN_CHOICES}
    shared = Counter(term for own in named.values() for term in own)
    labelled, named_so = terms(label), terms(label_text(name))
    speaking: dict[str, dict[str, float]] = {}
    for choice, own in named.items():
        for term in own:
            if shared[term] == 1:
                if len(own) > 1 and term in named_so:
                    continue
                weight = 1.0 if len(own) == 1 or term not in labelled else LABEL_WEIGHT
                speaking.setdefault(term, {})[choice] = weight
        for term in terms(_gloss(choice, label)) - own:
            speaking.setdefault(term, {}).setdefault(choice, GLOSS_WEIGHT)
    return speaking


def _named(choice: str) -> frozenset[str]:
    """Read the words that speak for a choice; one that says `not` is not what they say."""
    label = label_text(choice)
    return frozenset() if DENIAL.match(label) else frozenset(terms(label))


def _gloss(choice: str, label: str) -> str:
    """Find what the description says of a choice: `late: behind schedule` or `late (behind)`."""
    name = re.escape(choice).replace("_", "[_ ]")
    match = re.search(
        rf"(?<![\w-])['\"`]?{name}['\"`]?\s*(?::|=|\(|\s-\s)\s*([^;,.()]+)",
        label,
        re.IGNORECASE,
    )
    return match[1] if match else ""


def find_choices(field: Field, spoken: tuple[Word, ...]) -> Iterator[tuple[int, int, str, float]]:
    speaking = choice_terms(field.choices, field.name, field.label)
    for word in spoken:
        for choice, weight in speaking.get(word.term, {}).items():
            yield word.start, word.end, choice, weight
