"""One log, by loguru, for our own lines and for those of the libraries.

Messages are fixed event names (`call.dialled`); values are bound fields. Transcripts, prompts,
phone numbers, keys and provider payloads are never logged.
"""

import json
import logging
import sys
from datetime import UTC
from typing import TYPE_CHECKING

from asgi_correlation_id import correlation_id
from loguru import logger

from backend.platform.settings import LogSettings

if TYPE_CHECKING:
    from loguru import Message, Record

# Libraries whose own lines say nothing an operator needs, or show what must stay private.
_QUIET = {
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpcore2": logging.WARNING,
    "openai": logging.WARNING,
    "instructor": logging.CRITICAL,
    "retell": logging.WARNING,
    "pgqueuer": logging.CRITICAL,
    "uvicorn": logging.WARNING,
    "alembic": logging.WARNING,
    "sse_starlette": logging.WARNING,
}


class _Intercept(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "uvicorn.error" and str(record.msg).startswith(_SAID_ALREADY):
            return
        level = record.levelname if record.levelname in _LEVELS else record.levelno
        logger.opt(exception=record.exc_info).log(level, "{}", record.getMessage())


# A failed request has been logged as `request.failed`, with its id and the same traceback. Requests
# that are none are counted: whoever sends them should not be able to fill the log.
_SAID_ALREADY = (
    "Exception in ASGI application",
    "Invalid HTTP request received.",
    "Unsupported upgrade request.",
)
_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


def _text_line(record: "Record") -> str:
    fields = "".join(
        f" {key}={{extra[{key}]{_conversion(value)}}}" for key, value in record["extra"].items()
    )
    return (
        "<dim>{time:HH:mm:ss.SSS}</dim> <level>{level:<7}</level> {message}"
        f"<dim>{fields}</dim>\n{{exception}}"
    )


def _conversion(value: object) -> str:
    """Show a value with line breaks or control characters as a literal: it must not forge lines."""
    return "" if str(value).isprintable() else "!r"


def _traceback(_record: "Record") -> str:
    """Have loguru format nothing but the traceback; the rest is in the record."""
    return "{exception}"


def _write_json(message: "Message") -> None:
    """Write one flat object: when, how bad, what, and the event's own fields beside them."""
    record = message.record
    line = {
        "at": record["time"].astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": record["level"].name,
        "event": record["message"],
        **{name: value for name, value in record["extra"].items() if name not in _OWN},
    }
    if record["exception"] is not None:
        line["exception"] = str(message)
    sys.stderr.write(json.dumps(line, default=str, ensure_ascii=False) + "\n")


_OWN = {"at", "level", "event"}


def _add_request_id(record: "Record") -> None:
    if (request_id := correlation_id.get()) is not None:
        record["extra"].setdefault("request_id", request_id)


def configure_logging(settings: LogSettings) -> None:
    """Send everything to stderr, as text for people or as JSON lines for machines."""
    logger.remove()
    logger.configure(patcher=_add_request_id)
    # `diagnose` would print the values of local variables into tracebacks.
    if settings.format == "json":
        logger.add(_write_json, level=settings.level, format=_traceback, diagnose=False)
    else:
        logger.add(sys.stderr, level=settings.level, format=_text_line, diagnose=False)
    logging.basicConfig(handlers=[_Intercept()], level=logging.INFO, force=True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
