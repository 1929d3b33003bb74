import asyncio
import logging
import socket
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from backend.platform.errors import AppError
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import (
    LlmAnswerUnusable,
    LlmBusy,
    LlmFailed,
    LlmKeyRejected,
    LlmNotUsable,
    LlmOutOfCredit,
    LlmRequestRefused,
    LlmTimedOut,
)
from backend.providers.llm_prices import Price, cost_cents
from tests.providers.openai_wire import Wire, called, completion, refused, speaking_openai

KEY = "sk-secret-0123456789"
SPOKEN = "my pin is four one five"


class Record(BaseModel):
    status: str
    minutes: int


GOOD = {"status": "delayed", "minutes": 120}
BAD = {"status": "delayed", "minutes": SPOKEN}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Wire]:
    async with speaking_openai() as server:
        yield server


@pytest.fixture
def wire(server: Wire) -> Wire:
    server.reset()
    return server


ModelAt = Callable[..., Llm]
FailureOf = Callable[..., Awaitable[AppError]]


@pytest.fixture
async def model_at() -> AsyncIterator[ModelAt]:
    opened: list[Llm] = []

    def open_model(url: str, *, timeout_seconds: float = 5, max_attempts: int = 3) -> Llm:
        access = {"openai": Access(api_key=KEY, base_url=url)}
        opened.append(
            Llm(
                "openai/tried",
                access=access,
                timeout_seconds=timeout_seconds,
                max_attempts=max_attempts,
            )
        )
        return opened[-1]

    yield open_model
    for llm in opened:
        await llm.close()


@pytest.fixture
def failure_of(wire: Wire, model_at: ModelAt) -> FailureOf:
    async def fail(answer: Response, timeout_seconds: float = 5) -> AppError:
        wire.will_answer(answer)
        llm = model_at(wire.url, timeout_seconds=timeout_seconds, max_attempts=2)
        with pytest.raises(AppError) as raised:
            await llm.answer(system="Rules", user=SPOKEN, answer_model=Record)
        return raised.value

    return fail


async def test_an_answer_comes_with_what_it_took(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called(GOOD))

    answer = await model_at(wire.url).answer(system="Rules", user="Call", answer_model=Record)

    assert answer.value.model_dump() == GOOD
    assert (answer.model, answer.attempts) == ("openai/tried", 1)
    assert (answer.input_tokens, answer.output_tokens) == (100, 20)
    assert answer.exchange["messages"][1] == {"role": "user", "content": "Call"}
    [raw] = answer.exchange["answers"]
    assert raw["id"] == "chatcmpl-1"
    assert "delayed" in raw["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]


async def test_the_request_carries_the_messages_and_the_form(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called(GOOD))

    await model_at(wire.url).answer(
        system="Rules", user="{{ not a template }}", answer_model=Record
    )

    [request] = wire.requests
    assert request["model"] == "tried"
    assert request["messages"] == [
        {"role": "system", "content": "Rules"},
        {"role": "user", "content": "{{ not a template }}"},
    ]
    form = request["tools"][0]["function"]["parameters"]
    assert form["properties"].keys() == {"status", "minutes"}
    assert wire.keys == [f"Bearer {KEY}"]


async def test_an_answer_without_the_form_is_asked_for_again(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called(BAD), called(GOOD))

    answer = await model_at(wire.url).answer(system="Rules", user="Call", answer_model=Record)

    assert answer.value.minutes == 120
    assert answer.attempts == 2
    assert (answer.input_tokens, answer.output_tokens) == (200, 40)
    assert "minutes" in wire.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (called("{'status': 'delayed'"), "form"),
        (called(BAD), "form"),
        (completion({"role": "assistant", "content": ""}), "empty"),
        (completion({"role": "assistant", "content": "No record today."}), "form"),
        (PlainTextResponse("<html>busy</html>"), "form"),
    ],
    ids=["no-json", "wrong-type", "empty", "prose", "no-completion"],
)
async def test_an_answer_that_never_has_the_form_is_unusable(
    wire: Wire, first: Response, why: str, failure_of: FailureOf
) -> None:
    failure = await failure_of(first)

    assert isinstance(failure, LlmAnswerUnusable)
    assert why in failure.detail
    assert failure.members["attempts"] == 2
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (completion({"role": "assistant", "content": None, "refusal": SPOKEN}), "declined"),
        (called('{"status": "dela', "length"), "cut off"),
        (completion({"role": "assistant", "content": ""}, "content_filter"), "declined"),
    ],
    ids=["refusal", "cut-off", "content-filter"],
)
async def test_it_is_said_why_there_is_no_answer(
    wire: Wire, answer: Response, why: str, failure_of: FailureOf
) -> None:
    failure = await failure_of(answer)

    assert isinstance(failure, LlmAnswerUnusable)
    assert why in failure.detail


