"""From turns to a judged record, with the simulated language model over real HTTP."""

from collections.abc import AsyncIterator

import pytest

from backend.agents.presets.driver_check_in import DRIVER_CHECK_IN
from backend.calls.models import Turn
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.records.answer_model import Answer, answer_model
from backend.records.evidence import Extraction, judge
from backend.records.extraction import build_prompt
from tests.records.calls import call
from tests.support.sandbox import Sandbox

SCHEMA = DRIVER_CHECK_IN.config.record_schema or {}
TURNS = call(
    "agent: Hi Mike, this is dispatch with a check call on load 7891. What's your status?",
    "user: I'm delayed, I'm running about two hours late.",
    "agent: Where are you right now?",
    "user: I'm on I-10 near Indio, California.",
    "agent: Please get the proof of delivery signed and send us a picture.",
    "user: Yep, will do.",
)


@pytest.fixture
async def llm(sandbox: Sandbox) -> AsyncIterator[Llm]:
    access = {"openai": Access(api_key="sk-sandbox", base_url=f"{sandbox.url}/v1")}
    llm = Llm("openai/sandbox", access=access, timeout_seconds=10)
    yield llm
    await llm.close()


async def spoil(sandbox: Sandbox, **fault: object) -> None:
    await sandbox.control("POST", "/llm/faults", fault)


async def extract(llm: Llm, turns: list[Turn]) -> tuple[Extraction, int]:
    prompt = build_prompt(turns)

    def complaints(answer: Answer) -> list[str]:
        return judge(answer, turns, SCHEMA).complaints()

    answer = await llm.answer(
        system=prompt.system,
        user=prompt.user,
        answer_model=answer_model(SCHEMA),
        check=complaints,
    )
    return judge(answer.value, turns, SCHEMA), answer.attempts


async def test_a_check_call_becomes_a_valid_record(llm: Llm) -> None:
    extraction, attempts = await extract(llm, TURNS)

    assert extraction.problems == []
    assert attempts == 1
    assert extraction.data["driver_status"] == "delayed"
    assert "Indio" in extraction.data["current_location"]
    assert extraction.evidence["current_location"].turns == [3]
    assert extraction.evidence["current_location"].start_ms == 6000


async def test_an_invented_quote_is_complained_about_and_mended(llm: Llm, sandbox: Sandbox) -> None:
    await spoil(sandbox, kind="invented_quote", count=1)

    extraction, attempts = await extract(llm, TURNS)

    assert attempts == 2
    assert extraction.status == "valid"
    requests = await sandbox.control("GET", "/llm/requests")
    complaint = requests["items"][-1]["body"]["messages"][-1]["content"]
    assert "driver_status: The quote is not in the transcript" in complaint


@pytest.mark.parametrize("kind", ["invented_quote", "wrong_type"])
async def test_a_model_that_keeps_lying_gets_no_valid_record(
    llm: Llm, sandbox: Sandbox, kind: str
) -> None:
    await spoil(sandbox, kind=kind)

    extraction, attempts = await extract(llm, TURNS)

    assert attempts == 2
    assert extraction.status == "needs_review"
    assert extraction.data["driver_status"]


@pytest.mark.parametrize("kind", ["invalid_json", "empty"])
async def test_an_answer_that_cannot_be_read_is_asked_for_again(
    llm: Llm, sandbox: Sandbox, kind: str
) -> None:
    await spoil(sandbox, kind=kind, count=1)

    extraction, attempts = await extract(llm, TURNS)

    assert (extraction.status, attempts) == ("valid", 2)


@pytest.mark.parametrize("kind", ["refusal", "truncated_json"])
async def test_a_model_that_does_not_answer_fails_in_words(
    llm: Llm, sandbox: Sandbox, kind: str
) -> None:
    await spoil(sandbox, kind=kind)

    with pytest.raises(LlmAnswerUnusable, match=r"declined|cut off"):
        await extract(llm, TURNS)
