"""`ringback admin eval`: how good a model and a schema are, on records people vouch for."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console

from backend.auth import service as auth
from backend.auth.organisations import OrganisationSettings
from backend.cli import startup
from backend.evaluation import golden, reading
from backend.evaluation.golden import Evaluation, GoldenCall
from backend.evaluation.reading import ReadingTrial
from backend.platform import db
from backend.platform.logging import configure_logging
from backend.platform.settings import Settings, load_settings
from backend.providers.runtime import Runtime, open_runtime
from backend.wiring import build


def evaluate(  # noqa: PLR0913 - the options of a command
    agent: Annotated[UUID | None, typer.Option(help="Whose records to try.")] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Try this version of the agent, not each call's own.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A golden file instead of an agent.", exists=True),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Try this model, as provider/model.")] = None,
    org: Annotated[str, typer.Option("--org", help="Slug of the organisation.")] = auth.DEFAULT_ORG,
    *,
    second_reading: Annotated[
        bool,
        typer.Option(
            "--second-reading",
            help="Instead of records, try how good a second reader the model is: on lies of "
            "meaning in four languages, and on right values.",
        ),
    ] = False,
    most: Annotated[
        int, typer.Option(min=1, help="With --second-reading: values of each kind and language.")
    ] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not a table.")] = False,
) -> None:
    """Extract again where the truth is known; count what is exact, wrong, missing and invented.

    Nothing is stored. A line of a golden file has `id`, `turns`, `record_schema` and `data`, and
    may have `instructions`, `variables`, `started_at`, `time_zone`, `language` and
    `extraction_model`.
    """
    if [agent is not None, file is not None, second_reading].count(True) != 1:
        raise typer.BadParameter("Give one of --agent, --file and --second-reading.")
    settings = load_settings()
    configure_logging(settings.log)
    startup.refuse_no_database(settings)
    with startup.ready_settings(settings) as ready:
        if agent is not None:
            startup.refuse_old_tables(ready)
        if second_reading:
            trial = asyncio.run(_try_reader(ready, model, most))
            _print(trial.as_json(), partial(reading.show, trial), as_json=as_json)
        else:
            evaluation = asyncio.run(_evaluate(ready, file, (agent, version), model, org))
            _print(evaluation.as_json(), partial(golden.show, evaluation), as_json=as_json)


def _print(found: dict[str, Any], show: Callable[[Console], None], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        show(Console())


async def _try_reader(settings: Settings, model: str | None, most: int) -> ReadingTrial:
    async with _opened(settings) as runtime:
        return await reading.try_reader(runtime, reading.choose(most), model=model)


async def _evaluate(
    settings: Settings,
    file: Path | None,
    of_agent: tuple[UUID | None, int | None],
    model: str | None,
    org: str,
) -> Evaluation:
    async with _opened(settings) as runtime:
        agent, version = of_agent
        if agent is None:
            calls, own_runtime = _read(file), runtime
        else:
            async with db.transaction(runtime.sessions) as session:
                found = await auth.get_organisation(session, org)
                calls = await golden.list_golden(session, found.id, agent, version)
            own_runtime = await runtime.of(found.id)
        if not calls:
            raise typer.BadParameter("There are no corrected or approved records to try.")
        return await golden.evaluate(own_runtime, calls, model=model)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Runtime]:
    """Open what models are asked with. Retell is not, and an organisation may have its own key."""
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    try:
        own_settings = OrganisationSettings(settings, sessions)
        async with open_runtime(settings, sessions, own_settings, refuses=False) as runtime:
            yield runtime
    finally:
        await engine.dispose()


def _read(file: Path | None) -> list[GoldenCall]:
    assert file is not None  # noqa: S101 - looked at before
    try:
        return golden.read_golden(file.read_text("utf-8"))
    except ValidationError as error:
        errors = error.errors(include_input=False)
        places = sorted({".".join(map(str, item["loc"])) for item in errors})
        raise typer.BadParameter(f"{file} is no golden file: see {', '.join(places)}.") from None
