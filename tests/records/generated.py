"""Record schemas of every kind in the subset, and data that fits them or nearly does."""

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True) | st.sampled_from(
    ["json", "schema", "model_config", "class", "value", "quote", "turns", "copy"]
)
TEXTS = st.text(alphabet="abcxyzé \u6211", max_size=6)
PATTERNS = st.sampled_from(["^[a-z]+$", "b", "^(x|y)", "c$", "^.{2,3}$"])
WHOLE = st.integers(-5, 15)
NUMBERS = WHOLE | st.floats(-5, 15, allow_nan=False).map(lambda value: round(value, 2))


@st.composite
def scalars(draw: st.DrawFn) -> Schema:
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean"]))
    schema: Schema = {"type": kind}
    values = {"string": TEXTS, "integer": WHOLE, "number": NUMBERS}.get(kind)
    if values is not None and draw(st.booleans()):
        schema["enum"] = draw(st.lists(values, min_size=1, max_size=4, unique=True))
    elif kind == "string":
        least = draw(st.integers(0, 3))
        schema |= {"minLength": least} if draw(st.booleans()) else {}
        schema |= {"maxLength": least + 2} if draw(st.booleans()) else {}
        schema |= {"pattern": draw(PATTERNS)} if draw(st.booleans()) else {}
    elif kind != "boolean":
        low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
        lower = draw(st.sampled_from(["minimum", "exclusiveMinimum", None]))
        upper = draw(st.sampled_from(["maximum", "exclusiveMaximum", None]))
        schema |= {name: bound for name, bound in ((lower, low), (upper, high)) if name}
    return schema


@st.composite
def nullable(draw: st.DrawFn, schemas: st.SearchStrategy[Schema]) -> Schema:
    schema = draw(schemas)
    match draw(st.sampled_from(["no", "type", "anyOf"])):
        case "type":
            enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
            return {**schema, "type": [schema["type"], "null"], **enum}
        case "anyOf":
            return {"anyOf": [schema, {"type": "null"}]}
    return schema


def lists(items: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    counts = st.sampled_from([{}, {"minItems": 1}, {"maxItems": 2}, {"minItems": 1, "maxItems": 3}])
    return st.builds(lambda item, limits: {"type": "array", "items": item, **limits}, items, counts)


@st.composite
def objects(draw: st.DrawFn, fields: st.SearchStrategy[Schema], *, min_size: int = 1) -> Schema:
    properties = draw(st.dictionaries(NAMES, fields, min_size=min_size, max_size=4))
    required = [name for name in properties if draw(st.booleans())]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def record_schemas() -> st.SearchStrategy[Schema]:
    inner = objects(nullable(scalars()))
    fields = nullable(scalars() | lists(scalars()) | inner | lists(inner))
    return objects(fields, min_size=0)


def fitting(schema: Schema) -> st.SearchStrategy[Any]:
    """Make values of the right type, most of which keep to the rules."""
    if "anyOf" in schema:
        return fitting(schema["anyOf"][0]) | st.none()
    if isinstance(schema["type"], list):
        return fitting({**schema, "type": schema["type"][0]}) | st.none()
    if "enum" in schema:
        return st.sampled_from([value for value in schema["enum"] if value is not None])
    if schema["type"] == "object":
        return _members(schema)
    if schema["type"] == "array":
        return st.lists(fitting(schema["items"]), max_size=3)
    return _scalar_values(schema)


def _scalar_values(schema: Schema) -> st.SearchStrategy[Any]:
    match schema["type"]:
        case "string":
            like = st.from_regex(schema.get("pattern", ""), alphabet="abcxyz")
            return like | TEXTS if "pattern" in schema else TEXTS
        case "integer":
            return WHOLE
        case "number":
            return NUMBERS
        case _:
            return st.booleans()


def _members(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    members = {name: fitting(inner) for name, inner in schema["properties"].items()}
    needed = {name: inner for name, inner in members.items() if name in schema["required"]}
    others = {name: inner for name, inner in members.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=others)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.just(2.0) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=3,
)


@st.composite
def spoilt(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    """Take fitting data and put anything in one place, or in none."""
    data: dict[str, Any] = draw(fitting(schema))
    if draw(st.booleans()):
        names = st.sampled_from(sorted(schema["properties"])) if schema["properties"] else NAMES
        data[draw(names | NAMES)] = draw(ANYTHING)
    return data
