"""What the compliance room announces. No event has a number: who may read it looks it up."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class SuppressionAdded(Event):
    """`data` has its id, scope and source; a call's comes with the call."""

    name: ClassVar[str] = "suppression.added"


class ConsentGiven(Event):
    name: ClassVar[str] = "consent.given"


class ConsentWithdrawn(Event):
    name: ClassVar[str] = "consent.revoked"


class SuppressionsGrew(Event):
    """Calls that wait for the numbers suppressed from one id to another end. Seen by nobody."""

    name: ClassVar[str] = "suppressions.grew"
    is_logged: ClassVar[bool] = False

    first_id: UUID
    last_id: UUID
