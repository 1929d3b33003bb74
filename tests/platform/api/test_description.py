"""The API's description: what generated clients are made from."""

from typing import Any

import jsonschema_rs
import pytest

from backend.main import create_app
from backend.platform.api.description import example_of
from backend.platform.settings import Settings


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    described: dict[str, Any] = create_app(Settings.model_construct(cors_origins=())).openapi()
    return described


def test_every_operation_has_a_name_of_its_own_without_its_path(document: dict[str, Any]) -> None:
    named = [each["operationId"] for path in document["paths"].values() for each in path.values()]
    assert len(named) == len(set(named))
    assert document["paths"]["/api/v1/calls"]["post"]["operationId"] == "place_call"


def test_lists_of_operations_say_what_each_does(document: dict[str, Any]) -> None:
    placing = document["paths"]["/api/v1/calls"]["post"]

    assert placing["summary"] == "Place a call"
    assert placing["description"].startswith("Place a call. It is dialled")


def test_each_request_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    unfit = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is None:
                continue
            schema = {**body["schema"], "components": document["components"]}
            if not jsonschema_rs.validator_for(schema).is_valid(body["example"]):
                unfit.append(f"{method} {path}: {body['example']}")

    assert unfit == []


def test_an_example_takes_what_is_required_and_what_somebody_gave_an_example_for() -> None:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "note": {"type": "string", "examples": ["Too late."]},
            "other": {"type": "string"},
            "items": {"type": "array", "items": {"enum": ["a"]}, "minItems": 1},
        },
        "required": ["id", "items"],
    }

    made = example_of(schema, {})

    assert list(made) == ["id", "note", "items"]
    assert (made["note"], made["items"]) == ("Too late.", ["a"])
