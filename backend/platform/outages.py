"""Telling of what is away: when it goes and when it is back, and not at every try in between."""

import time

from loguru import logger


class Outage:
    """One thing that this process needs. Its log lines are `<name>_lost` and `<name>_back`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._since: float | None = None

    def goes_on(self, error: Exception) -> None:
        """Note a try that failed. The first of a row is told."""
        level = "WARNING" if self._since is None else "DEBUG"
        self._since = self._since or time.monotonic()
        # What a driver says may take lines, and only the kind of it is news.
        logger.log(level, f"{self._name}_lost", reason=type(error).__name__)

    def ends(self) -> None:
        """Note a try that went well."""
        if self._since is not None:
            seconds = round(time.monotonic() - self._since, 1)
            logger.info(f"{self._name}_back", after_seconds=seconds)
            self._since = None
