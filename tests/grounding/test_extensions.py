"""A spoken extension is kept with its phone number, as RFC 3966 writes it."""

import pytest

from backend.agents.record_schema.formats import CANONICAL
from tests.records.contradictions import contradicted

PHONE = {"type": "string", "format": "phone"}
SAID = "415 555 0100 extension one two three"


@pytest.mark.parametrize("text", ["+1 415 555 0100 ext. 123", "+14155550100;ext=123"])
def test_an_extension_is_written_behind_the_number(text: str) -> None:
    assert CANONICAL["phone"](text) == "+14155550100;ext=123"


@pytest.mark.parametrize("value", ["+14155550100", "+14155550100;ext=12"])
def test_a_number_that_lost_its_extension_is_objected_to(value: str) -> None:
    assert contradicted(PHONE, value, SAID) is not None


def test_a_number_with_its_extension_is_let_be() -> None:
    assert contradicted(PHONE, "+14155550100;ext=123", SAID) is None
