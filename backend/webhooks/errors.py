"""How a webhook can be refused, and what the inbox says no to."""

from backend.platform.errors import Conflict, NotFound, TooLarge, Unauthenticated, Unavailable


class SignatureRefused(Unauthenticated):
    code, title = "signature-refused", "The webhook's signature is not accepted"


class BodyTooLarge(TooLarge):
    code, title = "body-too-large", "The webhook's body is too large"


class InboxOverloaded(Unavailable):
    code, title = "inbox-overloaded", "More webhooks come in than can be stored"


class BodiesTooMany(Unavailable):
    code, title = "bodies-too-many", "More is being sent than can be read at once"


class InboxNotWritten(Unavailable):
    code, title = "inbox-not-written", "The webhook could not be stored"


class WebhookNotFound(NotFound):
    code, title = "webhook-not-found", "There is no such webhook in the inbox"


class WebhookBodyPruned(Conflict):
    code, title = "webhook-body-pruned", "The webhook's body is no longer kept"
