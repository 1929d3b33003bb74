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


class RefusedByHook(CallRefused):
    code, title = "refused_by_hook", "A look-up refuses this number"


class HookUnanswered(CallRefused):
    code, title = "hook_unanswered", "A look-up before this call got no answer"


class AwaitingHook(CallRefused):
    code, title = "awaiting_hook", "A look-up has to be asked before this call"


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
            RefusedByHook,
            HookUnanswered,
            AwaitingHook,
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


class HookNotFound(NotFound):
    code, title = "hook-not-found", "There is no such hook"


class HookInvalid(Rejected):
    code, title = "hook-invalid", "The hook cannot be like this"


class TooManyHooks(Conflict):
    code, title = "too-many-hooks", "No more hooks can be made"