async def test_an_answer_without_choices_is_unusable(wire: Wire, failure_of: FailureOf) -> None:
    failure = await failure_of(completion({}, choices=[]))

    assert isinstance(failure, LlmAnswerUnusable)


async def test_complaints_go_back_once_and_word_for_word(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called({"status": "arrived", "minutes": 0}), called(GOOD))

    def check(record: Record) -> list[str]:
        return [] if record.minutes else ["minutes: the quote says 2 hours"]

    answer = await model_at(wire.url).answer(
        system="Rules", user="Call", answer_model=Record, check=check
    )

    assert (answer.value.minutes, answer.complaints, answer.attempts) == (120, (), 2)
    *_, said, complained = wire.requests[1]["messages"]
    assert said == {"role": "assistant", "content": '{"status":"arrived","minutes":0}'}
    assert "- minutes: the quote says 2 hours\n" in complained["content"]


async def test_answers_are_checked_in_a_thread_while_others_are_served(
    wire: Wire, model_at: ModelAt
) -> None:
    wire.will_answer(called(GOOD))
    served, checked_in = threading.get_ident(), list[int]()

    def check(_: Record) -> list[str]:
        checked_in.append(threading.get_ident())
        return ["never right"]

    await model_at(wire.url).answer(system="Rules", user="Call", answer_model=Record, check=check)

    assert len(checked_in) == 2
    assert served not in checked_in


async def test_complaints_that_are_left_come_with_the_last_answer(
    wire: Wire, model_at: ModelAt
) -> None:
    wire.will_answer(called({"status": "first", "minutes": 1}), called(GOOD))

    answer = await model_at(wire.url).answer(
        system="Rules", user="Call", answer_model=Record, check=lambda _: ["never right"]
    )

    assert (answer.value.status, answer.complaints) == ("delayed", ("never right",))
    assert len(wire.requests) == 2


async def test_an_answer_made_worse_by_mending_is_not_taken(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called({"status": "first", "minutes": 1}), called(GOOD))

    answer = await model_at(wire.url).answer(
        system="Rules", user="Call", answer_model=Record, check=lambda r: ["no"] * r.minutes
    )

    assert (answer.value.status, answer.complaints) == ("first", ("no",))


async def test_the_first_answer_is_kept_when_mending_gives_nothing_usable(
    wire: Wire, model_at: ModelAt
) -> None:
    wire.will_answer(called(GOOD), called("not json"))

    answer = await model_at(wire.url, max_attempts=2).answer(
        system="Rules", user="Call", answer_model=Record, check=lambda _: ["wrong"]
    )

    assert (answer.value.status, answer.complaints) == ("delayed", ("wrong",))
    assert answer.attempts == 3


async def test_a_provider_that_is_busy_while_mending_is_asked_again_later(
    wire: Wire, model_at: ModelAt
) -> None:
    wire.will_answer(called(GOOD), refused(429, "rate_limit_exceeded"))

    with pytest.raises(LlmBusy):
        await model_at(wire.url).answer(
            system="Rules", user="Call", answer_model=Record, check=lambda _: ["wrong"]
        )


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "7"}, 7.0), ({"retry-after-ms": "1500"}, 1.5), ({}, None)],
    ids=["seconds", "milliseconds", "not-told"],
)
async def test_a_busy_provider_tells_how_long_to_wait(
    wire: Wire, headers: dict[str, str], seconds: float | None, failure_of: FailureOf
) -> None:
    failure = await failure_of(refused(429, "rate_limit_exceeded", **headers))

    assert isinstance(failure, LlmBusy)
    assert failure.retry_after == seconds
    assert len(wire.requests) == 1, "the SDK must not retry by itself"


