"""`ringback admin erasure …`: checking receipts, without a database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from backend.cli import startup
from backend.platform.settings import load_settings
from backend.retention import receipts

erasures = typer.Typer(help="Erasures and their receipts.", no_args_is_help=True)


@erasures.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt, as JSON.", exists=True)],
    *,
    public_key: Annotated[
        str | None,
        typer.Option(help="Of who signs, in base64. Default: this installation's."),
    ] = None,
) -> None:
    """Say whether a receipt is genuine and unchanged. Needs no database; 1 when it is not."""
    keys = _own_keys() if public_key is None else [_read_key(public_key)]
    try:
        receipt = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        receipt = None
    complaint = receipts.complaint_about(receipt, keys)
    if complaint is not None:
        typer.echo(f"Not valid. {complaint}", err=True)
        raise typer.Exit(1)
    payload = receipt["payload"]
    typer.echo(
        f"Valid. Erasure {payload.get('erasure_id')} of {payload.get('organisation')}, "
        f"completed at {payload.get('completed_at')}."
    )


@erasures.command()
def key() -> None:
    """Print the public key that receipts are checked with."""
    typer.echo(receipts.as_text(_own_keys()[0]))


def _own_keys() -> list[bytes]:
    return receipts.public_keys(startup.secret_keys(load_settings()))


def _read_key(text: str) -> bytes:
    try:
        return receipts.from_text(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
