"""Which candidate answers which field: the nearest and the latest, each said thing once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from backend.sandbox.llm.answering.candidates import Candidate, candidates
from backend.sandbox.llm.answering.closeness import closeness, is_cued, was_asked
from backend.sandbox.llm.answering.form import Field, Path
from backend.sandbox.llm.answering.kinds import THOUGHTS, Kind
from backend.sandbox.llm.answering.profiles import Profile, read_profiles
from backend.sandbox.llm.answering.talk import Sentence, Talk
from backend.sandbox.llm.answering.words import folded, terms

# What a value needs at least. Kinds that anything could look like need words that point to them.
NEEDED = {
    Kind.YES_NO: 1.6,
    Kind.TEXT: 1.0,
    Kind.REASON: 1.0,
    Kind.NAME: 1.0,
    Kind.PLACE: 1.6,
    Kind.NUMBER: 0.9,
    Kind.CHOICE: 0.9,
}
NEEDED_OTHERWISE = 0.6
LATEST = 0.9
CORRECTION = 0.5
CUE = 1.5
# What a name is worth when nothing around it speaks of the field.
UNSUPPORTED = 0.5
NEAR = 1.5
# How near to the best of a list its other items have to come.
ITEM_SHARE = 0.4
# How much what the agent says counts, by how the other side took it.
AGENT_SAID = {True: 0.9, False: 0.2, None: 0.55}
# What cannot be taken back by its likeness: any words would be like any other.
REMEMBERED = 3
LOOSE = frozenset({Kind.YES_NO, Kind.TEXT, Kind.REASON})
NAMING = frozenset({Kind.NAME, Kind.PLACE})
COUNTING = frozenset({Kind.NUMBER, Kind.COUNT, Kind.MONEY, Kind.DURATION})


@dataclass(frozen=True)
class Match:
    profile: Profile
    candidate: Candidate
    # How well it fits, and the same with the later of equals ahead.
    relevance: float
    score: float

    @property
    def is_whole_sentence(self) -> bool:
        sentence = self.candidate.sentence
        return terms(sentence.text) == terms(self.candidate.value)

    @property
    def is_enough(self) -> bool:
        return self.relevance >= NEEDED.get(self.profile.kind, NEEDED_OTHERWISE)


class Matcher:
    """Finds what answers the fields of one form."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._profiles = read_profiles(fields)
        self._vocabulary = frozenset(
            term for profile in self._profiles.values() for term in profile.vocabulary
        )

    def best(self, fields: Iterable[Field], talk: Talk) -> dict[Path, Match]:
        """Give each field its best candidate, and each thing said to the field it fits best."""
        return self._assigned(fields, talk, {})

    def around(self, anchor: Match, fields: Iterable[Field], talk: Talk) -> dict[Path, Match]:
        """Do the same for one item of a list: what is in the anchor's sentence belongs to it."""
        return self._assigned(fields, talk, {anchor.profile.field.path: anchor})

    def _assigned(
        self, fields: Iterable[Field], talk: Talk, chosen: dict[Path, Match]
    ) -> dict[Path, Match]:
        near = {match.candidate.sentence for match in chosen.values()}
        matches = [match for field in fields for match in self._matches(field, talk, near)]
        for match in sorted(matches, key=lambda match: -match.score):
            path = match.profile.field.path
            if path not in chosen and not any(_clash(match, other) for other in chosen.values()):
                chosen[path] = _in_own_words(match, matches)
        return chosen

    def all(self, field: Field, talk: Talk) -> list[Match]:
        """Find everything that answers the field, in the order it was said, each thing once."""
        found: list[Match] = []
        matches = [match for match in self._matches(field, talk) if _may_be_item(match)]
        best = max((match.relevance for match in matches), default=0)
        matches = [match for match in matches if match.relevance >= ITEM_SHARE * best]
        for match in sorted(matches, key=lambda match: -match.score):
            if not any(_overlap(match, other) or _is_same(match, other) for other in found):
                found.append(match)
        return sorted(found, key=lambda m: (m.candidate.sentence.turn.number, m.candidate.start))

    def was_asked(self, field: Field, talk: Talk) -> bool:
        return was_asked(self._profiles[field.path], talk)

    def _matches(self, field: Field, talk: Talk, near: Collection[Sentence] = ()) -> list[Match]:
        profile = self._profiles[field.path]
        found = [
            _rated(profile, candidate, talk.last_turn, is_near=candidate.sentence in near)
            for candidate in candidates(profile, talk)
            if not self._says_nothing(profile, candidate)
        ]
        return [match for match in _corrected(found) if match.is_enough]

    def _says_nothing(self, profile: Profile, candidate: Candidate) -> bool:
        """Drop names made of the form's own words, and texts that only repeat the question."""
        if profile.kind in NAMING:
            return terms(candidate.value) <= self._vocabulary
        if profile.kind is Kind.REASON:
            return terms(candidate.value) <= profile.weights.keys()
        return False


