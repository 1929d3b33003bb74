"""Making a record's content: ask the model, judge its answer, have the rest read a second time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from backend.agents.models import ProofPolicy
from backend.calls.models import Turn
from backend.grounding.fields import read_schema
from backend.grounding.judging import Claim, Verdict
from backend.grounding.transcript import Transcript
from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.llm_answer import LlmAnswer, Meter
from backend.providers.llm_errors import LlmBusy, LlmPaced
from backend.providers.llm_prices import Price
from backend.providers.runtime import Runtime
from backend.records.answer_model import Answer, answer_model
from backend.records.evidence import GAPS, Extraction, Open, Problem, ProblemCode, ProvenBy
from backend.records.extraction import Prompt, build_prompt, start_line
from backend.records.material import Material
from backend.records.models import RecordStatus
from backend.records.parts import Said, merge, split
from backend.records.second_reading import SecondReading, build_question, settle

A = TypeVar("A", bound=BaseModel)


@dataclass
class Made:
    """What was made of a call: a record's columns, and the answers they are from."""

    answers: list[LlmAnswer[Any]] = field(default_factory=list)
    # What it took so far, answers of no use and questions that failed included.
    meter: Meter = field(default_factory=Meter)
    problems: list[Problem] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        return self.meter.exchanges

    def usage(self, prices: Mapping[str, Price]) -> dict[str, Any]:
        """Add up requests, tokens and cost; what is not known of one is not known of all."""
        return {
            "attempts": self.meter.requests,
            "input_tokens": self.meter.input_tokens,
            "output_tokens": self.meter.output_tokens,
            "cost_cents": self.meter.cost_cents(prices),
        }


# What somebody said proves something else than the same words of the other.
_SPEAKERS_UNKNOWN = Problem(
    field="",
    code=ProblemCode.SPEAKERS_UNKNOWN,
    message="Nothing that is said shows who the agent is. Say who speaks, above the transcript.",
)
_VOICES_APPROXIMATE = Problem(
    field="",
    code=ProblemCode.VOICES_APPROXIMATE,
    message="The voices were told apart by their sound alone, and some words may be with the wrong "
    "speaker. Listen to what proves each value; swap the speakers where they are mixed up.",
)


async def extract(runtime: Runtime, material: Material, made: Made | None = None) -> Made:
    """Ask the model, with one chance for each part to mend what the checks complain about.

    `made` is filled in: where this raises, it still tells what was asked until then.
    """
    made = Made() if made is None else made
    parts = split(material.turns)
    for n, turns in enumerate(parts, 1):
        made.answers.append(await _ask(runtime, material, turns, f"{n} of {len(parts)}", made))
    model = made.answers[0].model
    # In a thread, as each part's checks: of a long call it takes a second.
    whole = await asyncio.to_thread(_whole, material, made.answers)
    judged = await asyncio.to_thread(material.judge, whole, material.turns)
    await _prove(runtime, material, judged, made)
    if all(turn.role == "unknown" for turn in material.turns):
        made.problems.append(_SPEAKERS_UNKNOWN)
    elif any(turn.is_voice_approximate for turn in material.turns):
        made.problems.append(_VOICES_APPROXIMATE)
    made.result = {
        "status": RecordStatus.NEEDS_REVIEW if made.problems else RecordStatus.VALID,
        "data": judged.data,
        "evidence": {
            name: evidence.model_dump(mode="json") for name, evidence in judged.evidence.items()
        },
        "problems": [problem.model_dump(mode="json") for problem in made.problems],
        "not_said": {name: gap.model_dump(mode="json") for name, gap in judged.not_said.items()},
        "model": model,
        **made.usage(prices_of(runtime.settings)),
    }
    return made


def form_of(material: Material) -> dict[str, Any]:
    """Give the form that the model is sent for its answer, as JSON Schema."""
    return answer_model(material.schema).model_json_schema()


def prices_of(settings: Settings) -> dict[str, Price]:
    return {model: Price(*price) for model, price in settings.llm.prices.items()}


async def _ask(
    runtime: Runtime, material: Material, turns: Sequence[Turn], part: str, made: Made
) -> LlmAnswer[Answer]:
    is_whole = len(turns) == len(material.turns)
    prompt = build_prompt(
        turns,
        instructions=material.instructions,
        variables=material.variables,
        started_at=material.began_at,
        time_zone=material.time_zone,
        part=None if is_whole else part,
    )

    def complaints(answer: Answer) -> list[str]:
        judged = material.judge(answer, turns)
        if not is_whole:
            # What is missing here may be said in another part.
            judged.problems = [p for p in judged.problems if p.code not in GAPS]
        return judged.complaints()

    # The first part can be asked about anew at no cost; after it, what was answered would be lost.
    ask = ask_patiently if made.answers else ask_once
    return await ask(
        runtime,
        prompt,
        answer_model(material.schema),
        material.model,
        check=complaints,
        meter=made.meter,
    )


