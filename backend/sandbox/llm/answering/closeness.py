"""How near something said comes to what a field is about."""

from backend.sandbox.llm.answering.kinds import THOUGHTS, Kind
from backend.sandbox.llm.answering.lexicon import word_set
from backend.sandbox.llm.answering.profiles import Profile
from backend.sandbox.llm.answering.talk import Sentence, Talk
from backend.sandbox.llm.answering.words import folded, term, terms

# How much a term counts by where it was said; what was asked fades as an answer goes on.
ASKED, FADING, AROUND, OWN = 0.9, 0.95, 0.3, 0.5
# To say that one is late is no reason for it.
RESTATED = 0.6
FAR = 48
# A small word before a value tells which of two like fields it answers.
CUES = {
    before: word_set(about) | terms(about)
    for befores, about in {
        "from desde": "from origin begin pickup source",
        "to": "to destination end recipient dropoff arrival",
        "until till through hasta": "to end dropoff until out",
        "by": "by artist director author deadline",
        "in at en": "location",
    }.items()
    for before in befores.split()
}
# Who says `this is Ana` names himself; the agent is not whom the form is about.
SELF = word_set("is i'm name's soy llamo")
NAMED = term("name")
POSSESSIVES = word_set("the a an my your his her our their el la mi su")


def closeness(
    profile: Profile, sentence: Sentence, start: int, end: int, *, is_answer: bool
) -> float:
    """Sum up the field's terms around a place, the near and the asked-for counting most."""
    counts: dict[str, float] = {}
    weights = profile.weights
    if is_answer:
        fading = FADING**sentence.depth if profile.kind in THOUGHTS else 1
        counts |= dict.fromkeys(weights.keys() & sentence.asked_terms, ASKED * fading)
    if profile.kind is not Kind.YES_NO:
        for term in weights.keys() & sentence.around_terms:
            counts[term] = max(counts.get(term, 0), AROUND)
    if own := weights.keys() & sentence.own_terms:
        share = RESTATED if profile.kind is Kind.REASON else 1
        for term, near in _nearness(sentence, start, end):
            if term in own:
                counts[term] = max(counts.get(term, 0), near * share)
        for term in own:
            counts[term] = max(counts.get(term, 0), OWN)
    return sum(weight * counts.get(term, 0) for term, weight in weights.items())


def covers_name(profile: Profile, sentence: Sentence) -> bool:
    """Say whether a sentence, with what it answers, speaks of most of what the name says."""
    named = profile.named
    own = named & sentence.own_terms
    spoken = own | (named & sentence.asked_terms)
    described = profile.weights.keys() & (sentence.own_terms | sentence.asked_terms)
    is_described = len(profile.weights) < 3 or len(described) > 1
    return bool(own) and len(spoken) > len(named) / 2 and is_described


def was_asked(profile: Profile, talk: Talk) -> bool:
    """Say whether anyone asked for the field, by its own words."""
    asking = (sentence for sentence in talk.sentences if sentence.is_question)
    return any(profile.named & sentence.own_terms for sentence in asking)


def _nearness(sentence: Sentence, start: int, end: int) -> list[tuple[str, float]]:
    near = []
    for word in sentence.words:
        distance = max(0, word.start - end, start - word.end)
        near.append((word.term, 1 - OWN * min(distance, FAR) / FAR))
    return near


def is_cued(profile: Profile, sentence: Sentence, start: int) -> bool:
    """Say whether the word before a value points to the field."""
    before = [folded(word.text) for word in sentence.words if word.end <= start][-3:]
    while before and before[-1] in POSSESSIVES:
        before.pop()
    if not before:
        return False
    if before[-1] in SELF:
        return NAMED in profile.cues and not sentence.is_by_agent
    return bool(CUES.get(before[-1], frozenset()) & profile.cues)
