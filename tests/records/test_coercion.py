"""Mending how a value is written must not make one up."""

import pytest

from backend.grounding.fields import Scalar
from backend.records.coercion import coerced


def test_no_answer_stays_none_where_a_choice_is_called_none() -> None:
    field = Scalar(kind="string", choices=("none", "some"), is_nullable=True)

    assert coerced(None, field) is None
    assert coerced("None", field) == "none"


def test_a_choice_is_found_whatever_its_case_and_joints() -> None:
    field = Scalar(kind="string", choices=("in_transit", "arrived"))

    assert coerced("In transit", field) == "in_transit"
    assert coerced("elsewhere", field) == "elsewhere"


@pytest.mark.parametrize("text", ["N/A", "n/a", "none", "Unknown", "not mentioned", "null", " "])
def test_a_word_for_nothing_is_no_value(text: str) -> None:
    assert coerced(text, Scalar(kind="string")) is None
    assert coerced(text, Scalar(kind="integer")) is None
