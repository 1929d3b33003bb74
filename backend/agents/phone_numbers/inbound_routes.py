"""Who calls in: the rules people set, and the question Retell asks before it connects a call."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field

from backend.agents.errors import InboundSignatureRefused
from backend.agents.phone_numbers import inbound
from backend.agents.phone_numbers.inbound_schemas import (
    InboundAnswer,
    InboundRuleRead,
    InboundRuleWrite,
)
from backend.auth.deps import Addressed, AnyCaller, Manager
from backend.platform import db, pages
from backend.platform.db import Sessions
from backend.platform.deps import Session, SessionFactory
from backend.platform.errors import TooLarge
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit, Page
from backend.providers import retell_signature
from backend.providers.retell_signature import SignatureVerdict

router = APIRouter(tags=["inbound"])

# Retell waits ten seconds while the caller hears it ring; nobody should hear that for long.
_ANSWER_SECONDS = 1.5
_MOST_BYTES = 64 * 1024

RuleId = Annotated[UUID, Path(description="The rule's id.")]
OrgSlug = Annotated[str, Path(description="The organisation's short name.", examples=["default"])]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore")

    from_number: str = ""
    to_number: str = ""
    agent_id: str | None = None


class _Question(BaseModel):
    model_config = ConfigDict(extra="ignore")

    call_inbound: _Asked = Field(default_factory=_Asked)


@router.post("/webhook/retell/{org_slug}/inbound")
async def answer_inbound(
    org_slug: OrgSlug, request: Request, sessions: SessionFactory, addressed: Addressed
) -> InboundAnswer:
    """Tell Retell whether to connect a call that comes in, and with which variables.

    Answers within two seconds, whatever happens: when the rules cannot be read, it answers
    nothing, and Retell goes on with the number's agent and the defaults published with it.
    """
    org_id, runtime = await addressed.find(org_slug)
    body = await _read(request)
    signature = request.headers.get("x-retell-signature")
    verdict = retell_signature.check(body, signature, runtime.settings.webhook_keys)
    if verdict is not SignatureVerdict.VALID:
        raise InboundSignatureRefused(
            "Only Retell may ask this, with a signature over the body.", reason=verdict.value
        )
    looking = asyncio.create_task(_look_up(sessions, org_id, body))
    done, _ = await asyncio.wait({looking}, timeout=_ANSWER_SECONDS)
    if not done:
        # Not waited for: taking a query back can take as long as the query.
        looking.cancel()
        looking.add_done_callback(_forget)
        logger.warning("inbound.unanswered", reason="too slow")
        return InboundAnswer()
    if (error := looking.exception()) is not None:
        logger.warning("inbound.unanswered", reason=type(error).__name__)
        return InboundAnswer()
    return InboundAnswer(call_inbound=looking.result())


def _forget(task: asyncio.Task[JsonObject]) -> None:
    if not task.cancelled():
        task.exception()


async def _look_up(sessions: Sessions, org_id: UUID, body: bytes) -> JsonObject:
    asked = _Question.model_validate_json(body).call_inbound
    async with db.transaction(sessions) as session:
        return await inbound.answer_call(
            session,
            org_id,
            caller=asked.from_number,
            phone_number=asked.to_number,
            agent_id=asked.agent_id,
        )


async def _read(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise TooLarge(f"The body is larger than {_MOST_BYTES} bytes.")
    return body


@router.get("/api/v1/inbound-rules")
async def list_inbound_rules(
    caller: AnyCaller, session: Session, cursor: Cursor = None, limit: Limit = 50
) -> Page[InboundRuleRead]:
    """List the rules for callers, newest first."""
    rows = await inbound.list_rules(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    items = [InboundRuleRead.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.post("/api/v1/inbound-rules", status_code=201)
async def create_inbound_rule(
    body: InboundRuleWrite, caller: Manager, session: Session
) -> InboundRuleRead:
    """Say what is known about a caller, or that they do not get through."""
    rule = await inbound.create_rule(session, caller.org_id, body.model_dump())
    caller.note(object_id=rule.id)
    return InboundRuleRead.model_validate(rule, from_attributes=True)


@router.get("/api/v1/inbound-rules/{rule_id}")
async def get_inbound_rule(rule_id: RuleId, caller: AnyCaller, session: Session) -> InboundRuleRead:
    """Show one rule."""
    rule = await inbound.get_rule(session, caller.org_id, rule_id)
    return InboundRuleRead.model_validate(rule, from_attributes=True)


@router.put("/api/v1/inbound-rules/{rule_id}")
async def replace_inbound_rule(
    rule_id: RuleId, body: InboundRuleWrite, caller: Manager, session: Session
) -> InboundRuleRead:
    """Replace a rule by another."""
    rule = await inbound.replace_rule(session, caller.org_id, rule_id, body.model_dump())
    return InboundRuleRead.model_validate(rule, from_attributes=True)


@router.delete("/api/v1/inbound-rules/{rule_id}", status_code=204)
async def delete_inbound_rule(rule_id: RuleId, caller: Manager, session: Session) -> None:
    """Delete a rule."""
    await inbound.delete_rule(session, caller.org_id, rule_id)
