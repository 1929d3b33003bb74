"""Asking a hook to see whether it works: no call goes by the answer."""

from backend.compliance.callee import Callee
from backend.compliance.hooks import questions, secrets
from backend.compliance.hooks.answers import Answer, NoAnswer, read
from backend.compliance.hooks.inquiring import send
from backend.compliance.hooks.models import Hook, Inquiry, InquiryStatus
from backend.compliance.hooks.questions import Asked
from backend.compliance.hooks.schemas import HookTried
from backend.compliance.models import Scope
from backend.compliance.places import places_of, zones_of
from backend.platform import clock
from backend.platform.settings import Settings


async def try_hook(hook: Hook, to_number: str, settings: Settings) -> HookTried:
    """Ask now, and say what came of it and what would have followed."""
    callee = Callee(to_number)
    purpose = Scope(hook.purposes[0])
    inquiry = Inquiry(
        org_id=hook.org_id,
        hook_id=hook.id,
        to_number=to_number,
        purpose=purpose,
        status=InquiryStatus.ASKING,
        question={},
        valid_until=clock.now(),
    )
    asked = Asked(hook.org_id, callee, purpose, is_test=True)
    facts = {"consent": None, "time_zones": list(zones_of(places_of(callee)))}
    inquiry.question = questions.write(inquiry, asked, facts)
    made = await send(settings, hook, inquiry)
    answer: Answer | None = None
    failure: str | None = None
    status = InquiryStatus.FAILED
    try:
        answer = read(made)
        status = InquiryStatus.ALLOWED if answer.allowed else InquiryStatus.REFUSED
    except NoAnswer as none:
        failure = str(none)
    return HookTried(
        status=status,
        question=inquiry.question,
        answer=answer,
        failure=failure,
        http_status=made.status,
        duration_ms=made.duration_ms,
        body=made.answer(secrets.signing(hook, settings)),
    )
