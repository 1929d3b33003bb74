"""Operator commands about records."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import service as auth
from backend.cli.database import Organisation, with_database
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.records import service
from backend.records.models import BY_A_PERSON, RecordStatus
from backend.records.service import RecordFilter

records = typer.Typer(help="Records of calls.", no_args_is_help=True)
_PAGE = 200


@records.callback()
def _group() -> None:
    """Keep `extract` a command of its own while it is the only one."""


@records.command()
def extract(
    calls: Annotated[list[UUID] | None, typer.Argument(help="Of these calls.")] = None,
    status: Annotated[
        RecordStatus | None, typer.Option(help="Of all calls whose record is in this state.")
    ] = None,
    agent: Annotated[UUID | None, typer.Option(help="With --status: of this agent's only.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="With --status: of records made since (UTC).")
    ] = None,
    org: Organisation = auth.DEFAULT_ORG,
) -> None:
    """Extract records once more, such as all that failed. A running worker does the work.

    What a person has corrected or approved stays.
    """
    if bool(calls) == (status is not None):
        raise typer.BadParameter("name calls, or a --status, and not both.")

    async def run(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            found = (await auth.get_organisation(session, org)).id
            wanted = RecordFilter(
                status=status, agent_id=agent, created_after=since and since.replace(tzinfo=UTC)
            )
            ids = calls or await _calls_of(session, found, wanted)
        for call_id in ids:
            async with db.transaction(sessions) as session:
                await service.request_extraction(session, found, call_id)
        typer.echo(f"{len(ids)} records are to be made again.")

    with_database(run)


async def _calls_of(session: AsyncSession, org_id: UUID, wanted: RecordFilter) -> list[UUID]:
    """List the calls of all records in question, without those a person has vouched for."""
    ids: list[UUID] = []
    cursor: UUID | None = None
    while page := await service.list_current(session, org_id, wanted, cursor=cursor, limit=_PAGE):
        ids += [record.call_id for record, _ in page if record.origin not in BY_A_PERSON]
        cursor = page[-1][0].id
    return ids
