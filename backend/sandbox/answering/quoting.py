"""The words that carry a value: the shortest thought around it, letter by letter."""

from backend.sandbox.answering.candidates import Candidate
from backend.sandbox.answering.phrases import clauses
from backend.sandbox.answering.words import words

ENOUGH_WORDS = 3
MOST_WORDS = 16


def quote(candidate: Candidate) -> str:
    """Quote the clause of the value; where that is but a word or two, the whole sentence."""
    sentence = candidate.sentence
    text = sentence.turn.text
    start, end = candidate.start, candidate.end
    for clause_start, clause_end in clauses(text, sentence.start, sentence.end):
        if clause_start < candidate.end and candidate.start < clause_end:
            start, end = min(start, clause_start), max(end, clause_end)
    if len(words(text[start:end])) < ENOUGH_WORDS:
        whole = sentence.text.strip()
        if len(words(whole)) <= MOST_WORDS:
            return whole
    return text[start:end]
