import pytest

from tests.records.contradictions import contradicted

MAIL = {"type": "string", "format": "email"}
SPELT = "Dana dot Wells, w e double l s, at example dot com"


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("dana.wells@example.com", SPELT),
        ("dana.wells@example.com", "d a n a dot w e l l s at example dot com"),
        ("dana.wells@example.com", "it's dana.wells@example.com, thanks"),
        ("bob77@example.org", "bob seventy seven at example dot org"),
        ("jan_lee-1@example.net", "jan underscore lee hyphen one at example dot net"),
        ("bob07@example.org", "bob oh seven at example dot org"),
        ("dana@example.com", "dana, d as in dog, at example com"),
    ],
)
def test_the_address_that_was_spelt_is_left_alone(value: str, quote: str) -> None:
    assert contradicted(MAIL, value, quote) is None


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        ("dana.wellz@example.com", "dana dot wells at example dot com"),
        ("dana.well@example.com", "dana dot wells at example dot com"),
        ("dana.wells@example.org", "dana dot wells at example dot com"),
        ("dana.wells2@example.com", "dana.wells@example.com"),
        ("bob17@example.org", "bob seventy seven at example dot org"),
        ("rob77@example.org", "b o b seven seven at example dot org"),
    ],
)
def test_an_address_that_is_a_letter_off_is_caught(value: str, quote: str) -> None:
    assert contradicted(MAIL, value, quote) is not None
