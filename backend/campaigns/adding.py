"""Adding contacts: each line is checked, and what is wrong with it told, before any is stored."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.models import AgentVersion
from backend.campaigns import contact_queries, gate, reading, service
from backend.campaigns.contact_queries import NewContact
from backend.campaigns.errors import CampaignStateWrong, ContactsInvalid
from backend.campaigns.events import ContactsAdded
from backend.campaigns.models import Campaign
from backend.campaigns.reading import Columns
from backend.campaigns.schemas import ContactCreate, ContactsReport, LineProblem
from backend.platform import clock, db, events
from backend.platform.settings import Settings

_AT_ONCE = 5000
_SAMPLE = 5
_MOST_ERRORS = 1000
_LONGEST_MESSAGE = 500
_BROKEN = "a cell has a line break, so lines may be hidden in it: is a quote wrong?"


@dataclass(frozen=True)
class Sent:
    """A list as it came: its bytes, what they are, and which column is which."""

    content: bytes
    kind: str
    columns: Mapping[str, str]


@dataclass
class _Checked:
    """The good contacts of a list, by their number, and what is wrong with the first bad lines."""

    lines: int = 0
    duplicates: int = 0
    invalid: int = 0
    good: dict[str, NewContact] = field(default_factory=dict)
    sample: list[ContactCreate] = field(default_factory=list)
    errors: list[LineProblem] = field(default_factory=list)
    columns: Columns = field(default_factory=lambda: Columns({}))

    def take(self, contact: ContactCreate) -> None:
        if contact.to_number in self.good:
            self.duplicates += 1
            return
        self.good[contact.to_number] = NewContact(
            contact.to_number,
            json.dumps(contact.variables),
            json.dumps(contact.metadata),
            contact.time_zone,
            contact.postal_code,
        )
        if len(self.sample) < _SAMPLE:
            self.sample.append(contact)

    def refuse(self, number: int, message: str) -> None:
        self.invalid += 1
        if len(self.errors) < _MOST_ERRORS:
            told = LineProblem(line=number, message=message[:_LONGEST_MESSAGE])
            self.errors.append(told)


async def add_contacts(
    sessions: db.Sessions,
    org_id: UUID,
    campaign_id: UUID,
    sent: Sent,
    *,
    settings: Settings,
    dry_run: bool,
) -> ContactsReport:
    """Add the good lines of a list, a part at a time. The same list twice adds nothing twice."""
    async with db.transaction(sessions) as session:
        campaign = await _open_campaign(session, org_id, campaign_id)
        version = await service.find_version(session, campaign)
    checked = await asyncio.to_thread(_check, sent, version)
    known, added, purpose = 0, 0, version.frozen.purpose
    numbers = list(checked.good)
    refused: dict[str, int] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        async with db.transaction(sessions) as session:
            held = await contact_queries.list_known_numbers(session, campaign_id, part)
            new = [checked.good[number] for number in part if number not in held]
            known += len(held)
            refusals = await gate.refuse_many(session, campaign, purpose, new, settings)
            for reason in refusals.values():
                refused[reason] = refused.get(reason, 0) + 1
            added += len(new) if dry_run else await _store(session, org_id, campaign_id, new)
    return ContactsReport(
        lines=checked.lines,
        added=added,
        duplicates=checked.duplicates,
        already=known,
        invalid=checked.invalid,
        errors=checked.errors,
        columns=dict(checked.columns.targets),
        unmapped=list(checked.columns.unmapped),
        refused=refused,
        sample=checked.sample,
    )


async def _open_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await service.get_campaign(session, org_id, campaign_id)
    if campaign.status.is_over:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}.")
    return campaign


async def _store(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, new: Sequence[NewContact]
) -> int:
    """Store contacts of a campaign that is still open: it is locked, so that it stays so."""
    campaign = await service.lock_campaign(session, org_id, campaign_id)
    if campaign.status.is_over:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}.")
    added = await contact_queries.add_contacts(session, org_id, campaign_id, new, clock.now())
    if added:
        about = {"campaign_id": str(campaign_id), "contacts": added}
        announced = ContactsAdded(org_id=org_id, agent_id=campaign.agent_id, data=about)
        await events.publish(session, announced)
    return added


def _check(sent: Sent, version: AgentVersion) -> _Checked:
    checked, config = _Checked(), version.frozen
    names = [variable.name for variable in config.variables]
    for number, row in _rows(sent, names, checked):
        checked.lines += 1
        if row is None:
            checked.refuse(number, _BROKEN)
            continue
        try:
            contact = ContactCreate.model_validate(row)
        except ValidationError as invalid:
            checked.refuse(number, _in_words(invalid))
            continue
        _, wrong = agents.fill_variables(config, contact.variables)
        if wrong:
            told = "; ".join(f"{_named(e.pointer)}: {e.message}" for e in wrong)
            checked.refuse(number, told)
        else:
            checked.take(contact)
    return checked


def _rows(sent: Sent, variables: Sequence[str], checked: _Checked) -> Iterable[tuple[int, Any]]:
    """Give the lines with their numbers."""
    if sent.kind == "json":
        return enumerate(reading.read_json(sent.content), start=1)
    sheet = (
        reading.read_csv(sent.content) if sent.kind == "csv" else reading.read_xlsx(sent.content)
    )
    checked.columns = reading.columns_of(sheet, variables, sent.columns)
    return zip(sheet.numbers, reading.rows_of(sheet, checked.columns), strict=True)


def _named(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", ".")


def _in_words(invalid: ValidationError) -> str:
    parts = []
    for error in invalid.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(map(str, error["loc"])) or "contact"
        message = error["msg"].removeprefix("Value error, ")
        parts.append(
            f"{name}: there is none" if error["type"] == "missing" else f"{name}: {message}"
        )
    return "; ".join(parts)


def read_columns(given: Sequence[str]) -> Mapping[str, str]:
    """Read `column=target` words; the column may have equals signs of its own."""
    columns: dict[str, str] = {}
    for word in given:
        column, is_there, target = word.rpartition("=")
        if not is_there or not _is_target(target):
            raise ContactsInvalid(
                f"{word!r} is not column=target, with a target such as variables.driver_name."
            )
        columns[column] = target
    return columns


def _is_target(target: str) -> bool:
    plain = {reading.NUMBER, reading.ZONE, reading.POSTAL, reading.IGNORED}
    member, _, name = target.partition(".")
    return target in plain or (member in {"variables", reading.METADATA} and bool(name))
