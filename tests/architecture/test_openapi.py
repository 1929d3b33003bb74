"""The API describes itself: nobody should have to read the code to use it."""

import json
from pathlib import Path
from typing import Any

OPENAPI: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8")
)
OPERATIONS = [
    (f"{method} {path}", operation)
    for path, operations in OPENAPI["paths"].items()
    for method, operation in operations.items()
]


def test_every_path_says_what_it_does() -> None:
    assert [name for name, each in OPERATIONS if not each.get("description")] == []


def test_every_parameter_is_described() -> None:
    assert [
        f"{name}: {parameter['name']}"
        for name, operation in OPERATIONS
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ] == []


def test_every_field_is_described() -> None:
    assert [
        f"{name}.{field}"
        for name, schema in OPENAPI["components"]["schemas"].items()
        for field, members in schema.get("properties", {}).items()
        if not members.get("description") and "$ref" not in members
    ] == []
