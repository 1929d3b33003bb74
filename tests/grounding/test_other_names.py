"""People, cities and genres by another name; and names of which only half was said."""

import pytest

from tests.records.contradictions import contradicted

TEXT = {"type": "string"}
WORDS = frozenset({"hello", "what", "would", "you", "like"})


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("city", "Washington", "in D.C."),
        ("city", "Philadelphia", "Philly"),
        ("city", "NYC", "the Big Apple"),
        ("city", "Atlanta", "ATL"),
        ("contact_name", "Robert Miller", "Bob"),
        ("contact_name", "Robert Miller", "Bob Miller"),
        ("contact_name", "Kathryn Smith", "this is Kate Smith"),
        ("contact_name", "Amy Chen", "Dr. Amy Lee Chen"),
        ("doctor_name", "Dr. Amy Chen", "with Doctor Chen"),
        ("contact_name", "Dana Wells", "Dana, I think"),
        ("contact_name", "Tom Reed", "Tom Reid"),
        ("contact_name", "Tom Reed", "This is Tom From Acme"),
        ("genre", "Comedy", "something funny"),
        ("genre", "Science fiction", "sci-fi"),
        ("cuisine", "Mexican", "tacos"),
    ],
)
def test_another_name_for_the_same_is_left_alone(name: str, value: str, quote: str) -> None:
    heard = WORDS.union(quote.casefold().split())
    assert contradicted(TEXT, value, quote, name=name, all_words=heard) is None


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("city", "Boston", "the Big Apple"),
        ("city", "Las Vegas", "LA"),
        ("contact_name", "Dana Mills", "Dana Wells"),
        ("contact_name", "Anna Wells", "this is Dana Wells"),
        ("doctor_name", "Dr. Amy Wu", "with Dr. Amy Chen"),
        ("address", "305 Oak Street", "305 Pine"),
        ("genre", "Horror", "something funny"),
        ("cuisine", "Thai", "tacos"),
    ],
)
def test_another_name_is_caught(name: str, value: str, quote: str) -> None:
    heard = WORDS.union(quote.casefold().split())
    assert contradicted(TEXT, value, quote, name=name, all_words=heard) is not None