def _whole(material: Material, answers: Sequence[LlmAnswer[Answer]]) -> Answer | Mapping[str, Any]:
    if len(answers) == 1:
        return answers[0].value
    return merge(
        material.schema, [a.value.as_json() for a in answers], proof_in(material.transcript)
    )


def proof_in(transcript: Transcript) -> Callable[[Said], bool]:
    """Say of an answer whether its quote is in the call."""

    def is_proven(said: Said) -> bool:
        quote, named = said.get("quote"), said.get("turns") or []
        return isinstance(quote, str) and transcript.find(quote, named) is not None

    return is_proven


async def _prove(runtime: Runtime, material: Material, judged: Extraction, made: Made) -> None:
    """Prove by what the agent demands the values that no rule objects to."""
    made.problems = list(judged.problems)
    match material.proof:
        case ProofPolicy.RULES:
            problems, proven = _by_rules(judged.open)
        case ProofPolicy.PERSON:
            message = "A person is to prove the values: this is what the agent demands."
            problems = [Problem(field="", code=ProblemCode.PERSON_DECIDES, message=message)]
            proven = {}
        case _:
            problems, proven = await _by_reading(runtime, material, judged.open, made)
    made.problems += problems
    for name, by in proven.items():
        judged.evidence[name].proven_by = by


def _by_rules(values: Sequence[Open]) -> tuple[list[Problem], dict[str, ProvenBy]]:
    open_still = [value for value in values if value.verdict.doubts]
    problems = [
        Problem(
            field=value.field, code=ProblemCode.NOT_PROVEN, message=" ".join(value.verdict.doubts)
        )
        for value in open_still
    ]
    proven = {value.field: ProvenBy.RULES for value in values if not value.verdict.doubts}
    return problems, proven


async def _by_reading(
    runtime: Runtime, material: Material, values: Sequence[Open], made: Made
) -> tuple[list[Problem], dict[str, ProvenBy]]:
    """Have all values read a second time, in one request. Without it, a person looks."""
    if not values:
        return [], {}
    wanted = runtime.settings.llm.check_model
    if wanted == "off":
        return _unread("LLM_CHECK_MODEL is off, and the agent demands a second reading.")
    try:
        answered = await _read_again(
            runtime, material, values, material.model if wanted == "same" else wanted, made.meter
        )
    except AppError as error:
        return _unread(error.detail)
    made.answers.append(answered)
    return await asyncio.to_thread(settle, answered.value, values, material.transcript)


async def read_claim(
    runtime: Runtime, material: Material, claim: Claim, verdict: Verdict
) -> tuple[bool, float | None]:
    """Have one value read a second time; tell whether it is proven by that, and the cost in cents.

    Raises what asking the model raises.
    """
    values = [Open(claim.name, claim, verdict)]
    meter = Meter()
    answered = await _read_again(runtime, material, values, material.model, meter)
    problems, _ = settle(answered.value, values, material.transcript)
    return not problems, meter.cost_cents(prices_of(runtime.settings))


async def _read_again(
    runtime: Runtime, material: Material, values: Sequence[Open], model: str | None, meter: Meter
) -> LlmAnswer[SecondReading]:
    question = build_question(
        values,
        material.turns,
        read_schema(material.schema),
        variables=material.variables,
        start=start_line(material.began_at, material.time_zone),
    )
    return await ask_patiently(runtime, question, SecondReading, model, meter=meter)


async def ask_once(
    runtime: Runtime,
    question: Prompt,
    answer_model: type[A],
    model: str | None,
    *,
    check: Callable[[A], list[str]] | None = None,
    meter: Meter | None = None,
) -> LlmAnswer[A]:
    return await runtime.llm.answer(
        system=question.system,
        user=question.user,
        answer_model=answer_model,
        check=check,
        model=model,
        meter=meter,
    )


async def ask_patiently(
    runtime: Runtime,
    question: Prompt,
    answer_model: type[A],
    model: str | None,
    *,
    check: Callable[[A], list[str]] | None = None,
    meter: Meter | None = None,
) -> LlmAnswer[A]:
    """Ask, and wait for the provider's limits: what was asked before would be lost.

    Raises LlmBusy where they leave no room for long: that is a failed attempt, for to come back
    any number of times, and ask for the rest anew each time, would have no end.
    """
    for _ in range(_MOST_WAITS):
        try:
            return await ask_once(runtime, question, answer_model, model, check=check, meter=meter)
        except LlmPaced as paced:
            await asyncio.sleep(paced.retry_after or 1.0)
    raise LlmBusy("The provider's limits left no room for the rest of what is to be asked.")


# Of a few seconds each: a lease is kept meanwhile, and other records go on.
_MOST_WAITS = 20


def _unread(why: str) -> tuple[list[Problem], dict[str, ProvenBy]]:
    message = f"The values were not read a second time: {why}"
    return [Problem(field="", code=ProblemCode.NOT_CHECKED, message=message)], {}
