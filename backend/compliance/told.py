"""What others were told of suppressions, compared with what is known: for after a restore.

A database that was restored has forgotten what was asked after its backup. Whoever was told of it
by `suppression.added` has not: this reads what they kept, as destinations wrote or received it.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance import queries
from backend.compliance.numbers import read_e164

_TYPE = "suppression.added"
_IN_CALLS = {"retell", "record", "transcript"}


@dataclass(frozen=True)
class Told:
    """One suppression as somebody was told of it. The number is with it where a call was."""

    suppression_id: UUID
    scope: str
    source: str
    asked_at: str
    call_id: str | None
    number: str | None


def read_told(lines: Iterable[str]) -> Iterator[Told]:
    """Read lines of JSON; those that tell of something else, or of nothing, are passed over."""
    for line in lines:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("type") == _TYPE:
            found = _told(told)
            if found is not None:
                yield found


def _told(told: Mapping[str, Any]) -> Told | None:
    data = told.get("data")
    if not isinstance(data, dict):
        return None
    try:
        suppression_id = UUID(str(data.get("suppression_id")))
    except ValueError:
        return None
    call = data.get("call")
    call = call if isinstance(call, dict) else {}
    is_inbound = call.get("source") == "inbound"
    number = call.get("from_number") if is_inbound else call.get("to_number")
    source = str(data.get("source", "list"))
    # What a person or a list says was asked when it was entered, whichever call it names.
    of_call = (call.get("ended_at") or call.get("created_at")) if source in _IN_CALLS else None
    asked_at = of_call or told.get("timestamp")
    return Told(
        suppression_id=suppression_id,
        scope=str(data.get("scope", "all")),
        source=source,
        asked_at=str(asked_at or ""),
        call_id=str(call["id"]) if "id" in call else None,
        number=read_e164(number) if isinstance(number, str) else None,
    )


async def find_missing(session: AsyncSession, org_id: UUID, told: Collection[Told]) -> list[Told]:
    """Find those that are not known, each once, in the order in which they were told."""
    by_id = {each.suppression_id: each for each in told}
    known = await queries.list_known(session, org_id, by_id)
    return [each for suppression_id, each in by_id.items() if suppression_id not in known]
