"""The API's OpenAPI: what operations are called, and an example of each request."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi.utils import generate_unique_id

Json = dict[str, Any]

_JSON = "application/json"
_BY_FORMAT = {
    "uuid": "01990000-0000-7000-8000-000000000000",
    "date-time": "2026-11-21T16:00:00Z",
    "date": "2026-11-21",
    "email": "dana@example.com",
    "uri": "https://example.com",
}
_BY_TYPE = {"string": "text", "integer": 1, "number": 1, "boolean": False, "null": None}


def describe(app: FastAPI) -> Json:
    """Make the app's OpenAPI: operations named for clients, errors under their own media type."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": "/"}],
    )
    for operation in _operations(document):
        _say_first_sentence(operation)
        _mark_problems(operation)
        _add_example(operation, document)
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        # Generated clients name their classes by titles, which what is taken and given share.
        if name.endswith(("-Input", "-Output")):
            schema["title"] = name.replace("-", "")
    return document


class OperationIds:
    """Calls operations as their functions are: clients get `place_call`, and no path in it.

    Of two that are called alike, the one whose room comes later says of what it is.
    """

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def __call__(self, route: APIRoute) -> str:
        own = f"{sorted(route.methods or ())} {route.path_format}"
        for name in (route.name, f"{route.name}_of_{'_'.join(map(str, route.tags))}"):
            if self._owners.setdefault(name, own) == own:
                return name
        return generate_unique_id(route)


def _operations(document: Json) -> Iterator[Json]:
    for path in document["paths"].values():
        yield from path.values()


def _say_first_sentence(operation: Json) -> None:
    """Have lists of operations show what each does, in place of its name in words."""
    paragraph = operation.get("description", "").split("\n\n")[0].replace("\n", " ")
    sentence = paragraph.partition(". ")[0].strip().removesuffix(".")
    if sentence:
        operation["summary"] = sentence


def _mark_problems(operation: Json) -> None:
    content = operation["responses"].get("4XX", {}).get("content")
    if content:
        (described,) = content.values()
        content.clear()
        content["application/problem+json"] = described


def _add_example(operation: Json, document: Json) -> None:
    body = operation.get("requestBody", {}).get("content", {}).get(_JSON)
    if body and "example" not in body and "examples" not in body:
        body["example"] = example_of(body["schema"], document)


def example_of(schema: Mapping[str, Any], document: Json) -> Any:
    """Give a value that fits: the schema's own examples where it has some, else the least."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return example_of(document["components"]["schemas"][name], document)
    for choice in ("examples", "enum"):
        if schema.get(choice):
            return schema[choice][0]
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example_of(schema[choice][0], document)
    return _made_up(schema, document)


def _made_up(schema: Mapping[str, Any], document: Json) -> Any:
    kind = schema.get("type", "")
    if kind == "array":
        return [example_of(schema["items"], document)] if schema.get("minItems") else []
    if kind == "object":
        return _object(schema, document)
    return _BY_FORMAT.get(schema.get("format", "")) or _BY_TYPE.get(kind)


def _object(schema: Mapping[str, Any], document: Json) -> Json:
    """Take what is required, and what somebody gave an example for."""
    required = schema.get("required", ())
    return {
        name: example_of(member, document)
        for name, member in schema.get("properties", {}).items()
        if name in required or member.get("examples")
    }
