"""JSON of any shape, with the texts and numbers that break readers in it."""

from hypothesis import strategies as st

# Few characters, all of them trouble: NUL, halves of a surrogate pair, separators, a bare emoji.
texts = st.text(alphabet=list("a1 é:\n\r\x00\ud83d\ude00\u2028\U0001f600"), max_size=6)
numbers = (
    st.integers(min_value=-(10**20), max_value=10**20)
    | st.floats()
    | st.sampled_from([0, -1, 2**31, 2**63, 10**400, 1714608475945, 1e308, True])
)
scalars = st.none() | st.booleans() | numbers | texts
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
