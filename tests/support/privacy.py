"""What must never be in a log: keys, passwords, tokens, phone numbers, what was said on a call."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
    lines: list[str] = []
    form = "{level} {message} {extra}\n{exception}"
    sink = logger.add(lines.append, level="TRACE", format=form, diagnose=False)
    try:
        yield
    finally:
        with suppress(ValueError):  # the test has set logging up anew
            logger.remove(sink)
    leaks = [line for line in lines if private_parts(line)]
    assert not leaks, f"This is private and was logged: {leaks}"
