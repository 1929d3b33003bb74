"""Choosing fields, and filling in forms."""

from typing import Any

from hypothesis import given, strategies as st

from backend.destinations import shape

DATA = {
    "call": {"id": "c1", "variables": {"driver_name": "Mike"}},
    "record": {"data": {"eta": None, "late": True, "stops": [{"city": "Reno"}, {"city": "Elko"}]}},
}


def test_chosen_paths_stay_where_they_are() -> None:
    assert shape.choose(DATA, ["call.id", "record.data.eta", "record.data.nothing"]) == {
        "call": {"id": "c1"},
        "record": {"data": {"eta": None}},
    }


def test_of_a_list_the_whole_is_taken() -> None:
    chosen = shape.choose(DATA, ["record.data.stops.1.city"])
    assert chosen == {"record": {"data": {"stops": DATA["record"]["data"]["stops"]}}}  # type: ignore[index]  # a plain literal


def test_a_path_within_a_chosen_whole_adds_nothing() -> None:
    assert shape.choose(DATA, ["call", "call.id"]) == {"call": DATA["call"]}
    assert shape.choose(DATA, ["call.id", "call"]) == {"call": DATA["call"]}


def test_a_form_keeps_types_of_whole_values_and_writes_the_others_as_text() -> None:
    form = {
        "late": "{{record.data.late}}",
        "eta": "{{ record.data.eta }}",
        "text": "{{call.variables.driver_name}}: late {{record.data.late}}, {{record.data.eta}}.",
        "cities": ["{{record.data.stops.0.city}}", 1],
        "gone": "{{record.data.nothing}}",
    }

    assert shape.fill(form, DATA) == {
        "late": True,
        "eta": None,
        "text": "Mike: late true, .",
        "cities": ["Reno", 1],
        "gone": None,
    }


def test_a_value_that_looks_like_a_form_is_not_filled() -> None:
    """What somebody says on the phone must not name paths."""
    data = {"record": {"data": {"note": "{{call.id}}"}}, "call": {"id": "secret"}}
    assert shape.fill("Said: {{record.data.note}}", data) == "Said: {{call.id}}"


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), _JSON, max_size=3), st.lists(st.text(max_size=8)))
def test_choosing_never_fails_and_gives_only_what_was_there(
    data: dict[str, Any], paths: list[str]
) -> None:
    for name, value in shape.choose(data, paths).items():
        assert name in data
        assert type(value) is type(data[name])


@given(_JSON, _JSON)
def test_filling_never_fails(form: Any, data: Any) -> None:
    shape.fill(form, {"call": data})
