"""How configuring an agent can fail."""

from backend.platform.errors import (
    Conflict,
    NotFound,
    PreconditionFailed,
    Rejected,
    Unauthenticated,
)


class AgentNotFound(NotFound):
    code, title = "agent-not-found", "There is no such agent"


class AgentVersionNotFound(NotFound):
    code, title = "agent-version-not-found", "The agent has no such version"


class AgentChanged(PreconditionFailed):
    code, title = "agent-changed", "The agent's draft has been changed meanwhile"


class AgentNameShared(Conflict):
    code, title = "agent-name-shared", "Several agents have this name"


class AgentArchived(Conflict):
    code, title = "agent-archived", "The agent is archived"


class AgentNotPublished(Rejected):
    code, title = "agent-not-published", "The agent has not been published"


class AgentInvalid(Rejected):
    code, title = "agent-invalid", "The agent's configuration is not usable"


class AgentGone(Conflict):
    code, title = "agent-gone", "The agent is no longer at Retell"


class PublicUrlMissing(Rejected):
    code, title = "public-url-missing", "Retell could not reach this service"


class PublishRunning(Conflict):
    code, title = "publish-running", "The agent is being published already"


class AgentBound(Conflict):
    code, title = "agent-bound", "The agent takes a phone number's calls"


class PhoneNumberNotFound(NotFound):
    code, title = "phone-number-not-found", "The Retell account has no such phone number"


class InboundRuleNotFound(NotFound):
    code, title = "inbound-rule-not-found", "There is no such inbound rule"


class InboundRuleExists(Conflict):
    code, title = "inbound-rule-exists", "There is a rule for these numbers already"


class InboundSignatureRefused(Unauthenticated):
    code, title = "signature-refused", "The webhook's signature is not accepted"


class AgentReadOnly(Rejected):
    code, title = "agent-read-only", "This is changed at Retell"


class AgentImported(Conflict):
    code, title = "agent-imported", "The agent is here already"


class RetellAgentNotFound(NotFound):
    code, title = "retell-agent-not-found", "Retell has no such agent"


class RetellAgentUnsuitable(Rejected):
    code, title = "retell-agent-unsuitable", "This agent of Retell's cannot be imported"
