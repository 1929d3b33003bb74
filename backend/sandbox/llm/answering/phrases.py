"""Clauses, names, places and reasons: where in a sentence they begin and end."""

import re
from collections.abc import Iterator

from backend.sandbox.llm.answering.calendar_words import MONTHS, WEEKDAYS
from backend.sandbox.llm.answering.lexicon import COURTESIES, OPENERS, STOP_WORDS
from backend.sandbox.llm.answering.words import folded

Span = tuple[int, int]

CLAUSE = re.compile(
    r"[,;:!?]\s+|\.{2,}\s*|\s+-\s+"
    r"|\s+(?=(?:but|and (?:i|i'm|we|we're|it|it's|the|then|he|she|they|you|that|there)|so (?:i|we)"
    r"|because|although|pero|y (?:yo|el|la))\b)",
    re.IGNORECASE,
)
LEAD_IN = re.compile(
    r"""(?:[\s,.;:!-]|\b(?:
    yes|yeah|yep|yup|no|nope|nah|well|so|um|uh|hmm|oh|ok|okay|sure|right|alright|actually|sorry|wait
    |and|but|or|because|cause|since|hi|hey|hello|please|just|also|then|basically|honestly|probably
    |maybe|like|let's[ ]say|i[ ](?:think|guess|believe|mean|said|suppose)|you[ ]know
    |it(?:'s|[ ]is|[ ]was)|that(?:'s|[ ]is|[ ]would[ ]be|[ ]was)|there(?:'s|[ ]is|[ ]are|[ ]was)
    |this[ ]is|they(?:'re|[ ]are)|it[ ]would[ ]be|how[ ]about|what[ ]about
    |i(?:'m|[ ]am|'ll|[ ]will)[ ](?:looking[ ]for|interested[ ]in|going[ ]with|take)
    |i(?:'d|[ ]would)[ ](?:like|prefer|love|want)(?:[ ]to)?|i[ ](?:want|need|prefer|like)
    |we(?:'re|[ ]are)[ ]looking[ ]for|we(?:[ ](?:want|need)|'d[ ]like)|make[ ](?:that|it)
    |due[ ]to|thanks[ ]to|on[ ]account[ ]of|my[ ]name(?:'s|[ ]is)|the|a|an
    |sí|pues|es|porque|el|la|un|una
    )(?![\w']))*""",
    re.IGNORECASE | re.VERBOSE,
)
BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|thanks to|on account of|the reason is|reason being|since|porque"
    r"|por culpa de|debido a)\s+",
    re.IGNORECASE,
)
WHERE = re.compile(
    r"\b(?:in|at|near|outside|on|by|past|around|from|off|toward|towards|entering|leaving|through"
    r"|between|close to|next to|west of|east of|north of|south of|en|cerca de)\s+",
    re.IGNORECASE,
)
PLACE_END = re.compile(
    r"[\s,]+(?:(?:with|for|when|where|while|if|until|so|then|because|and (?-i:[a-z]))\b"
    r"|(?:right now|now|at the moment|currently|already|still|today|please|thanks|too|though|anyway"
    r"|instead|ahora|ahorita)$)",
    re.IGNORECASE,
)
# Capitalised words in a row, with small words and numbers between and before them.
NAME = re.compile(
    r"(?:\d[\w/]*\s+)?[A-ZÁÉÍÓÚÑ][\w'&-]*"
    r"(?:(?:\s|(?<=\b[A-Z])\.\s)+(?:(?:of|the|de|la|del|las|los|&)\s+){0,2}"
    r"(?:[A-ZÁÉÍÓÚÑ][\w'&-]*|\d+\b(?!:)))*(?:,\s[A-Z]{2}\b)?"
)
NAMED_OR_NUMBERED = re.compile(r"\d|\b[A-Z][a-z]")
PART = re.compile(r"[^\s,]+")
NO_NAMES = frozenset(
    (*WEEKDAYS, *MONTHS, *STOP_WORDS, *COURTESIES, "am", "pm", "sir", "ma'am", "mr", "mrs", "ms")
)


def clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a sentence where a thought ends; spaces and stops around are left out."""
    at = start
    for match in CLAUSE.finditer(text, start, end):
        yield from _trimmed(text, at, match.start())
        at = match.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" \t,.;:!?-\"'"))
    end = start + len(text[start:end].rstrip(" \t,.;:!?-\"'"))
    if start < end:
        yield start, end


def content(text: str, start: int, end: int) -> Span | None:
    """Leave out the words that lead up to the content, as `well, I think it's`."""
    match = LEAD_IN.match(text, start, end)
    begin = match.end() if match else start
    return next(_trimmed(text, begin, end), None)


def names(text: str, start: int, end: int) -> Iterator[Span]:
    """Find what is written as a name, less the words that only begin a sentence."""
    for match in NAME.finditer(text, start, end):
        parts = list(PART.finditer(text, *match.span()))
        while parts and _is_no_name(parts[0][0], is_opening=parts[0].start() == start):
            parts.pop(0)
        while parts and _is_no_name(parts[-1][0], is_opening=False):
            parts.pop()
        if not any(part[0][0].isupper() for part in parts):
            continue
        begin, finish = parts[0].start(), parts[-1].end()
        is_opening = begin == start and len(parts) == 1 and finish + 1 < end
        if not is_opening or parts[0][0][-1].isdigit():
            yield begin, finish


def _is_no_name(part: str, *, is_opening: bool) -> bool:
    plain = folded(part)
    return plain.split("'")[0] in NO_NAMES or (is_opening and plain in OPENERS)


def places(text: str, start: int, end: int) -> Iterator[Span]:
    """Find where something is said to be: `outside Amarillo on I-40`, `mile 12, near Reno`."""
    found: list[Span] = []
    before: Span | None = None
    for clause in clauses(text, start, end):
        match = WHERE.search(text, *clause)
        if match is not None:
            until = PLACE_END.search(text, match.end(), clause[1])
            finish = until.start() if until else clause[1]
            begin = _place_begin(text, clause[0], match)
            if before and match.start() == clause[0] and NAMED_OR_NUMBERED.search(text, *before):
                # `near Reno` after a comma goes on with the place before it.
                begin = found.pop()[0] if found and found[-1][1] == before[1] else before[0]
            found += _trimmed(text, begin, finish)
        before = clause
    yield from found


def _place_begin(text: str, start: int, match: re.Match[str]) -> int:
    """`near Reno` tells more than `Reno`, `in Reno` does not; `Reno on I-80` is one place."""
    begin = match.start() if len(match[0].strip()) > len("in") else match.end()
    return min([begin, *(name[0] for name in names(text, start, match.start()))])


def reasons(text: str, start: int, end: int) -> Iterator[Span]:
    for match in BECAUSE.finditer(text, start, end):
        finish = next(iter(clauses(text, match.end(), end)), (0, end))[1]
        yield from _trimmed(text, match.end(), finish)
