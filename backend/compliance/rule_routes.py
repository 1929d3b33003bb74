"""The rules that are in force, and whether a number may be called by them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from backend.agents import service as agents
from backend.auth.deps import Admin, AnyCaller
from backend.compliance import own_rules, queries
from backend.compliance.callee import Callee
from backend.compliance.hooks.ahead import decide, inquire_if_awaited
from backend.compliance.hooks.inquiring import Asker
from backend.compliance.hooks.questions import Asked
from backend.compliance.models import Scope
from backend.compliance.own_rules import OwnRule
from backend.compliance.rule_schemas import (
    CheckRead,
    CheckRequest,
    RuleChangeRead,
    RuleChangesQuery,
    RuleRead,
    RulesRead,
    RulesWrite,
)
from backend.compliance.rules import shipped
from backend.platform import db, pages
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1/compliance", tags=["compliance"])


@router.get("/rules")
async def get_rules(caller: AnyCaller, session: Session) -> RulesRead:
    """Show the rules that are in force: hours, caps, consents and what is to be said."""
    return await _read(session, caller.org_id)


@router.put("/rules")
async def set_rules(body: RulesWrite, caller: Admin, session: Session) -> RulesRead:
    """Set the organization's own rules, all at once.

    One that is looser than what was shipped needs a reason, which is kept.
    """
    wanted = [OwnRule(each.rule(), each.reason) for each in body.rules]
    await own_rules.set_own(session, caller.org_id, wanted, by=caller.id)
    caller.note(object_id=caller.org_id)
    return await _read(session, caller.org_id)


async def _read(session: Session, org_id: UUID) -> RulesRead:
    in_force = await own_rules.find_in_force(session, org_id)
    changes = {each.name: each for each in await queries.list_own_rules(session, org_id)}
    book = shipped()
    defaults = {rule.name: rule for rule in book.rules}
    items = [
        RuleRead.of(rule, defaults.get(rule.name), changes.get(rule.name))
        for rule in in_force.rules
    ]
    return RulesRead(version=book.version, items=items)


@router.get("/rules/changes")
async def list_rule_changes(
    caller: AnyCaller, session: Session, query: Annotated[RuleChangesQuery, Query()]
) -> Page[RuleChangeRead]:
    """List what was changed of the rules, by whom and why, newest first."""
    found = await queries.list_rule_changes(
        session, caller.org_id, cursor=query.cursor, limit=query.limit + 1
    )
    rows, next_cursor = pages.cut(found, query.limit)
    return Page(items=[RuleChangeRead.of(row) for row in rows], next_cursor=next_cursor)


@router.post("/check", status_code=200)
async def check_number(
    body: CheckRequest, caller: AnyCaller, sessions: SessionFactory, settings: CurrentSettings
) -> CheckRead:
    """Ask the gate about a number, as every dial does. No call comes of it.

    Hooks are asked where nothing else refuses the number, and their answers are kept. For
    reviewers nobody is asked: what would be is `awaiting_hook`, and a hook's own words are left
    out.
    """
    caller.note(object_id=caller.org_id)
    purpose = body.purpose
    if body.agent_id is not None:
        async with db.transaction(sessions) as session:
            agent = await agents.get_agent(session, caller.org_id, body.agent_id)
            live = await agents.find_live(session, agent)
        purpose = purpose or Scope((live.frozen if live else agent.draft).purpose)
    callee = Callee(body.to_number, body.time_zone, body.postal_code)
    about = (caller.org_id, callee, purpose or Scope.SERVICE, body.agent_id)
    asked, asker = Asked(*about, at=body.at, is_check=True), Asker(sessions, settings)
    if not caller.sees_originals:
        return CheckRead.of(await decide(asker, asked), in_full=False)
    return CheckRead.of(await inquire_if_awaited(asker, asked), in_full=True)
