"""The contacts of a campaign: added, looked at, one by one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.campaigns import adding, masking, queries, service
from backend.campaigns.adding import Sent
from backend.campaigns.errors import ContactKindUnknown, ContactNotFound
from backend.campaigns.queries import ContactsMeant
from backend.campaigns.routes import CampaignPath
from backend.campaigns.schemas import (
    AttemptRead,
    AttentionQuery,
    ContactDetail,
    ContactRead,
    ContactsFilter,
    ContactsQuery,
    ContactsReport,
)
from backend.platform import pages
from backend.platform.deps import Session, SessionFactory
from backend.platform.pages import Cursor, Page

router = APIRouter(prefix="/api/v1/campaigns/{campaign_id}", tags=["campaigns"])

ContactPath = Annotated[UUID, Path(description="The id of the contact.")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {"application/json": "json", "text/csv": "csv", "text/plain": "csv", _XLSX: "xlsx"}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["contacts"],
                    "properties": {
                        "contacts": {
                            "type": "array",
                            "maxItems": 100_000,
                            "items": {"$ref": "#/components/schemas/ContactCreate"},
                            "description": "Whom to add.",
                        }
                    },
                },
                "example": {"contacts": [{"to_number": "+14155550100"}]},
            },
            "text/csv": {"schema": {"type": "string"}},
            _XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/contacts",
    openapi_extra=_BODY,
)
async def add_contacts(
    campaign_id: CampaignPath,
    request: Request,
    caller: Manager,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
    query: Annotated[ContactsQuery, Query()],
) -> ContactsReport:
    """Add contacts as JSON, CSV or XLSX, also to a campaign that runs.

    Bad lines are left out and told of. At most 100,000 lines and 32 MB a request; a number that
    the campaign has already is not added again.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if kind not in _KINDS:
        raise ContactKindUnknown(f"Contacts come as JSON, CSV or XLSX, not as {kind[:100]!r}.")
    caller.note(dry_run=str(query.dry_run).lower())
    sent = Sent(await request.body(), _KINDS[kind], adding.read_columns(query.column))
    return await adding.add_contacts(
        sessions,
        caller.org_id,
        campaign_id,
        sent,
        settings=runtime.settings,
        dry_run=query.dry_run,
    )


@router.get("/contacts")
async def list_contacts(
    campaign_id: CampaignPath,
    caller: AnyCaller,
    session: Session,
    query: Annotated[ContactsFilter, Query()],
) -> Page[ContactRead]:
    """List the contacts of a campaign, those added last first.

    Whoever may not see numbers that are masked finds nobody by their digits.
    """
    digits = "".join(filter(str.isdecimal, query.q or ""))
    campaign = await service.get_campaign(session, caller.org_id, campaign_id)
    # Digits that find a number would tell it, one after the other.
    hidden = not caller.sees_originals and await masking.are_numbers_masked(session, campaign)
    if digits and hidden:
        return Page(items=[], next_cursor=None)
    meant = ContactsMeant(query.state, digits)
    return await _page(session, campaign_id, meant, cursor=query.cursor, limit=query.limit)


@router.get("/attention")
async def list_attention(
    campaign_id: CampaignPath,
    caller: AnyCaller,
    session: Session,
    query: Annotated[AttentionQuery, Query()],
) -> Page[ContactRead]:
    """List the contacts that a person should look at, with the reason of each."""
    await service.get_campaign(session, caller.org_id, campaign_id)
    meant = ContactsMeant(needs_person=True)
    return await _page(session, campaign_id, meant, cursor=query.cursor, limit=query.limit)


async def _page(
    session: AsyncSession,
    campaign_id: UUID,
    meant: ContactsMeant,
    *,
    cursor: Cursor,
    limit: int,
) -> Page[ContactRead]:
    found = await queries.list_contacts(session, campaign_id, meant, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(found, limit)
    return Page(items=[ContactRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/contacts/{contact_id}")
async def get_contact(
    campaign_id: CampaignPath,
    contact_id: ContactPath,
    caller: AnyCaller,
    session: Session,
) -> ContactDetail:
    """Show a contact with each attempt to reach them."""
    contact = await queries.find_contact(session, caller.org_id, campaign_id, contact_id)
    if contact is None:
        raise ContactNotFound(f"There is no contact {contact_id} in this campaign.")
    made = await queries.list_attempts(session, [contact.id])
    shown = ContactRead.of(contact).model_dump()
    return ContactDetail(**shown, attempts_made=[AttemptRead.of(each) for each in made])


@router.post("/contacts/{contact_id}/retry")
async def retry_contact(
    campaign_id: CampaignPath, contact_id: ContactPath, caller: Manager, session: Session
) -> ContactRead:
    """Have somebody called once more who has come to an end, as soon as it is their hour."""
    again = await service.retry_contact(session, caller.org_id, campaign_id, contact_id)
    return ContactRead.of(again)


@router.post("/contacts/{contact_id}/cancel")
async def cancel_contact(
    campaign_id: CampaignPath, contact_id: ContactPath, caller: Manager, session: Session
) -> ContactRead:
    """Call somebody no more who waits."""
    given_up = await service.cancel_contact(session, caller.org_id, campaign_id, contact_id)
    return ContactRead.of(given_up)
