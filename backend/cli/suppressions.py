"""`ringback admin suppressions …`: what a restored database has forgotten."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from backend.auth import service as auth
from backend.cli.database import Organisation, with_database
from backend.compliance import told
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings

suppressions = typer.Typer(help="Who is not to be called.", no_args_is_help=True)

_COLUMNS = ("to_number", "scope", "source", "asked_at")


@suppressions.command()
def missing(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="What destinations were told: lines of JSON.", exists=True, dir_okay=False
        ),
    ],
    org: Organisation = auth.DEFAULT_ORG,
) -> None:
    """Say which suppressions others were told of and the database lacks; 1 when there are any.

    Those whose number is known are printed as CSV, which the import takes.
    """
    found: list[told.Told] = []
    for path in files:
        with path.open(encoding="utf-8", errors="replace") as lines:
            found.extend(told.read_told(lines))

    async def compare(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            organisation = await auth.get_organisation(session, org)
            lacking = await told.find_missing(session, organisation.id, found)
        _print(lacking)
        told_of = len({each.suppression_id for each in found})
        without = [str(each.suppression_id) for each in lacking if each.number is None]
        typer.echo(f"Told of {told_of}, missing {len(lacking)}.", err=True)
        if without:
            typer.echo(
                "Of these no number was told; ask whoever received them: " + ", ".join(without),
                err=True,
            )
        if lacking:
            raise typer.Exit(1)

    with_database(compare)


def _print(lacking: list[told.Told]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    rows = [
        (each.number, each.scope, each.source, each.asked_at) for each in lacking if each.number
    ]
    if rows:
        writer.writerows([_COLUMNS, *rows])
