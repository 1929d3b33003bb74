"""The words that carry a value: the shortest thought around it, letter by letter."""

from backend.sandbox.llm.answering.candidates import Candidate
from backend.sandbox.llm.answering.phrases import clauses
from backend.sandbox.llm.answering.words import words

ENOUGH_WORDS = 3
MOST_WORDS = 16


def quote(candidate: Candidate) -> str:
    """Quote the clause of the value; where that is but a word or two, the whole sentence."""
    sentence = candidate.sentence
    text, plain = sentence.turn.text, sentence.turn.plain
    start, end = candidate.start, candidate.end
    for clause_start, clause_end in clauses(plain, sentence.start, sentence.end):
        if clause_start < candidate.end and candidate.start < clause_end:
            start, end = min(start, clause_start), max(end, clause_end)
    is_short = len(words(plain[start:end])) < ENOUGH_WORDS
    if is_short and len(words(sentence.text)) <= MOST_WORDS:
        return text[sentence.start : sentence.end].strip()
    return text[start:end]
