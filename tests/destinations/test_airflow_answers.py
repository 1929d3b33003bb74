"""What is made of Airflow's answers, also of those that no Airflow should give."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias
from uuid import UUID

import httpx
import pytest

from backend.destinations.airflow import AirflowSender, run_id
from backend.destinations.parcel import Parcel
from backend.platform import clock

Said: TypeAlias = tuple[int, bytes]
URL = "http://airflow.example.com"
PARCEL = Parcel(UUID(int=1), "call.ended", clock.now(), "{}")
NAME = run_id(PARCEL.id)


def said(status: int, body: Any = b"") -> Said:
    return status, body if isinstance(body, bytes) else json.dumps(body).encode()


RUN = {"dag_run_id": NAME, "dag_id": "ours", "state": "queued"}
GONE = said(404, {"detail": f"The DagRun with run_id: `{NAME}` was not found"})


class Answers:
    """An Airflow that answers as a test has it, by method and the end of the path."""

    def __init__(self) -> None:
        self.given: dict[tuple[str, str], Said] = {}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        status, body = self.given[request.method, request.url.path.rpartition("/")[2]]

        async def streamed() -> AsyncIterator[bytes]:
            yield body

        return httpx.Response(status, content=streamed())

    def on(self, method: str, end: str, answer: Said) -> None:
        self.given[method, end] = answer


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
async def open_at(answers: Answers) -> AsyncIterator[Callable[..., AirflowSender]]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answers)) as http:

        def open_sender(url: str = URL, dag_id: str = "ours", **secrets: str) -> AirflowSender:
            return AirflowSender(http, url, dag_id, "3", secrets or {"token": "secret"}, None)

        yield open_sender


@pytest.fixture
def sender(open_at: Callable[..., AirflowSender]) -> AirflowSender:
    return open_at()


@pytest.mark.parametrize(
    "answer",
    [
        said(200, b"<html>Welcome</html>"),
        said(204),
        said(202, []),
        said(200, {"dag_run_id": "another", "state": "queued"}),
        said(200, {"dag_run_id": NAME, "state": None}),
        said(200, b"[" * 100_000),
    ],
)
async def test_only_a_run_counts_as_a_run(
    answers: Answers, sender: AirflowSender, answer: Said
) -> None:
    answers.on("POST", "dagRuns", answer)
    answers.on("GET", NAME, GONE)

    made = await sender.send(PARCEL)

    assert made.error is not None
    assert made.error.endswith("started no run: this may not be Airflow's address.")
    assert (made.outcome, made.is_followed) == (None, False)


async def test_a_run_whose_making_was_answered_badly_is_found(
    answers: Answers, sender: AirflowSender
) -> None:
    answers.on("POST", "dagRuns", said(200, b'{"dag_run_id": "ringb'))
    answers.on("GET", NAME, said(200, RUN))

    made = await sender.send(PARCEL)

    assert made.error is None
    assert made.outcome is not None
    assert made.outcome["state"] == "queued"


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (GONE, "Another run has the same logical date."),
        (said(500), "Airflow did not say whether there is a run: Answered 500."),
        (
            said(200, b"{"),
            "Airflow did not say whether there is a run: Its answer could not be read.",
        ),
    ],
)
async def test_a_conflict_is_told_by_what_is_there(
    answers: Answers, sender: AirflowSender, found: Said, error: str
) -> None:
    answers.on("POST", "dagRuns", said(409, {}))
    answers.on("GET", NAME, found)

    assert (await sender.send(PARCEL)).error == error


async def test_words_that_cannot_be_stored_are_replaced(
    answers: Answers, sender: AirflowSender
) -> None:
    answers.on("POST", "dagRuns", said(200, RUN | {"state": "a\0b"}))
    failed = [{"task_id": "c\ud800\0d" + "e" * 999, "state": "failed"}]
    answers.on("GET", "taskInstances", said(200, {"task_instances": failed}))

    made = (await sender.send(PARCEL)).outcome
    assert made is not None
    assert made["state"] == "a\ufffdb"

    answers.on("GET", NAME, said(200, RUN | {"state": "failed"}))
    outcome = await sender.follow(made)
    assert outcome is not None
    assert outcome["failed_tasks"] == ["c\ufffd\ufffdd" + "e" * 246]


KNOWN: dict[str, Any] = {
    "kind": "dag_run",
    "dag_id": "before",
    "run_id": NAME,
    "state": "running",
    "failed_tasks": [],
    "url": f"{URL}/dags/before/runs/{NAME}",
}


@pytest.mark.parametrize(
    "answer",
    [
        said(200, b'{"dag_run_id": "ringb'),
        said(200, RUN | {"state": None}),
        said(404, b"No such page"),
        said(502),
    ],
)
async def test_an_answer_that_does_not_say_how_a_run_fares_changes_nothing(
    answers: Answers, sender: AirflowSender, answer: Said
) -> None:
    answers.on("GET", NAME, answer)

    assert await sender.follow(KNOWN) is None


@pytest.mark.parametrize("tasks", [b'{"task_instances": [{"task', b"{}", b"[]"])
async def test_a_failed_run_is_told_of_once_its_failed_tasks_are_known(
    answers: Answers, sender: AirflowSender, tasks: bytes
) -> None:
    answers.on("GET", NAME, said(200, RUN | {"state": "failed"}))
    answers.on("GET", "taskInstances", said(200, tasks))

    assert await sender.follow(KNOWN) is None
    assert answers.asked[-1].url.params.get_list("state") == ["failed", "upstream_failed"]


async def test_a_run_is_looked_for_at_the_dag_it_is_of(
    answers: Answers, sender: AirflowSender, open_at: Callable[..., AirflowSender]
) -> None:
    answers.on("GET", NAME, said(200, RUN | {"state": "success"}))

    outcome = await sender.follow(KNOWN)

    assert outcome == KNOWN | {"state": "success"}
    assert answers.asked[-1].url.path == f"/api/v2/dags/before/dagRuns/{NAME}"
    answers.on("GET", NAME, GONE)
    assert await sender.follow(KNOWN) == KNOWN | {"state": "removed"}
    assert sender.has_made(KNOWN)
    assert not open_at(url="http://another.example.com").has_made(KNOWN)


async def test_many_that_need_a_login_log_in_once(
    answers: Answers, open_at: Callable[..., AirflowSender]
) -> None:
    answers.on("POST", "token", said(201, {"access_token": "a token"}))
    answers.on("GET", NAME, said(200, RUN))
    sender = open_at(username="ann", password="secret")

    await asyncio.gather(*(sender.follow(KNOWN) for _ in range(20)))

    assert [request.url.path for request in answers.asked].count("/auth/token") == 1
    assert len(answers.asked) == 21