async def test_the_time_to_wait_may_be_a_date(wire: Wire, failure_of: FailureOf) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)  # noqa: TID251 - the provider's clock

    failure = await failure_of(refused(429, "rate_limit_exceeded", **{"retry-after": later}))

    assert isinstance(failure, LlmBusy)
    assert failure.retry_after is not None
    assert 25 < failure.retry_after <= 30


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(429, "insufficient_quota"), LlmOutOfCredit),
        (refused(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"), LlmKeyRejected),
        (refused(403, "unsupported_country"), LlmKeyRejected),
        (refused(400, "context_length_exceeded"), LlmRequestRefused),
        (refused(404, "model_not_found"), LlmRequestRefused),
        (refused(408, "timeout"), LlmTimedOut),
        (refused(500, "server_error"), LlmFailed),
        (refused(503, "overloaded"), LlmFailed),
        (PlainTextResponse("upstream", 502), LlmFailed),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(value.status_code),
)
async def test_each_refusal_has_its_own_kind(
    wire: Wire, answer: Response, kind: type[AppError], failure_of: FailureOf
) -> None:
    failure = await failure_of(answer)

    assert type(failure) is kind
    assert "openai/tried" in failure.detail
    assert len(wire.requests) == 1


async def test_the_providers_word_for_a_refusal_is_passed_on(
    wire: Wire, failure_of: FailureOf
) -> None:
    failure = await failure_of(refused(400, "context_length_exceeded"))

    assert "context_length_exceeded" in failure.detail


async def test_a_provider_that_cannot_be_reached_has_failed(model_at: ModelAt) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(LlmFailed, match="could not be reached"):
        await model_at(f"http://127.0.0.1:{port}/v1").answer(
            system="Rules", user="Call", answer_model=Record
        )


async def test_no_answer_in_time_is_a_timeout(wire: Wire, failure_of: FailureOf) -> None:
    async def never() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    failure = await failure_of(StreamingResponse(never()), timeout_seconds=0.2)

    assert isinstance(failure, LlmTimedOut)


async def test_an_answer_that_trickles_in_for_ever_is_a_timeout(
    wire: Wire, failure_of: FailureOf
) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    failure = await failure_of(StreamingResponse(trickle()), timeout_seconds=0.2)

    assert isinstance(failure, LlmTimedOut)


@pytest.mark.parametrize(
    "answer",
    [
        called(BAD),
        completion({"role": "assistant", "content": SPOKEN, "refusal": SPOKEN}),
        refused(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"),
        refused(400, SPOKEN, SPOKEN),
        refused(500, "server_error", SPOKEN),
    ],
    ids=["unusable", "refusal", "key", "request", "server"],
)
async def test_what_was_said_and_the_key_stay_out_of_errors_and_logs(
    wire: Wire, answer: Response, caplog: pytest.LogCaptureFixture, failure_of: FailureOf
) -> None:
    caplog.set_level(logging.DEBUG)

    failure = await failure_of(answer)

    shown = "".join(traceback.format_exception(failure)) + caplog.text
    assert failure.__context__ is None
    assert SPOKEN not in shown
    assert KEY not in shown


async def test_answers_at_the_same_time_are_counted_apart(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called(BAD), called(GOOD))
    llm = model_at(wire.url)

    answers = await asyncio.gather(
        *(llm.answer(system="Rules", user="Call", answer_model=Record) for _ in range(5))
    )

    assert sum(answer.attempts for answer in answers) == 6
    assert sum(answer.input_tokens or 0 for answer in answers) == 600


async def test_a_server_of_ones_own_needs_no_key(wire: Wire) -> None:
    wire.will_answer(called(GOOD))
    llm = Llm("openai/tried", access={"openai": Access(base_url=wire.url)})

    answer = await llm.answer(system="Rules", user="Call", answer_model=Record)
    await llm.close()

    assert answer.value.minutes == 120


async def test_tokens_that_were_not_told_are_unknown(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(completion({"role": "assistant", "content": "x"}, usage=None), called(GOOD))
    llm = model_at(wire.url)
    counted = await llm.answer(system="Rules", user="Call", answer_model=Record)
    assert counted.input_tokens == 100

    silent = called(GOOD)
    silent.body = bytes(silent.body).replace(b'"usage":', b'"ignored":')
    silent.headers["content-length"] = str(len(silent.body))
    wire.answers.clear()
    wire.will_answer(silent)
    uncounted = await llm.answer(system="Rules", user="Call", answer_model=Record)

    assert (uncounted.input_tokens, uncounted.output_tokens) == (None, None)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt-5", "provider/model"),
        ("openai/", "provider/model"),
        ("nobody/model", "nobody"),
        ("anthropic/claude", "ANTHROPIC_API_KEY"),
        ("gemini/flash", "GEMINI_API_KEY"),
        ("google/flash", "GEMINI_API_KEY"),
        ("openai/gpt-5", "OPENAI_API_KEY"),
    ],
)
def test_a_model_that_cannot_be_asked_is_named_at_start(model: str, says: str) -> None:
    with pytest.raises(LlmNotUsable, match=says):
        Llm(model, access={})


async def test_closing_lets_go_of_the_connections(wire: Wire, model_at: ModelAt) -> None:
    wire.will_answer(called(GOOD))
    llm = model_at(wire.url)
    await llm.answer(system="Rules", user="Call", answer_model=Record)

    await llm.close()

    with pytest.raises(AppError):
        await llm.answer(system="Rules", user="Call", answer_model=Record)


def test_the_cost_is_counted_where_the_price_is_known() -> None:
    prices = {"openai/small": Price(input_cents=25, output_cents=200)}

    assert cost_cents("openai/small", 800, 100, prices) == pytest.approx(0.04)
    assert cost_cents("openai/other", 800, 100, prices) is None
    assert cost_cents("openai/small", None, None, prices) is None
