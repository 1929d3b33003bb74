"""What the campaigns room announces. No event has a number: who may read it looks it up."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event, JsonObject


class CampaignEvent(Event):
    """`data` has its id, its status, and the reason where there is one."""

    example: ClassVar[JsonObject] = {
        "campaign_id": "01990000-0000-7000-8000-00000000ca30",
        "status": "paused",
        "reason": "failed_percent",
    }


class CampaignScheduled(CampaignEvent):
    name: ClassVar[str] = "campaign.scheduled"
    example: ClassVar[JsonObject] = CampaignEvent.example | {"status": "scheduled", "reason": None}


class CampaignStarted(CampaignEvent):
    name: ClassVar[str] = "campaign.started"
    example: ClassVar[JsonObject] = CampaignEvent.example | {"status": "running", "reason": None}


class CampaignPaused(CampaignEvent):
    name: ClassVar[str] = "campaign.paused"


class CampaignResumed(CampaignEvent):
    name: ClassVar[str] = "campaign.resumed"
    example: ClassVar[JsonObject] = CampaignEvent.example | {"status": "running", "reason": None}


class CampaignCompleted(CampaignEvent):
    name: ClassVar[str] = "campaign.completed"
    example: ClassVar[JsonObject] = CampaignEvent.example | {"status": "completed", "reason": None}


class CampaignCanceled(CampaignEvent):
    name: ClassVar[str] = "campaign.canceled"
    example: ClassVar[JsonObject] = CampaignEvent.example | {"status": "canceled", "reason": None}


class ContactsAdded(Event):
    """`data.contacts` says how many were added to `data.campaign_id`."""

    name: ClassVar[str] = "contacts.added"
    is_deliverable: ClassVar[bool] = False


class ContactFinished(Event):
    """A contact has come to its end; `data` has state, reason and how many attempts it took."""

    name: ClassVar[str] = "contact.finished"
    example: ClassVar[JsonObject] = {
        "campaign_id": "01990000-0000-7000-8000-00000000ca30",
        "contact_id": "01990000-0000-7000-8000-00000000c0de",
        "state": "done",
        "reason": None,
        "attempts": 2,
        "due_at": None,
    }


class ContactWaits(Event):
    """A contact waits for another attempt; `data` has the reason and `due_at`."""

    name: ClassVar[str] = "contact.waits"
    is_deliverable: ClassVar[bool] = False


class CampaignToCheck(Event):
    """Something was learned that may stop or complete a campaign. Seen by nobody."""

    name: ClassVar[str] = "campaign.to_check"
    is_logged: ClassVar[bool] = False

    campaign_id: UUID

    @property
    def question(self) -> str:
        return str(self.campaign_id)
