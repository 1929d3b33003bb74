"""Every command of `ringback`, and how they end: 0 well, 1 failed, 2 wrong settings or usage.

Each command imports what it needs: the whole service takes seconds, and `--help` none of it.
"""

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from rich.console import Console
from rich.text import Text

from backend.platform.errors import AppError

if TYPE_CHECKING:
    from backend.platform.settings import GivenSettings, Settings

app = typer.Typer(
    help="Ringback: between your company and its voice agents on Retell. "
    "Settings come from the environment and from .env; see .env.example.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console(stderr=True, highlight=False)

Run: TypeAlias = "Callable[[Settings], Coroutine[Any, Any, None]]"


@app.command()
def up() -> None:
    """Migrate, then run API and worker in one process. All most installations need.

    Without DATABASE_URL it starts a PostgreSQL of its own in DATA_DIR.
    """
    _start(partial(_run, api=True, worker=True), migrate=True, port=True)


@app.command()
def serve() -> None:
    """Run the API alone. As many as wanted may share one database."""
    _start(partial(_run, api=True, worker=False), port=True)


@app.command()
def worker(
    *,
    health_port: Annotated[
        int | None,
        typer.Option(help="Answer there, over HTTP: 200 while the database lets it work, or 503."),
    ] = None,
) -> None:
    """Run the worker alone: it dials, applies webhooks, makes records. As many as wanted."""
    _start(partial(_run, api=False, worker=True, health_port=health_port))


@app.command()
def migrate(
    *,
    check_roundtrip: Annotated[
        bool,
        typer.Option(help="On a throw-away database: up, compare with the code, down, up again."),
    ] = False,
    write: Annotated[
        str | None, typer.Option(help="For developers: write the migration for changed models.")
    ] = None,
) -> None:
    """Bring the database's tables up to date. Running it twice changes nothing."""
    from backend.cli import startup
    from backend.platform import db, migrations
    from backend.platform.embedded_postgres.server import embedded_postgres
    from backend.platform.logging import configure_logging
    from backend.platform.settings import load_settings

    if check_roundtrip or write is not None:
        with (
            tempfile.TemporaryDirectory() as folder,
            embedded_postgres(Path(folder), durable=False, supervised=False) as dsn,
        ):
            if write is not None:
                migrations.write(dsn, write)
            else:
                migrations.check_roundtrip(dsn)
        return
    settings = load_settings()
    configure_logging(settings.log)
    with startup.ready_settings(settings) as ready:
        asyncio.run(db.check_connection(ready.database))
        startup.migrate(ready)
    console.print(f"The database is at revision {migrations.head()}.")


@app.command(name="demo")
def run_demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Place one call, show it live, and end.")
    ] = False,
    scenario: Annotated[
        str, typer.Option(help="With --once: which call to play; see docs/sandbox.md.")
    ] = "driver_check_in",
    speed: Annotated[
        float, typer.Option(min=0.1, max=1000, help="How much faster than life calls play.")
    ] = 1.0,
    calls: Annotated[
        bool, typer.Option(help="Place a few calls at the first start, for a board to look at.")
    ] = True,
    await_ui: Annotated[
        bool, typer.Option(help="Say where it runs when the admin UI, which is being built, is.")
    ] = False,
) -> None:
    """Try everything without an account: simulated Retell and language model, example agents."""
    from backend.platform.settings import load_settings

    with _uncollected():
        from backend.cli import demo

    with ExitStack() as stack:
        settings = load_settings()
        # One call leaves nothing behind; the running demo keeps its data from start to start.
        data_dir = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringback-")))
            if once
            else settings.data_dir / "demo"
        )
        settings = demo.settings_for_demo(settings, stack, speed=speed, data_dir=data_dir)
        if once:
            settings = demo.quiet(settings)
            _start(lambda ready: demo.run_once(ready, scenario), base=settings, migrate=True)
        else:
            run = partial(demo.run, with_calls=calls, await_ui=await_ui)
            _start(run, base=settings, migrate=True, port=True)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def sandbox(context: typer.Context) -> None:
    """Run the simulated providers alone. `ringback sandbox --help` lists its options."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "backend.sandbox", *context.args])  # noqa: S606 - ourselves


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def admin(context: typer.Context) -> None:
    """Operator commands. `ringback admin --help` lists them."""
    with _uncollected():
        from backend.cli import admin

    admin.app(context.args, prog_name="ringback admin")


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def recordings(context: typer.Context) -> None:
    """Send recordings, a folder at once. `ringback recordings import --help` says how."""
    from backend.cli import importing

    importing.app(context.args, prog_name="ringback recordings")


def _start(
    run: Run, *, base: "GivenSettings | None" = None, migrate: bool = False, port: bool = False
) -> None:
    """Get everything ready that can fail with a sentence, then run until told to stop."""
    from backend.platform.logging import configure_logging
    from backend.platform.settings import load_settings

    settings = base or load_settings()
    configure_logging(settings.log)

    with _uncollected():
        from uvicorn.loops.auto import auto_loop_factory

        from backend.cli import startup
        from backend.platform import db
        from backend.providers.runtime import check_keys

    asyncio.run(check_keys(settings))
    if port:
        startup.refuse_taken_port(settings)
    with startup.ready_settings(settings) as ready:
        asyncio.run(db.check_connection(ready.database))
        if migrate:
            startup.migrate(ready)
        else:
            startup.refuse_old_tables(ready)
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            runner.run(run(ready))


async def _run(
    settings: "Settings", *, api: bool, worker: bool, health_port: int | None = None
) -> None:
    # Last, as it takes longest: what is refused is refused before.
    with _uncollected():
        from backend.cli import running

    await running.run(settings, api=api, worker=worker, health_port=health_port)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Import without looking for garbage: what imports make stays, and looking costs a quarter."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def main() -> None:
    """Run the command line. An expected failure is a sentence, not a traceback."""
    try:
        app()
    except AppError as error:
        from backend.platform.settings import SettingsInvalid

        _explain(error)
        sys.exit(2 if isinstance(error, SettingsInvalid) else 1)
    except KeyboardInterrupt:
        sys.exit(130)


def _explain(error: AppError) -> None:
    # On one line and without markup: it may name an address such as [::1], and be in a log.
    console.print(Text(f"{error.title}.", "red"), error.detail, markup=False, soft_wrap=True)
