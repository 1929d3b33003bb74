"""The checks on the golden set: what an honest model gets past them, and what a lying one does."""

from collections import Counter

from backend.evaluation.golden import GoldenCall
from backend.grounding.speech.languages import ENGLISH, language_of
from backend.grounding.speech.words import plain_words
from tests.evaluation.golden.lies import CALLS, honest_answer, lies

# What takes judgement and not a rule: it is for the second reading, and for people.
_BY_JUDGEMENT = {
    "flipped boolean",
    "other choice",
    "quote of the greeting",
    "reckoned number",
}


def _language(call: GoldenCall) -> str | None:
    return language_of(word for turn in call.turns for word in plain_words(turn.text))


def test_the_set_is_large_and_varied() -> None:
    assert len(CALLS) >= 30
    assert len({call.record_schema["title"] for call in CALLS}) == 3
    assert len(list(lies())) >= 200
    assert {_language(call) for call in CALLS} == {"en", "de", "es", "fr", "nl"}


def test_an_honest_model_is_hardly_ever_questioned() -> None:
    values = sum(len(call.data) for call in CALLS)
    questioned = [
        (call.id, problem.field, problem.message)
        for call in CALLS
        for problem in call.material(None).judge(honest_answer(call), call.turns).problems
    ]

    assert len(questioned) <= 0.02 * values, questioned


def test_no_lie_that_a_rule_can_tell_passes_as_valid() -> None:
    passed = [
        (lie.call.id, lie.kind, lie.answer[lie.field])
        for lie in lies()
        if lie.kind not in _BY_JUDGEMENT
        and lie.call.material(None).judge(lie.answer, lie.call.turns).status == "valid"
    ]

    assert passed == []


def test_of_what_takes_judgement_the_rules_catch_most_and_leave_the_rest_in_doubt() -> None:
    caught: Counter[str] = Counter()
    for lie in lies():
        if lie.kind in _BY_JUDGEMENT:
            judged = lie.call.material(None).judge(lie.answer, lie.call.turns)
            is_doubted = lie.field in {open_.field for open_ in judged.open}
            # Of other languages the rules know less, and leave more to the second reading.
            if _language(lie.call) == ENGLISH:
                caught.update({"all": 1, "caught": bool(judged.problems)})
            assert judged.problems or is_doubted, (lie.call.id, lie.kind, lie.answer[lie.field])

    assert caught["caught"] >= 0.8 * caught["all"]
