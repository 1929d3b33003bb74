"""What a field is about: its words as weighted terms."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

from backend.sandbox.llm.answering.calendar_words import UNIT_SECONDS
from backend.sandbox.llm.answering.form import Field, Path
from backend.sandbox.llm.answering.kinds import Kind, kind_of
from backend.sandbox.llm.answering.lexicon import SUBJECTS
from backend.sandbox.llm.answering.words import folded, label_text, terms, words

# Of no use to find what is meant: whom all fields are about, and units that any length is given in.
UNTELLING = terms(" ".join((*SUBJECTS, *UNIT_SECONDS)))
NAME_WEIGHT = 2.0
PARENT_WEIGHT = 1.0
LABEL_WEIGHT = 1.0
HINT_WEIGHT = 0.3


@dataclass(frozen=True)
class Profile:
    field: Field
    kind: Kind
    weights: Mapping[str, float]
    # The terms of the name alone, and everything that a small word before a value may point to.
    named: frozenset[str]
    cues: frozenset[str]

    @property
    def vocabulary(self) -> frozenset[str]:
        """The terms of the field itself, its choices included."""
        choices = " ".join(
            label_text(choice) for choice in self.field.choices if isinstance(choice, str)
        )
        return terms(f"{label_text(self.field.name)} {choices}")


def read_profiles(fields: Iterable[Field]) -> dict[Path, Profile]:
    """Weigh the terms of each field: a term that many fields share tells them less apart."""
    fields = list(fields)
    described = [_described(field) for field in fields]
    shared = Counter(term for weights in described for term in weights)
    return {
        field.path: Profile(
            field,
            kind_of(field),
            {t: w * log2(1 + len(fields) / shared[t]) for t, w in weights.items()},
            terms(label_text(field.name)) - UNTELLING,
            _cues(field),
        )
        for field, weights in zip(fields, described, strict=True)
    }


def _cues(field: Field) -> frozenset[str]:
    """Collect the name's words, the small ones included, and what the description is about."""
    named = words(label_text(field.name))
    return frozenset(folded(word.text) for word in named) | terms(
        f"{field.label} {label_text(field.name)}"
    )


def _described(field: Field) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text, weight in (
        (field.hints, HINT_WEIGHT),
        (field.label, LABEL_WEIGHT),
        (field.context, PARENT_WEIGHT),
        (label_text(field.name), NAME_WEIGHT),
    ):
        weights |= dict.fromkeys(sorted(terms(text)), weight)
    telling = {term: weight for term, weight in weights.items() if term not in UNTELLING}
    return telling or weights
