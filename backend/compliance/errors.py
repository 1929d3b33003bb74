"""How asking the gate, suppressing and agreeing can fail."""

from collections.abc import Mapping
from types import MappingProxyType

from backend.platform.errors import Conflict, NotFound, Rejected


class CallRefused(Conflict):
    code, title = "call-refused", "The gate refuses this call"


class NumberSuppressed(CallRefused):
    code, title = "suppressed", "This number is not to be called"


class ConsentTakenBack(CallRefused):
    code, title = "consent_revoked", "The consent to be called was revoked"


class ConsentMissing(CallRefused):
    code, title = "no_consent", "Consent is needed before this call"


class TooManyAttempts(CallRefused):
    code, title = "too_many_attempts", "This number was called too often"


class OutsideWindow(CallRefused):
    code, title = "outside_window", "It is no hour for this call"


# The names and the words of every refusal: what API, timeline, campaigns, lists and UI show.
REFUSED: Mapping[str, type[CallRefused]] = MappingProxyType(
    {
        each.code: each
        for each in (
            NumberSuppressed,
            ConsentTakenBack,
            ConsentMissing,
            TooManyAttempts,
            OutsideWindow,
        )
    }
)


class SuppressionNotFound(NotFound):
    code, title = "suppression-not-found", "There is no such suppression"


class CallUnknown(Rejected):
    code, title = "call-unknown", "There is no such call"


class ConsentNotFound(NotFound):
    code, title = "consent-not-found", "There is no such consent"


class ConsentRevoked(Conflict):
    code, title = "consent-already-revoked", "The consent has been revoked already"


class ListInvalid(Rejected):
    code, title = "list-invalid", "The list cannot be read"


class RulesInvalid(Rejected):
    code, title = "rules-invalid", "These rules cannot be in force"
