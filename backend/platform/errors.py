"""The kinds of failure. Each room names its own failures as subclasses of these.

`problems` turns kinds into HTTP statuses, `jobs` turns them into retry or give up.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeAlias


class FieldError(NamedTuple):
    """One thing wrong with the input: where (a JSON pointer) and what."""

    pointer: str
    message: str


Member: TypeAlias = str | int | Mapping[str, str] | Sequence[str] | None


def pointer_to(*path: str | int) -> str:
    """Write a path as a JSON pointer (RFC 6901): `/variables/driver_name`."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def pointer_into(document: Any, path: Sequence[str | int], *, is_missing: bool = False) -> str:
    """Write where in a document something is wrong, of the path in which pydantic gives it.

    Pydantic puts the names of a union's alternatives between the real members; those lead nowhere
    and are left out. What `is_missing` is a member that is not there, and stays.
    """
    found: list[str | int] = []
    for place, part in enumerate(path):
        members = dict(enumerate(document)) if isinstance(document, list) else document
        if isinstance(members, Mapping) and part in members:
            document = members[part]
        elif not (is_missing and place == len(path) - 1):
            continue
        found.append(part)
    return pointer_to(*found)


class AppError(Exception):
    """An expected failure, with a message that is safe to show the caller.

    `detail` is a sentence about this occurrence; `errors` says which inputs are wrong; further
    keywords become members of the problem document.
    """

    code: ClassVar[str] = "unexpected"
    title: ClassVar[str] = "Unexpected failure"

    def __init__(
        self, detail: str, *, errors: Sequence[FieldError] = (), **members: Member
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.members = members


class Unauthenticated(AppError):
    code, title = "unauthenticated", "Authentication is needed"


class Forbidden(AppError):
    code, title = "forbidden", "This is not allowed"


class NotFound(AppError):
    code, title = "not-found", "There is no such thing"


class Conflict(AppError):
    code, title = "conflict", "This conflicts with what is already there"


class PreconditionFailed(AppError):
    """What the request was made for has changed meanwhile."""

    code, title = "precondition-failed", "This has been changed meanwhile"


class Rejected(AppError):
    """Well-formed, but cannot be done."""

    code, title = "rejected", "This cannot be done"


class TooLarge(AppError):
    code, title = "too-large", "The request is too large"


class UnsupportedKind(AppError):
    """What was sent is of a kind that nothing can be done with."""

    code, title = "unsupported-kind", "Nothing can be done with files of this kind"


class Retryable(AppError):
    """A failure that may pass by itself. `retry_after` is in seconds, when it is known."""

    def __init__(
        self,
        detail: str,
        *,
        retry_after: float | None = None,
        errors: Sequence[FieldError] = (),
        **members: Member,
    ) -> None:
        super().__init__(detail, errors=errors, **members)
        self.retry_after = retry_after


class NotYet(Retryable):
    """What is needed is busy with others. Nothing has failed, so a job may come again for long."""

    code, title = "not-yet", "What is needed is busy with others"


class TooMany(Retryable):
    code, title = "too-many-requests", "Too many requests"


class UpstreamFailed(Retryable):
    code, title = "upstream-failed", "A service this one depends on failed"


class UpstreamTimedOut(Retryable):
    code, title = "upstream-timed-out", "A service this one depends on did not answer in time"


class Unavailable(Retryable):
    code, title = "unavailable", "The service cannot do this right now"
