"""Reading problem documents."""

from typing import Any

import httpx


def problem_of(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that a response is this problem, in the form of RFC 9457, and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"urn:ringback:problem:{code}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def pointers(document: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in document["errors"]]
