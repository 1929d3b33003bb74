"""Judging a call: rules tell what they can, a model is asked the rest, and read a second time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from backend.calls.models import Turn
from backend.grounding.transcript import Transcript
from backend.platform.errors import AppError
from backend.providers.llm_answer import LlmAnswer
from backend.providers.runtime import Runtime
from backend.quality.criteria.measuring import measure
from backend.quality.judging.answer import Judgement, answer_model
from backend.quality.judging.evidence import judge_verdict
from backend.quality.judging.parts import best_of
from backend.quality.judging.prompt import build_prompt
from backend.quality.judging.second_reading import Case, VerdictChecks, build_question, settle
from backend.quality.judging.verdicts import Result, VerdictProblem
from backend.quality.policies.config import Criterion, PolicyConfig
from backend.records.asking import Made, ask_once, ask_patiently
from backend.records.parts import split

# Beyond this, answers grow so long that models forget the last questions.
MOST_CRITERIA = 20
# No criterion can be called so.
RESOLUTION = "_resolution"


@dataclass(frozen=True)
class CallMaterial:
    """What a call is judged with. `language` is the agent's, such as `en-US`; None: unknown."""

    turns: Sequence[Turn]
    policy: PolicyConfig
    variables: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None

    @cached_property
    def transcript(self) -> Transcript:
        return Transcript(self.turns, language=self.language)

    @property
    def judged(self) -> list[Criterion]:
        """The criteria that a model is asked about."""
        return [each for each in self.policy.criteria if each.rule is None]

    @cached_property
    def resolution(self) -> Criterion | None:
        """What is asked beside the criteria, as if it were one."""
        question = self.policy.resolution_question
        if question is None:
            return None
        return Criterion.model_construct(
            key=RESOLUTION,
            name="Resolution",
            question=question,
            said_by="anyone",
            may_not_apply=True,
        )


@dataclass
class Judged(Made):
    """What was made of a call: a result for each criterion, in their order, and the resolution."""

    results: list[Result] = field(default_factory=list)
    resolution: Result | None = None


async def judge_call(runtime: Runtime, material: CallMaterial) -> Judged:
    """Judge a call. Where no criterion needs a model, none is asked."""
    judged = Judged()
    by_key = {
        each.key: await asyncio.to_thread(measure, each, material.turns)
        for each in material.policy.criteria
        if each.rule is not None
    }
    asked = material.judged
    if asked or material.resolution:
        for at in range(0, max(len(asked), 1), MOST_CRITERIA):
            batch = asked[at : at + MOST_CRITERIA]
            by_key |= await _ask_all(runtime, material, batch, judged, is_first=at == 0)
    judged.resolution = by_key.pop(RESOLUTION, None)
    judged.results = [by_key[each.key] for each in material.policy.criteria]
    await _prove(runtime, material, judged)
    return judged


async def _ask_all(
    runtime: Runtime,
    material: CallMaterial,
    criteria: Sequence[Criterion],
    judged: Judged,
    *,
    is_first: bool,
) -> dict[str, Result]:
    """Ask about some criteria, of a long call part by part. The first time, also how it ended."""
    parts = split(material.turns)
    also = [material.resolution] if material.resolution and is_first else []
    policy = material.policy
    if not also:
        policy = policy.model_copy(update={"resolution_question": None})
    answers: list[Mapping[str, Result]] = []
    for n, turns in enumerate(parts, 1):
        part = None if len(parts) == 1 else f"{n} of {len(parts)}"
        answer, results = await _ask(
            runtime, material, policy, (criteria, also), (turns, part), judged
        )
        judged.answers.append(answer)
        answers.append(results)
    return {
        each.key: best_of(each, [results[each.key] for results in answers])
        for each in (*criteria, *also)
    }


async def _ask(
    runtime: Runtime,
    material: CallMaterial,
    policy: PolicyConfig,
    wanted: tuple[Sequence[Criterion], Sequence[Criterion]],
    part: tuple[Sequence[Turn], str | None],
    judged: Judged,
) -> tuple[LlmAnswer[Judgement], dict[str, Result]]:
    """Ask about a part of a call, with one chance to mend what the rules object to."""
    (criteria, also), (turns, number) = wanted, part
    transcript = material.transcript if number is None else material.transcript.part(turns)
    prompt = build_prompt(policy, criteria, turns, variables=material.variables, part=number)

    def look_at(answer: Judgement) -> dict[str, Result]:
        said = {**answer.verdicts_by_key(), RESOLUTION: answer.resolved}
        return {
            each.key: judge_verdict(each, said.get(each.key), transcript)
            for each in (*criteria, *also)
        }

    def complaints(answer: Judgement) -> list[str]:
        return [
            f"{result.key}: {problem.message}"
            for result in look_at(answer).values()
            for problem in result.problems
        ]

    ask = ask_patiently if judged.answers else ask_once
    form = answer_model(criteria, policy)
    answer = await ask(runtime, prompt, form, policy.model, check=complaints, meter=judged.meter)
    return answer, await asyncio.to_thread(look_at, answer.value)


async def _prove(runtime: Runtime, material: CallMaterial, judged: Judged) -> None:
    """Have all verdicts read a second time that no rule objects to, in one request."""
    results = {result.key: result for result in judged.results}
    cases = [Case(each, results[each.key]) for each in material.judged]
    if material.resolution and judged.resolution:
        cases.append(Case(material.resolution, judged.resolution))
    cases = [case for case in cases if not case.result.problems]
    if not cases:
        return
    wanted = runtime.settings.llm.check_model
    if wanted == "off":
        _unread(cases, "LLM_CHECK_MODEL is off.")
        return
    question = build_question(material.policy, cases, material.turns, material.variables)
    model = material.policy.model if wanted == "same" else wanted
    try:
        answered = await ask_patiently(runtime, question, VerdictChecks, model, meter=judged.meter)
    except AppError as error:
        _unread(cases, error.detail)
        return
    judged.answers.append(answered)
    settle(answered.value, cases, material.transcript)


def _unread(cases: Sequence[Case], why: str) -> None:
    for case in cases:
        case.result.complain(
            VerdictProblem.NOT_CHECKED, f"The verdict was not read a second time: {why}"
        )
