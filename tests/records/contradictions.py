"""Asking the rules about one value of a field and the quote it is said to be from."""

from typing import Any

from backend.grounding.agreement.english import contradiction
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.fields import Scalar, read_schema


def contradicted(
    schema: dict[str, Any], value: Any, quote: str, *, name: str = "value", **around: Any
) -> str | None:
    root = read_schema({"type": "object", "properties": {name: schema}})
    field = root.members[name]
    assert isinstance(field, Scalar)
    return contradiction(field, Evidenced(name=name, value=value, quote=quote, **around))
