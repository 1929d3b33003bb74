"""How destinations can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected


class DestinationNotFound(NotFound):
    code, title = "destination-not-found", "There is no such destination"


class DestinationInvalid(Rejected):
    code, title = "destination-invalid", "The destination cannot be set up like this"


class DestinationOff(Conflict):
    code, title = "destination-off", "The destination is switched off"


class HasNoSecret(Conflict):
    code, title = "destination-has-no-secret", "This kind of destination signs nothing"


class DeliveryNotFound(NotFound):
    code, title = "delivery-not-found", "There is no such delivery"


class DeliveryNotReplayable(Conflict):
    code, title = "delivery-not-replayable", "The delivery cannot be made again now"


class LinkInvalid(NotFound):
    code, title = "link-invalid", "This link leads nowhere"
