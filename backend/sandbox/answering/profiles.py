"""What a field is about, in weighted terms, and how near something said comes to it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from backend.sandbox.answering.form import Field, Path
from backend.sandbox.answering.kinds import Kind, kind_of
from backend.sandbox.answering.lexicon import word_set
from backend.sandbox.answering.talk import Sentence, Talk, questions
from backend.sandbox.answering.words import folded, label_text, terms, words

NAME_WEIGHT = 2.0
PARENT_WEIGHT = 1.0
LABEL_WEIGHT = 1.0
# How much a term counts by where it was said.
ASKED, BEFORE = 0.9, 0.35
FAR = 8
CUE_WEIGHT = 1.5
# A small word before a value tells which of two like fields it answers.
CUES = {
    before: word_set(about)
    for befores, about in {
        "from desde": "from origin begin pickup source",
        "to": "to destin end recipient dropoff arrive",
        "until till through hasta": "to end dropoff until out",
        "by": "by artist director author deadline",
        "in at en": "loc",
    }.items()
    for before in befores.split()
}
# Who says `this is Ana` names himself; the agent is not whom the form is about.
SELF = word_set("is i'm name's soy llamo")
NAMED = "nam"
POSSESSIVES = word_set("the a an my your his her our their el la mi su")


@dataclass(frozen=True)
class Profile:
    field: Field
    kind: Kind
    weights: Mapping[str, float]
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
        (field.label, LABEL_WEIGHT),
        (field.context, PARENT_WEIGHT),
        (label_text(field.name), NAME_WEIGHT),
    ):
        weights |= dict.fromkeys(sorted(terms(text)), weight)
    return weights


def closeness(
    profile: Profile, sentence: Sentence, start: int, end: int, *, is_answer: bool
) -> float:
    """Sum up the field's terms around a value, the near and the asked-for counting most."""
    counts: dict[str, float] = {}
    if sentence.heard is not None and is_answer:
        heard = questions(sentence.heard.plain, strict=sentence.is_by_agent)
        counts |= dict.fromkeys(spoken_terms(heard), ASKED)
    for term in spoken_terms(sentence.before):
        counts[term] = max(counts.get(term, 0), BEFORE)
    for term, near in _nearness(sentence, start, end).items():
        counts[term] = max(counts.get(term, 0), near)
    total = sum(weight * counts.get(term, 0) for term, weight in profile.weights.items())
    return total + CUE_WEIGHT * _is_cued(profile, sentence, start)


def _nearness(sentence: Sentence, start: int, end: int) -> dict[str, float]:
    near: dict[str, float] = dict.fromkeys(spoken_terms(sentence.text), 0.5)
    for word in sentence.words:
        if word.term:
            distance = min(abs(word.start - end), abs(start - word.end)) / 6
            inside = start <= word.start < end
            near[word.term] = max(
                near.get(word.term, 0), 1.0 if inside else 1 - 0.5 * min(distance, FAR) / FAR
            )
    return near


def _is_cued(profile: Profile, sentence: Sentence, start: int) -> bool:
    before = [folded(word.text) for word in sentence.words if word.end <= start][-3:]
    while before and before[-1] in POSSESSIVES:
        before.pop()
    if before and before[-1] in SELF:
        return NAMED in profile.cues and not sentence.is_by_agent
    return bool(before) and bool(CUES.get(before[-1], frozenset()) & profile.cues)


@lru_cache(maxsize=1024)
def spoken_terms(text: str) -> frozenset[str]:
    """Collect what a text speaks of; `proof of delivery` also speaks of a POD."""
    initials = "".join(word.text[0] for word in words(text)).lower()
    short = {initials[i : i + size] for size in (3, 4) for i in range(len(initials) - size + 1)}
    return terms(text) | short


def was_asked(field: Field, talk: Talk) -> bool:
    """Say whether anyone asked for the field, by its own words."""
    own = terms(label_text(field.name))
    asking = (sentence for sentence in talk.sentences if sentence.is_question)
    return any(own & spoken_terms(sentence.text) for sentence in asking)
