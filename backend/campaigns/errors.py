"""How making, filling and steering a campaign can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected, UnsupportedKind


class CampaignNotFound(NotFound):
    code, title = "campaign-not-found", "There is no such campaign"


class ContactNotFound(NotFound):
    code, title = "contact-not-found", "There is no such contact"


class CampaignInvalid(Rejected):
    code, title = "campaign-invalid", "The campaign cannot be run like this"


class CampaignNotReady(Rejected):
    code, title = "campaign-not-ready", "The campaign cannot be started yet"


class CampaignStateWrong(Conflict):
    code, title = "campaign-state-wrong", "The campaign's state does not allow this"


class ContactStateWrong(Conflict):
    code, title = "contact-state-wrong", "The contact's state does not allow this"


class ContactsInvalid(Rejected):
    code, title = "contacts-invalid", "The contacts cannot be read"


class ContactKindUnknown(UnsupportedKind):
    code, title = "contact-kind-unknown", "Contacts cannot be read from this kind of file"
