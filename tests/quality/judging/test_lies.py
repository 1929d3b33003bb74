"""A judge that lies is not believed, and one that does not is: by the thousand, without a network.

The sandbox's judge and second reader are called as the service would ask them.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from backend.calls.models import Turn
from backend.grounding.transcript import Transcript
from backend.quality.judging.answer import answer_model
from backend.quality.judging.evidence import judge_verdict
from backend.quality.judging.prompt import build_prompt
from backend.quality.judging.second_reading import Case, VerdictChecks, build_question, settle
from backend.quality.judging.verdicts import Result
from backend.quality.policies.config import PolicyConfig
from backend.quality.policies.presets.catalog import POLICY_PRESETS
from backend.sandbox.llm.faults import Fault, FaultKind, FaultRule
from backend.sandbox.llm.judging import check, judge
from backend.sandbox.llm.second_reading import SecondReader
from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import fill

ENOUGH = 1000


def _calls() -> list[list[Turn]]:
    """Take the screenplays in which people talk."""
    told = []
    for scenario in scenarios().values():
        lines = [line for line in scenario.lines if line.role in {"agent", "user"}]
        if len(lines) > 5:
            told.append(
                [
                    Turn.model_validate(
                        {"turn": n, "role": line.role, "text": fill(line.text, scenario.defaults)}
                    )
                    for n, line in enumerate(lines)
                ]
            )
    return told


CALLS = _calls()
TRANSCRIPTS = [Transcript(turns) for turns in CALLS]
POLICIES: list[PolicyConfig] = [preset.config for preset in POLICY_PRESETS]


def _shortened(turns: list[Turn], seed: int) -> list[Turn]:
    """Leave out some turns, so that no two rounds judge the same call."""
    random = Random(seed)
    return [turn for turn in turns if turn.turn < 2 or random.random() > 0.15]


def _rounds() -> Iterator[tuple[PolicyConfig, list[Turn]]]:
    for seed in range(100):
        for turns in CALLS:
            for policy in POLICIES:
                yield policy, _shortened(turns, seed)


def _answered(policy: PolicyConfig, turns: list[Turn], lie: FaultKind | None) -> dict[str, Any]:
    criteria = [each for each in policy.criteria if each.rule is None]
    asked = build_prompt(policy, criteria, turns).user
    schema = answer_model(criteria, policy).model_json_schema()
    faults = [Fault(FaultRule(kind=lie))] if lie else []
    return judge(asked, schema, faults)


def _judged(policy: PolicyConfig, turns: list[Turn], answer: dict[str, Any]) -> dict[str, Result]:
    """Believe what the service would believe of an answer."""
    criteria = [each for each in policy.criteria if each.rule is None]
    transcript = Transcript(turns)
    said = answer_model(criteria, policy).model_validate(answer).verdicts_by_key()
    results = {each.key: judge_verdict(each, said.get(each.key), transcript) for each in criteria}
    cases = [Case(each, results[each.key]) for each in criteria if not results[each.key].problems]
    question = build_question(policy, cases, turns)
    checks = check(question.user, SecondReader())
    settle(VerdictChecks.model_validate({"checks": checks}), cases, transcript)
    return results


LIES = [
    FaultKind.INVENTED_QUOTE,
    FaultKind.WRONG_SPEAKER,
    FaultKind.BORROWED_QUOTE,
    FaultKind.EVERYTHING_YES,
]


@pytest.mark.parametrize("lie", LIES)
def test_none_of_many_lies_is_believed(lie: FaultKind) -> None:
    lies, believed = 0, []
    for policy, turns in _rounds():
        honest, answer = _answered(policy, turns, None), _answered(policy, turns, lie)
        results = _judged(policy, turns, answer)
        for key, said in answer["verdicts"].items():
            if said != honest["verdicts"][key]:
                lies += 1
                believed += [key] if results[key].proven_by is not None else []
        if lies >= ENOUGH / len(LIES):
            break
    assert lies >= ENOUGH / len(LIES)
    assert believed == []


def test_of_many_honest_verdicts_few_are_doubted() -> None:
    honest = doubted = 0
    for policy, turns in _rounds():
        results = _judged(policy, turns, _answered(policy, turns, None))
        honest += len(results)
        doubted += sum(result.proven_by is None for result in results.values())
        if honest >= ENOUGH:
            break
    assert honest >= ENOUGH
    assert doubted <= 0.02 * honest


def test_a_reader_that_errs_lets_no_invented_words_through() -> None:
    """What the rules object to is never read a second time, however kind the reader."""
    policy, turns = POLICIES[0], CALLS[0]
    results = _judged(policy, turns, _answered(policy, turns, FaultKind.INVENTED_QUOTE))

    assert {problem.code for result in results.values() for problem in result.problems} == {
        "quote_not_found"
    }