def _rated(profile: Profile, candidate: Candidate, last_turn: int, *, is_near: bool) -> Match:
    sentence = candidate.sentence
    near = closeness(
        profile, sentence, candidate.start, candidate.end, is_answer=candidate.is_answer
    )
    by_itself = candidate.weight + CUE * is_cued(profile, sentence, candidate.start)
    if not near and profile.kind in NAMING:
        by_itself *= UNSUPPORTED
    relevance = near + by_itself
    relevance += NEAR * is_near
    if sentence.is_by_agent:
        relevance *= AGENT_SAID[sentence.met_with]
    # Of equals the later turn and sentence count; in one sentence, what is a thought comes first.
    within = candidate.start * (-1e-6 if profile.kind in THOUGHTS else 1e-6)
    place = sentence.turn.number + sentence.depth * 1e-2 + within
    return Match(profile, candidate, relevance, relevance + LATEST * place / (last_turn + 1))


def _in_own_words(match: Match, matches: list[Match]) -> Match:
    """Take the people's words for a value rather than the agent's, if they said it too."""
    if not match.candidate.sentence.is_by_agent:
        return match
    same = (
        other
        for other in reversed(matches)
        if other.profile is match.profile
        and other.candidate.value == match.candidate.value
        and not other.candidate.sentence.is_by_agent
    )
    return next(same, match)


def _may_be_item(match: Match) -> bool:
    """Keep lists of texts to what the people say, and to thoughts of more than a word."""
    if match.profile.kind is not Kind.TEXT:
        return True
    candidate = match.candidate
    is_thought = len(terms(candidate.value)) > 1 or match.is_whole_sentence
    return is_thought and not candidate.sentence.is_by_agent


def _corrected(found: list[Match]) -> list[Match]:
    """Let a value that takes back an earlier one stand in its place."""
    result: list[Match] = []
    for match in found:
        result.append(_in_place_of(match, result[-REMEMBERED:]))
    return result


def _in_place_of(match: Match, earlier: list[Match]) -> Match:
    sentence = match.candidate.sentence
    at = sentence.corrects
    others = [m for m in earlier if m.candidate.sentence.is_by_agent == sentence.is_by_agent]
    if match.profile.kind in LOOSE or at is None or match.candidate.start < at or not others:
        return match
    best = max(others, key=lambda other: other.score)
    return replace(
        match,
        relevance=max(match.relevance, best.relevance),
        score=max(match.score, best.score + CORRECTION),
    )


def _clash(one: Match, other: Match) -> bool:
    """Say whether two fields of one sort would be answered by the same words."""
    kinds = {one.profile.kind, other.profile.kind}
    if kinds <= NAMING:
        return _overlap(one, other) or _is_same(one, other)
    if kinds == {Kind.CHOICE}:
        is_rival = one.profile.field.choices == other.profile.field.choices
    else:
        is_rival = kinds <= COUNTING or (len(kinds) == 1 and not kinds & LOOSE)
    return is_rival and _overlap(one, other)


def _overlap(one: Match, other: Match) -> bool:
    a, b = one.candidate, other.candidate
    is_same_turn = a.sentence.turn.number == b.sentence.turn.number
    return is_same_turn and a.start < b.end and b.start < a.end


def _is_same(one: Match, other: Match) -> bool:
    return folded(str(one.candidate.value)) == folded(str(other.candidate.value))
