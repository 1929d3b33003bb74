"""Running an operator's command on the database that the settings name."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from backend.cli import startup
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.logging import configure_logging
from backend.platform.settings import Settings, load_settings

Organisation = Annotated[str, typer.Option("--org", help="Slug of the organisation.")]
Work = Callable[[Sessions, Settings], Coroutine[Any, Any, None]]


def with_database(work: Work) -> None:
    """Run some work; it gets the settings with what may be left out filled in."""
    settings = load_settings()
    configure_logging(settings.log)
    startup.refuse_no_database(settings)
    with startup.ready_settings(settings) as ready:
        startup.refuse_old_tables(ready)
        asyncio.run(_with_sessions(ready, work))


async def _with_sessions(settings: Settings, work: Work) -> None:
    from backend.wiring import build

    engine = db.create_engine(settings.database)
    try:
        await work(db.create_sessions(engine, build(settings)), settings)
    finally:
        await engine.dispose()
