"""What the compliance room announces. No event has a number: who may read it looks it up."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event, JsonObject

_CONSENT: JsonObject = {
    "consent_id": "01990000-0000-7000-8000-00000000c052",
    "purpose": "marketing",
    "kind": "written",
}


class SuppressionAdded(Event):
    """`data` has its id, scope and source; a call's comes with the call."""

    name: ClassVar[str] = "suppression.added"
    example: ClassVar[JsonObject] = {
        "suppression_id": "01990000-0000-7000-8000-00000000d0c0",
        "scope": "all",
        "source": "record",
    }


class ConsentGiven(Event):
    name: ClassVar[str] = "consent.given"
    example: ClassVar[JsonObject] = _CONSENT


class ConsentWithdrawn(Event):
    name: ClassVar[str] = "consent.revoked"
    example: ClassVar[JsonObject] = _CONSENT


class SuppressionsGrew(Event):
    """Calls that wait for the numbers suppressed from one id to another end. Seen by nobody."""

    name: ClassVar[str] = "suppressions.grew"
    is_logged: ClassVar[bool] = False

    first_id: UUID
    last_id: UUID


_HOOK: JsonObject = {"hook_id": "01990000-0000-7000-8000-00000000400c", "name": "Do-not-call list"}


class HookFailed(Event):
    """Several questions in a row were not answered. Told once, until it is well again."""

    name: ClassVar[str] = "hook.failed"
    example: ClassVar[JsonObject] = {**_HOOK, "failing_since": "2026-11-02T15:04:05+00:00"}


class HookRecovered(Event):
    name: ClassVar[str] = "hook.recovered"
    example: ClassVar[JsonObject] = _HOOK


class HookAsked(Event):
    """A hook was asked before a call: `data` says what came of it, without its words."""

    name: ClassVar[str] = "hook.asked"
    example: ClassVar[JsonObject] = {
        "hook": "Do-not-call list",
        "status": "refused",
        "code": "on_national_dnc",
        "line_type": "mobile",
        "reassigned_on": None,
        "failure": None,
        "open_reason": None,
    }


class InquiryDue(Event):
    """A call waits until hooks were asked about its number. Seen by nobody."""

    name: ClassVar[str] = "inquiry.due"
    is_logged: ClassVar[bool] = False

    call_id: UUID
