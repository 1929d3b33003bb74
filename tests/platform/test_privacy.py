"""The watch over every test's log sees what must not be there."""

import pytest
from loguru import logger

from tests.support.privacy import nothing_private_logged, private_parts
from tests.support.retell_side import SAID
from tests.support.sandbox import API_KEY
from tests.support.service import PASSWORD, SECRET

PLANTED = [
    API_KEY, PASSWORD, SECRET, SAID[-1], "+14155550100", "(415) 555-0100",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "d=" + "0f" * 32, "$argon2id$v=19$m=8",
    "postgresql://ringback:secret@db.example.com/ringback",
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_private_is_found_wherever_it_stands_in_the_log(planted: str) -> None:
    assert private_parts(f"call.dialled number={planted}")

    with pytest.raises(AssertionError), nothing_private_logged():
        logger.bind(detail={"of": planted}).debug("planted.as_a_field")


def _log_a_failure(message: str) -> None:
    logger.opt(exception=ValueError(message)).error("planted.in_a_traceback")


def test_a_traceback_is_searched_too() -> None:
    with pytest.raises(AssertionError), nothing_private_logged():
        _log_a_failure("no such number: +14155550100")


def test_what_is_not_private_is_left_alone() -> None:
    line = "call.dialled call_id=0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b attempt=1 seconds=0.15551234"
    assert private_parts(line) == []
