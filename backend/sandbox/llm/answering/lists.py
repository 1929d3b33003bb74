"""Lists: everything that answers, each item with what was said around it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from backend.sandbox.llm.answering.form import Field, Listing, Path, fields_of
from backend.sandbox.llm.answering.kinds import Kind, kind_of
from backend.sandbox.llm.answering.matching import Match, Matcher
from backend.sandbox.llm.answering.talk import Sentence, Talk

# What best tells one item from the next, the best first.
ANCHORS = (Kind.NAME, Kind.TEXT, Kind.CHOICE, Kind.PLACE, Kind.MONEY, Kind.NUMBER)

Item = tuple[Mapping[Path, Match], Talk]


def find_items(listing: Listing, matcher: Matcher, talk: Talk) -> Iterator[Item]:
    if isinstance(listing.item, Field):
        for match in matcher.all(listing.item, talk):
            yield {listing.item.path: match}, talk
        return
    anchor = _anchor(listing)
    if anchor is None:
        return
    anchors = matcher.all(anchor, talk)
    for position, match in enumerate(anchors):
        following = anchors[position + 1] if position + 1 < len(anchors) else None
        part = _between(talk, match, following)
        found = matcher.around(match, fields_of(listing.item), part)
        yield found, part


def _anchor(listing: Listing) -> Field | None:
    fields = [field for field in fields_of(listing.item) if kind_of(field) in ANCHORS]
    return min(fields, key=lambda field: ANCHORS.index(kind_of(field)), default=None)


def _between(talk: Talk, match: Match, following: Match | None) -> Talk:
    """Keep what was said from this item up to the next."""
    begin = _place(match)
    end = _place(following) if following else (talk.last_turn + 1, 0)
    kept = tuple(s for s in talk.sentences if begin <= (s.turn.number, s.start) < max(end, begin))
    return replace(talk, sentences=kept or (match.candidate.sentence,))


def _place(match: Match) -> tuple[int, int]:
    sentence: Sentence = match.candidate.sentence
    return sentence.turn.number, sentence.start
