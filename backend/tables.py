"""Every table of the service, imported so that Alembic sees them all."""

from backend.agents.models import Agent, AgentVersion, InboundRule, NumberBinding
from backend.analysis.models import (
    AnalysisAudit,
    AnalysisDay,
    AnalysisSchema,
    AnalysisSettings,
    CallAnalysis,
)
from backend.auth.models import (
    ApiKey,
    AuditEntry,
    Organisation,
    OrganisationKey,
    PasswordLink,
    User,
    UserSession,
)
from backend.calls.models import Call, CallTranscript, CallWords, DialQueue, MissedCall, Sweep
from backend.campaigns.models import Campaign, CampaignAttempt, CampaignContact
from backend.compliance.hooks.models import Hook, Inquiry
from backend.compliance.models import Consent, RuleChange, Suppression, SuppressionQuote
from backend.conduct.models import CallConduct
from backend.destinations.models import (
    Delivery,
    DeliveryAttempt,
    Destination,
    Message,
    OutboxEntry,
)
from backend.evaluation.models import Backtest, Trial
from backend.insights.alerts.models import Alert
from backend.insights.meaning.models import Embedder, Meaning
from backend.insights.models import CutCall, Passage
from backend.insights.versions.models import VersionComparison
from backend.platform.epochs import LogEpoch
from backend.platform.events import LoggedEvent
from backend.platform.jobs import ScheduleRow
from backend.platform.limits import RateCounter
from backend.platform.people.erased import ErasedSubject, LedgerKey
from backend.platform.people.holds import Hold
from backend.platform.pruning import LogHorizon, OwnLogHorizon
from backend.platform.tables import Table
from backend.quality.calibration.models import Calibration, CalibrationCall, CalibrationRating
from backend.quality.models import (
    CallComment,
    CriterionMeasurement,
    CriterionReliability,
    CriterionVerdict,
    Dispute,
    Evaluation,
    Policy,
    PolicyBacktest,
    PolicyTrial,
    PolicyVersion,
)
from backend.quality.reports.models import CountedEvaluation, ScoreTally
from backend.recordings.models import Recording, RecordingChunk
from backend.records.models import Record, RecordAudit
from backend.retention.models import Cleanup, Disclosure, Erasure, RetentionPolicy
from backend.webhooks.models import Rejection, Webhook

__all__ = [
    "Agent",
    "AgentVersion",
    "Alert",
    "AnalysisAudit",
    "AnalysisDay",
    "AnalysisSchema",
    "AnalysisSettings",
    "ApiKey",
    "AuditEntry",
    "Backtest",
    "Calibration",
    "CalibrationCall",
    "CalibrationRating",
    "Call",
    "CallAnalysis",
    "CallComment",
    "CallConduct",
    "CallTranscript",
    "CallWords",
    "Campaign",
    "CampaignAttempt",
    "CampaignContact",
    "Cleanup",
    "Consent",
    "CountedEvaluation",
    "CriterionMeasurement",
    "CriterionReliability",
    "CriterionVerdict",
    "CutCall",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "DialQueue",
    "Disclosure",
    "Dispute",
    "Embedder",
    "ErasedSubject",
    "Erasure",
    "Evaluation",
    "Hold",
    "Hook",
    "InboundRule",
    "Inquiry",
    "LedgerKey",
    "LogEpoch",
    "LogHorizon",
    "LoggedEvent",
    "Meaning",
    "Message",
    "MissedCall",
    "NumberBinding",
    "Organisation",
    "OrganisationKey",
    "OutboxEntry",
    "OwnLogHorizon",
    "Passage",
    "PasswordLink",
    "Policy",
    "PolicyBacktest",
    "PolicyTrial",
    "PolicyVersion",
    "RateCounter",
    "Record",
    "RecordAudit",
    "Recording",
    "RecordingChunk",
    "Rejection",
    "RetentionPolicy",
    "RuleChange",
    "ScheduleRow",
    "ScoreTally",
    "Suppression",
    "SuppressionQuote",
    "Sweep",
    "Table",
    "Trial",
    "User",
    "UserSession",
    "VersionComparison",
    "Webhook",
]
