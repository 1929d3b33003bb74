"""The log: text for people, JSON for machines, and ids that lead from a request to its jobs."""

import json
import logging
from collections.abc import Iterator

import pytest
from loguru import logger

from backend.platform.logging import configure_logging
from backend.platform.outages import Outage
from backend.platform.settings import LogSettings
from tests.support.customers import Customer
from tests.support.jobs import Queue
from tests.support.service import Service


@pytest.fixture
def configured() -> Iterator[None]:
    """Put the log of the tests back afterwards."""
    yield
    configure_logging(LogSettings(level="WARNING"))


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("configured")
def test_text_is_one_line_with_the_fields_after_the_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(LogSettings(level="INFO"))

    logger.info("call.dialled", call_id="0199", attempt=2)

    (line,) = said(capsys)
    assert line.endswith("INFO    call.dialled call_id=0199 attempt=2")


@pytest.mark.usefixtures("configured")
def test_a_failure_that_uvicorn_logs_as_it_is_can_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(LogSettings(level="INFO"))

    failure = OSError(98, "address already in use")
    # By no logger of that name: servers of other tests may have set its level.
    told = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, failure, None, None)
    logging.getLogger().handle(told)

    (line,) = said(capsys)
    assert "address already in use" in line


@pytest.mark.usefixtures("configured")
def test_braces_and_markup_in_a_value_are_only_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="INFO"))

    logger.info("retell.refused", reason="<red>{extra[secret]}</red>")

    assert said(capsys)[0].endswith("reason=<red>{extra[secret]}</red>")


@pytest.mark.usefixtures("configured")
def test_a_value_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="INFO"))

    logger.info("retell.refused", reason="no\n12:00:00.000 INFO    admin.created")

    assert len(said(capsys)) == 1


@pytest.mark.usefixtures("configured")
def test_json_is_one_object_for_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="INFO", format="json"))

    logger.info("call.dialled", call_id="0199")
    logging.getLogger("some.library").warning("careful: %s", "{thing}")

    lines = [json.loads(line) for line in said(capsys)]
    assert [line.pop("at")[-6:] for line in lines] == ["+00:00", "+00:00"]
    assert lines == [
        {"level": "INFO", "event": "call.dialled", "call_id": "0199"},
        {"level": "WARNING", "event": "careful: {thing}"},
    ]


@pytest.mark.usefixtures("configured")
def test_json_has_a_traceback_in_its_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="INFO", format="json"))

    try:
        int("x")
    except ValueError:
        logger.exception("job.failed", attempt=3)

    (line,) = [json.loads(line) for line in said(capsys)]
    assert (line["event"], line["attempt"]) == ("job.failed", 3)
    assert "ValueError" in line["exception"]
    assert "test_logging.py" in line["exception"]


@pytest.mark.usefixtures("configured")
def test_an_outage_is_told_when_it_begins_and_when_it_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(LogSettings(level="INFO"))
    outage = Outage("feed.database")

    outage.ends()
    for _ in range(100):
        outage.goes_on(OSError("no\nroute"))
    outage.ends()
    outage.ends()
    outage.goes_on(TimeoutError())

    lost, back, again = said(capsys)
    assert "feed.database_lost reason=OSError" in lost
    assert "feed.database_back after_seconds=0" in back
    assert "feed.database_lost reason=TimeoutError" in again


@pytest.mark.usefixtures("configured")
def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="ERROR"))

    logger.warning("job.retried")
    logging.getLogger("some.library").warning("careful")

    assert said(capsys) == []


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("library", ["httpx", "httpcore", "openai", "instructor", "pgqueuer"])
def test_libraries_that_would_tell_what_was_sent_are_quiet(
    capsys: pytest.CaptureFixture[str], library: str
) -> None:
    configure_logging(LogSettings(level="TRACE"))

    logging.getLogger(f"{library}.client").info("POST /v2/create-phone-call +14155550100")

    assert said(capsys) == []


@pytest.mark.usefixtures("configured")
def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="INFO"))
    secret, nothing = "swordfish", ""

    try:
        nothing[len(secret)]
    except IndexError:
        logger.exception("job.failed")

    lines = said(capsys)
    assert "IndexError: string index out of range" in lines
    assert not any("swordfish" in line for line in lines)


async def test_a_request_is_answered_with_its_id(customer: Customer) -> None:
    given = await customer.client.get("/health", headers={"X-Request-ID": "request-1"})
    made = await customer.client.get("/health")

    assert given.headers["x-request-id"] == "request-1"
    assert len(made.headers["x-request-id"]) >= 32


async def test_the_jobs_of_a_request_carry_its_id(api: Service) -> None:
    agent = await api.published_agent()
    queue = Queue("", api.sessions)
    await queue.fetch("delete from pgqueuer returning 1")

    await api.post(
        "/calls",
        {"agent_id": agent["id"], "to_number": "+14155550100"},
        **{"X-Request-ID": "request-1"},
    )

    headers = await queue.fetch("select headers->>'request_id' from pgqueuer")
    assert {request_id for (request_id,) in headers} == {"request-1"}
