"""What is told of several calls at once is masked as each of them says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import given, strategies as st

from backend.platform.people import masks

MASKED = [UUID(int=n) for n in (1, 2, 3)]
OTHER = UUID(int=9)


@dataclass(frozen=True)
class Marking:
    """Marks all text, but for ids, with whose mask it was."""

    mark: str

    def text(self, text: str) -> str:
        return text if text.startswith("0000") else f"{self.mark}:{text}"

    def value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.value(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, name) for each in value]
        return self.text(value) if isinstance(value, str) else value

    def turns(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [self.value(dict(turn)) for turn in turns]

    def silences(self, _turns: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
        return []


MASKS = {id_: Marking(str(id_.int)) for id_ in MASKED}
_ids = st.sampled_from([str(id_) for id_ in (*MASKED, OTHER)])
_names = st.sampled_from(["text", "turns", "calls", "record"])
told = st.recursive(
    st.sampled_from(["said", "seen", 3, None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(
            st.dictionaries(_names, inner, max_size=3),
            st.dictionaries(st.sampled_from(["id", "call_id"]), _ids, max_size=1),
        ).map(lambda two: two[0] | two[1])
    ),
    max_leaves=12,
)


def by_the_nearest(value: Any, mask: Marking | None) -> Any:
    """Mask each text by the nearest object around it that names a masked call."""
    if isinstance(value, dict):
        named = [MASKS[UUID(value[key])] for key in ("call_id", "id") if _is_masked(value, key)]
        inner = named[0] if named else mask
        return {key: by_the_nearest(each, inner) for key, each in value.items()}
    if isinstance(value, list):
        return [by_the_nearest(each, mask) for each in value]
    return value if mask is None else mask.value(value)


def _is_masked(value: dict[str, Any], key: str) -> bool:
    return key in value and UUID(value[key]) in MASKS


@given(told, st.sampled_from([None, MASKS[MASKED[0]]]))
def test_each_text_is_masked_by_the_call_that_it_is_about(value: Any, mask: Marking | None) -> None:
    before = json.dumps(value)

    assert masks.masked(value, MASKS, mask) == by_the_nearest(value, mask)
    assert json.dumps(value) == before


@given(told)
def test_all_calls_that_are_named_are_asked_about(value: Any) -> None:
    named = {str(id_) for id_ in masks.ids_in(value)}

    assert named == {str(id_) for id_ in (*MASKED, OTHER) if str(id_) in json.dumps(value)}
