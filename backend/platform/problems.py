"""Failures as RFC 9457 problem documents. Every error response of the service is made here."""

import json
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar, cast

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect

from backend.platform import errors
from backend.platform.database_failures import FAILURES, meaning_of
from backend.platform.errors import AppError, FieldError, pointer_into

E_ = TypeVar("E_", bound=Exception)

_STATUS: dict[type[AppError], HTTPStatus] = {
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.Rejected: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedKind: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.UpstreamFailed: HTTPStatus.BAD_GATEWAY,
    errors.UpstreamTimedOut: HTTPStatus.GATEWAY_TIMEOUT,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What `Retry-After` says where nobody knows.
_WAIT_SECONDS = {HTTPStatus.TOO_MANY_REQUESTS: 1, HTTPStatus.SERVICE_UNAVAILABLE: 5}

TYPE_PREFIX = "urn:ringback:problem:"


def status_of(error: AppError) -> HTTPStatus:
    """Look up the HTTP status of a failure by its kind."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        """Escape all but ASCII: what was wrong may be text that has no encoding."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def problem(
    *,
    code: str,
    title: str,
    status: int,
    detail: str,
    field_errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
    **members: object,
) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": title,
        "status": status,
        "detail": detail,
        **({} if correlation_id.get() is None else {"request_id": correlation_id.get()}),
        **{name: value for name, value in members.items() if value is not None},
    }
    if field_errors:
        body["errors"] = [error._asdict() for error in field_errors]
    return ProblemResponse(body, status, headers=headers)


async def _app_error(_request: Request, error: AppError) -> JSONResponse:
    headers = {}
    if isinstance(error, errors.Retryable):
        wait = error.retry_after or _WAIT_SECONDS.get(status_of(error))
        if wait is not None:
            headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(
        code=error.code,
        title=error.title,
        status=status_of(error),
        detail=error.detail,
        field_errors=error.errors,
        headers=headers,
        **error.members,
    )


async def _invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
    found = list(dict.fromkeys(FieldError(*_place(item, error.body)) for item in error.errors()))
    if all(item["type"] == "json_invalid" for item in error.errors()):
        return problem(
            code="malformed-json",
            title="The body is not JSON",
            status=HTTPStatus.BAD_REQUEST,
            detail="The request's body cannot be read as JSON.",
            field_errors=found,
        )
    return problem(
        code="invalid-request",
        title="The request is not valid",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail="; ".join(f"{item.pointer or '/'}: {item.message}" for item in found[:5]),
        field_errors=found,
    )


def _place(item: Any, body: Any) -> tuple[str, str]:
    """Where and what: a JSON pointer into the body, or `?name` of a query parameter."""
    where, *path = item["loc"]
    message: str = item["msg"].removeprefix("Value error, ")
    if item["type"] == "json_invalid":
        return "", f"not JSON at character {path[0] if path else 0}: {item['ctx']['error']}"
    if item["type"] == "model_attributes_type":
        message = "Must be a JSON object; a body is sent with Content-Type: application/json."
    if where == "body":
        return pointer_into(body, path, is_missing=item["type"] == "missing"), message
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    return f"{where}:{'/'.join(escaped)}", message


async def _http_exception(request: Request, error: StarletteHTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: f"There is nothing at {request.url.path}.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} does not work on {request.url.path}.",
    }
    return problem(
        code=status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        status=status,
        detail=details.get(status, str(error.detail)),
        headers=dict(error.headers or {}),
    )


async def _database_failure(request: Request, error: Exception) -> JSONResponse:
    meaning = meaning_of(error)
    if meaning is None:
        return await _surprise(request, error)
    logger.warning("request.refused_by_database", reason=meaning.code)
    return await _app_error(request, meaning)


async def _surprise(_request: Request, error: Exception) -> JSONResponse:
    logger.opt(exception=error).error("request.failed")
    return problem(
        code=AppError.code,
        title=AppError.title,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="Something went wrong here; the log has the details.",
    )


async def _client_gone(_request: Request, _error: Exception) -> Response:
    """Answer nobody: who asked has hung up before all of the request was sent."""
    logger.info("request.abandoned")
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _answer(
    app: FastAPI, kind: type[E_], handler: Callable[[Request, E_], Awaitable[Response]]
) -> None:
    """Have failures of one kind answered; Starlette types them as any exception."""
    app.add_exception_handler(kind, cast("Any", handler))


def install(app: FastAPI) -> None:
    """Render every failure of the app, the framework's own included, as a problem document."""
    _answer(app, AppError, _app_error)
    _answer(app, RequestValidationError, _invalid_request)
    _answer(app, StarletteHTTPException, _http_exception)
    app.add_exception_handler(ClientDisconnect, _client_gone)
    # Inside all other middleware, so that such an answer has their headers as well.
    app.add_middleware(ServerErrorMiddleware, handler=_surprise)
    for kind in FAILURES:
        app.add_exception_handler(kind, _database_failure)


class FieldProblem(BaseModel):
    pointer: str = Field(description="JSON pointer into the body, or `query:name`.")
    message: str = Field(description="What is wrong there, and what would be right.")


class ProblemDocument(BaseModel):
    """What every error looks like (RFC 9457). Further members say more about some of them."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Which problem it is: a URN that stays the same.")
    title: str = Field(description="The same in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time, and what to do.")
    request_id: str | None = Field(None, description="The request's id, as in the log.")
    errors: list[FieldProblem] | None = Field(
        None, description="For invalid input: each thing that is wrong."
    )


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemDocument, "description": "A problem document (RFC 9457)"}
}
