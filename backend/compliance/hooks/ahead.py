"""Asking hooks for those who only want to know, or are about to place a call."""

from backend.compliance import asking
from backend.compliance.asking import Asking
from backend.compliance.gate import AWAITING_HOOK, Decision
from backend.compliance.hooks.inquiring import Asker, inquire
from backend.compliance.hooks.questions import Asked
from backend.platform import db


async def inquire_if_awaited(asker: Asker, asked: Asked) -> Decision:
    """Have hooks asked where nothing else keeps a number from being dialled, and decide.

    Who is refused anyway is asked about nowhere.
    """
    decision = await _decide(asker, asked)
    if decision.refusal == AWAITING_HOOK:
        await inquire(asker, asked)
        decision = await _decide(asker, asked)
    return decision


async def _decide(asker: Asker, asked: Asked) -> Decision:
    own = Asking(
        asked.org_id,
        asked.purpose,
        asker.settings.secret_keys,
        at=asked.at,
        agent_id=asked.agent_id,
    )
    async with db.transaction(asker.sessions) as session:
        return await asking.ask(session, own, asked.callee)
