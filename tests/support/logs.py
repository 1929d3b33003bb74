"""Reading what the service logs."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loguru import logger


class Log:
    """The lines logged, each as loguru's JSON: fields and tracebacks included."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def of(self, message: str) -> list[dict[str, Any]]:
        """Return the fields of each line with this message."""
        records = [json.loads(line)["record"] for line in self.lines]
        return [record["extra"] for record in records if record["message"] == message]


@contextmanager
def captured_log() -> Iterator[Log]:
    """Collect everything from the finest level up, the libraries' own lines too."""
    log = Log()
    root = logging.getLogger()
    level = root.level
    sink = logger.add(log.lines.append, level="TRACE", serialize=True, diagnose=False)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.setLevel(level)
        logger.remove(sink)
