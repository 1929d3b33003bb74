"""Whether an answer or a denial contradicts a boolean."""

from collections.abc import Iterator, Sequence

from backend.grounding.agreement.evidenced import (
    COURTESY,
    PLAIN_NO,
    PLAIN_YES,
    Evidenced,
    meaning_of,
)
from backend.grounding.fields import Scalar
from backend.grounding.speech.words import NEGATIONS, word_texts, wordset

# After "Do you mind?" or "Any problems?" a no may well mean yes.
TURNS_ROUND = NEGATIONS | wordset(
    "mind problem problems issue issues question questions concern concerns objection objections "
    "object trouble else wrong unless any anything or"
)
TAKES_BACK = wordset("problem problems worries issue issues mind doubt wait actually mean but")
_NEGATIVE_NAMES = NEGATIONS | wordset("non un missing lack lacks refused declined unable denied")
_IN_ONE_WORD = {
    **dict.fromkeys(("not at all", "no way", "i do not think so", "it is not"), "no"),
    **dict.fromkeys(("absolutely not", "definitely not", "of course not"), "no"),
    **dict.fromkeys(("absolutely", "definitely", "of course", "i think so"), "yes"),
}
_ASKING = wordset(
    "whether will would could should have does with your that this what when where which they "
    "them there from been being about still then than"
)
# What "I don't need it" and "that won't be necessary" have beside their not.
_FILLING = wordset(
    "i you he she it we they that this there do does did is are was were be will would can could "
    "should have has had am unfortunately sadly really to a an the one any them for at all of "
    "id time think so necessary needed required"
)
_WANTING = wordset("need want take like love prefer")
_STEM = 5
_FEW = 4


def boolean_contradiction(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    return (
        plain_answer(field, said, quote)
        or _denial(field, said, quote)
        or _first_word(field, said, quote)
    )


def plain_answer(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find a plain no given for true, or a plain yes for false."""
    about = meaning_of(field, said)
    answer = [_IN_ONE_WORD.get(" ".join(quote)) or word for word in quote if word not in COURTESY]
    if not answer or about & _NEGATIVE_NAMES or TURNS_ROUND & {*word_texts(said.answers_to)}:
        return None
    if said.value and (PLAIN_NO.issuperset(answer) or _is_refusal(answer, about)):
        return "The quote is a plain no, and the value is true."
    if not said.value and (PLAIN_YES.issuperset(answer) or _is_wish(answer, about)):
        return "The quote is a plain yes, and the value is false."
    return None


def _is_refusal(answer: Sequence[str], about: set[str]) -> bool:
    """Find an answer of which a not is all that matters: "I don't need it", "they do not"."""
    left = [word for word in _telling(answer, about) if word not in _WANTING]
    is_refused = "not" in left or (PLAIN_NO & {*left} and "no need" in " ".join(answer))
    return (
        bool(is_refused)
        and left.count("not") <= 1
        and left[0] in PLAIN_NO | {"not"}
        and ((PLAIN_NO | {"not"}).issuperset(left))
    )


def _is_wish(answer: Sequence[str], about: set[str]) -> bool:
    """Find an answer of which a wish is all that matters: "I'd like that", "we need wifi"."""
    left = _telling(answer, about)
    return bool(left) and (_WANTING | PLAIN_YES).issuperset(left)


def _telling(answer: Sequence[str], about: set[str]) -> list[str]:
    """Leave out what tells neither yes nor no: what is asked about, and small words.

    Who has no insurance may well need some, so there "have" tells.
    """
    stems = {word[:_STEM] for word in about if len(word) >= _FEW and word not in _ASKING}
    kept = wordset("have has had") if about & (_WANTING | {"needs", "wants"}) else frozenset()
    return [
        word
        for word in answer
        if (word not in _FILLING or word in kept)
        and (word in _WANTING or word[:_STEM] not in stems)
    ]


def _first_word(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find an answer that begins with the other word, where the question was about the field."""
    about = meaning_of(field, said)
    asked = {*word_texts(said.answers_to)}
    is_about = any(len(word) > 3 and word not in _ASKING for word in about & asked)
    answer = [word for word in quote if word not in COURTESY]
    if not is_about or not answer or about & _NEGATIVE_NAMES or TURNS_ROUND & asked:
        return None
    if (PLAIN_YES & {*answer} and PLAIN_NO & {*answer}) or TAKES_BACK & {*answer[1:]}:
        return None
    if said.value and answer[0] in PLAIN_NO:
        return "The quote begins with a no, and the value is true."
    if not said.value and answer[0] in PLAIN_YES:
        return "The quote begins with a yes, and the value is false."
    return None


def _denial(field: Scalar, said: Evidenced, quote: Sequence[str]) -> str | None:
    """Find "not safe" given for the truth of `is_safe`, or "won't come" for that of coming."""
    meaning = meaning_of(field, said)
    about = {word for word in meaning - NEGATIONS - _ASKING if len(word) >= _FEW}
    if not said.value or meaning & _NEGATIVE_NAMES:
        return None
    for denied in _denied([said.preceded_by, *quote, ""], {word[:_STEM] for word in about}):
        return f'The quote says "{denied}", and the value is true.'
    return None


_NOT = wordset("no not without")
_PASSED_OVER = wordset("a an any the to be need want offer provide require necessarily")


def _denied(texts: Sequence[str], stems: set[str]) -> Iterator[str]:
    """Find what a not stands before, or is written together with: "nonrefundable"."""
    answer = texts[2:] if texts[1] in PLAIN_NO else texts[1:]
    is_double = sum(text in NEGATIONS for text in answer) > 1
    for n, text in enumerate(texts):
        after = [*texts[n + 1 : n + 6]]
        while not is_double and len(after) > 1 and after[0] in _PASSED_OVER:
            after.pop(0)
        is_not = text in _NOT if not is_double else text in ("no", "not")
        if is_not and after and after[0][:_STEM] in stems and len(after[0]) >= _FEW:
            yield f"{text} {after[0]}"
        prefix = next((p for p in ("non", "un", "in") if text.startswith(p)), None)
        is_one_word = prefix is not None and text[len(prefix) :][:_STEM] in stems
        if is_one_word and text[:_STEM] not in stems and NEGATIONS.isdisjoint(texts):
            yield text
