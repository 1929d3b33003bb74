"""What must never be in a log: keys, passwords, tokens, phone numbers, what was said on a call."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from loguru import logger

from tests.support.retell_side import SAID
from tests.support.sandbox import API_KEY
from tests.support.service import PASSWORD, SECRET

_SAID = [line.partition(": ")[2] for line in SAID]
PRIVATE = re.compile(
    "|".join(
        [
            *map(re.escape, [API_KEY, PASSWORD, SECRET, *_SAID]),
            r"\+1\d{10}\b",  # a phone number, in E.164
            r"\(?415\)?[ -]555-01\d\d\b",  # and as it is written for people
            r"eyJ[\w-]{10,}\.eyJ",  # a JSON Web Token
            r"\brb_[\w-]{16,}",  # a key of our own API
            r"\bd=[0-9a-f]{64}\b",  # a webhook's signature
            r"\$argon2",  # the hash of a password
            r"postgresql://[^ ]*:[^ ]*@",  # a database's password
        ]
    )
)


def private_parts(text: str) -> list[str]:
    """List what must not be in a log and is in this one."""
    return [found[0] for found in PRIVATE.finditer(text)]


@contextmanager
def nothing_private_logged() -> Iterator[None]:
    """Fail when something private is logged meanwhile, at whatever level."""
    _listen()
    yield
    leaks = [line for line in _lines if private_parts(line)]
    assert not leaks, f"This is private and was logged: {leaks}"


_lines: list[str] = []


def _listen() -> None:
    """Let every line go to `_lines` from now on. A new sink costs 14 ms: once is enough.

    A test may have set logging up anew, so that the sink is gone.
    """
    _lines.clear()
    logger.trace("Is anybody listening?")
    if not _lines:
        form = "{level} {message} {extra}\n{exception}"
        logger.add(_lines.append, level="TRACE", format=form, diagnose=False)
