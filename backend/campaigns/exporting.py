"""Contacts as CSV: each with how it ended, its variables, and its last call."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.campaigns import queries
from backend.campaigns.models import CampaignContact
from backend.campaigns.queries import ContactsMeant
from backend.platform import db
from backend.platform.api import csv_lines

_AT_ONCE = 1000
_COLUMNS = (
    *("to_number", "state", "reason", "attempts", "last_outcome", "due_at", "callback_at"),
    *("needs_person", "finished_at", "time_zone", "postal_code"),
)


async def export(
    sessions: db.Sessions, campaign_id: UUID, variables: Sequence[str]
) -> AsyncIterator[str]:
    """Write all contacts of a campaign, those added last first."""
    yield _line([*_COLUMNS, *variables, "last_call_id"])
    cursor: UUID | None = None
    while True:
        async with db.transaction(sessions) as session:
            found = await queries.list_contacts(
                session, campaign_id, ContactsMeant(), cursor=cursor, limit=_AT_ONCE
            )
            made = await queries.list_attempts(session, [each.id for each in found])
        last = {each.contact_id: each.call_id for each in made}
        for contact in found:
            yield _line([*_cells(contact, variables), last.get(contact.id)])
        if len(found) < _AT_ONCE:
            return
        cursor = found[-1].id


def _cells(contact: CampaignContact, variables: Sequence[str]) -> list[Any]:
    own = [getattr(contact, name) for name in _COLUMNS]
    return own + [contact.variables.get(name) for name in variables]


def _line(values: Sequence[Any]) -> str:
    return csv_lines.line_of(_cell(value) for value in values)


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else " ".join(str(value).splitlines())
