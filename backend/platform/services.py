"""What the application makes at start and routes work with, found by its type."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from fastapi import FastAPI, Request

T = TypeVar("T")


class Services:
    def __init__(self) -> None:
        self._of_kind: dict[type, object] = {}

    def put(self, kind: type[T], service: T) -> None:
        """Have a service used by all who ask for its kind."""
        self._of_kind[kind] = service

    def find(self, kind: type[T]) -> T | None:
        """Return the service of a kind, or None before it is made."""
        return cast("T | None", self._of_kind.get(kind))

    def get(self, kind: type[T]) -> T:
        """Return the service of a kind; it is a mistake of ours when there is none."""
        service = self.find(kind)
        if service is None:
            raise LookupError(f"There is no {kind.__name__} yet.")
        return service


def services_of(app: FastAPI) -> Services:
    """Return the services of an application; made with the first that is asked for or put."""
    if not hasattr(app.state, "services"):
        app.state.services = Services()
    return cast("Services", app.state.services)


def provided(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """Make a dependency of routes: the service of a kind.

    It is a coroutine, as all dependencies here: FastAPI runs functions in threads, which takes far
    longer.
    """

    async def get(request: Request) -> T:
        return services_of(request.app).get(kind)

    return get
