"""What runs after which event, and what runs by the clock: the whole service on one page."""

from backend.agents import jobs as agents, personal_data as agents_kept
from backend.agents.events import AgentCheckRequested, AgentPublished
from backend.analysis import (
    jobs as analysis,
    masking,
    personal_data as analysis_kept,
    telling as analysis_told,
)
from backend.analysis.events import AnalysisRequested
from backend.auth import jobs as accounts, personal_data as accounts_kept
from backend.auth.events import RetellKeyChanged
from backend.calls import jobs as calls, personal_data as calls_kept, telling as calls_told
from backend.calls.events import (
    CallAnalyzed,
    CallCanceled,
    CallDialing,
    CallEnded,
    CallFailed,
    CallMaskedAnew,
    CallMissed,
    CallNotConnected,
    CallOverdue,
    CallQueued,
    CallRevised,
)
from backend.campaigns import (
    jobs as campaigns,
    masking as contact_masks,
    personal_data as campaigns_kept,
    settling,
)
from backend.campaigns.events import (
    CampaignResumed,
    CampaignStarted,
    CampaignToCheck,
    ContactsAdded,
)
from backend.compliance import personal_data as compliance_kept
from backend.compliance.events import InquiryDue, SuppressionsGrew
from backend.conduct import jobs as conduct, personal_data as conduct_kept
from backend.destinations import jobs as destinations, personal_data as destinations_kept
from backend.destinations.events import DestinationDisabled, ReplayRequested
from backend.evaluation import jobs as evaluation, personal_data as evaluation_kept
from backend.evaluation.events import BacktestToApply, TrialDue
from backend.insights import jobs as insights, personal_data as insights_kept
from backend.insights.meaning.events import EmbeddingDue, PassagesCut
from backend.platform import limits
from backend.platform.events import Wiring
from backend.platform.settings import GivenSettings
from backend.providers.runtime import Runtime
from backend.quality import (
    jobs as quality,
    personal_data as quality_kept,
    telling as quality_told,
)
from backend.quality.calibration import jobs as calibration
from backend.quality.calibration.events import CallToCalibrate
from backend.quality.events import (
    EvaluationCompleted,
    EvaluationDisputed,
    EvaluationNeedsReview,
    EvaluationRequested,
    EvaluationReviewed,
    PolicyTrialDue,
)
from backend.quality.golden import jobs as golden
from backend.quality.reports import jobs as reports
from backend.recordings import jobs as recordings, personal_data as recordings_kept
from backend.recordings.events import ChunkCut, RecordingHeard, RecordingQueued
from backend.records import (
    jobs as records,
    personal_data as records_kept,
    telling as records_told,
)
from backend.records.events import (
    RecordCorrected,
    RecordExtracted,
    RecordFailed,
    RecordNeedsReview,
    RecordRequested,
)
from backend.retention import jobs as retention, measuring, personal_data as retention_kept
from backend.retention.events import ErasureDue
from backend.stream import jobs as stream, personal_data as stream_kept
from backend.webhooks import jobs as webhooks, personal_data as webhooks_kept
from backend.webhooks.events import WebhookStored

_MINUTE_SECONDS = 60.0
_PRUNE_SECONDS = 3600.0
_FOLLOW_SECONDS = 2.0
_GOLDEN_SECONDS = 600.0
_NIGHT_SECONDS = 24 * 3600.0


def build(settings: GivenSettings) -> Wiring[Runtime]:
    wiring = Wiring[Runtime]()

    wiring.on(CallQueued, calls.claim_next)
    wiring.on(RetellKeyChanged, calls.resume_with_new_key)
    wiring.on(CallDialing, calls.dial, give_up=calls.leave_to_look_up)
    wiring.on(WebhookStored, webhooks.apply_webhook, give_up=webhooks.fail_webhook)
    wiring.on(CallOverdue, calls.look_up)
    wiring.on(CallMissed, calls.fetch_missed)

    wiring.on(CallEnded, records.open_revision)
    wiring.on(CallFailed, records.open_revision)
    wiring.on(CallAnalyzed, records.open_revision)
    wiring.on(CallRevised, records.open_revision)
    wiring.on(RecordRequested, records.make_record, give_up=records.give_up)
    wiring.on(TrialDue, evaluation.run_trial, give_up=evaluation.fail_trial)
    wiring.on(BacktestToApply, evaluation.apply_backtest)

    wiring.on(CallEnded, calls.claim_next)
    wiring.on(CallNotConnected, calls.claim_next)
    wiring.on(CallFailed, calls.claim_next)

    _wire_campaigns(wiring, settings)
    _wire_quality(wiring)
    _wire_analysis(wiring)
    _wire_recordings(wiring, settings)
    _wire_insights(wiring)

    wiring.on(AgentPublished, agents.rebind_numbers)
    wiring.on(AgentPublished, records.mask_words)
    wiring.every(_NIGHT_SECONDS, records.mask_all_words)
    wiring.on(AgentCheckRequested, agents.check_agent)
    wiring.every(_NIGHT_SECONDS, agents.request_checks)

    _wire_destinations(wiring)

    wiring.every(settings.dial.tick_seconds, calls.claim_all_due)
    wiring.every(settings.dial.limit_seconds, calls.refresh_limits)
    wiring.every(settings.deadline.check_seconds, calls.claim_overdue)
    wiring.every(settings.sweep.interval_seconds, calls.sweep)
    wiring.every(_PRUNE_SECONDS, webhooks.prune)
    wiring.every(_PRUNE_SECONDS, stream.prune_log)
    wiring.every(_PRUNE_SECONDS, accounts.prune)
    wiring.every(_PRUNE_SECONDS, limits.prune)

    _wire_retention(wiring)
    return wiring


def _wire_recordings(wiring: Wiring[Runtime], settings: GivenSettings) -> None:
    """Say what runs for recordings, in a lane of their own."""
    sound = wiring.open_lane("sound", concurrency=settings.recording.concurrency)
    wiring.on(RecordingQueued, recordings.prepare, give_up=recordings.give_up, lane=sound)
    wiring.on(ChunkCut, recordings.transcribe_chunk, give_up=recordings.give_up, lane=sound)
    wiring.on(RecordingHeard, recordings.join, give_up=recordings.give_up, lane=sound)
    wiring.on(CallEnded, recordings.transcribe_call)
    wiring.on(CallAnalyzed, recordings.transcribe_call)
    wiring.every(_MINUTE_SECONDS, recordings.close_overdue)
    wiring.every(_NIGHT_SECONDS, recordings.delete_orphans)


def _wire_analysis(wiring: Wiring[Runtime]) -> None:
    """Say what has calls analysed, in a lane of its own: records never wait for it."""
    for over in (CallEnded, CallFailed, CallAnalyzed, CallRevised):
        wiring.on(over, analysis.open_analysis)
    lane = wiring.open_lane("analysis", concurrency=2)
    wiring.on(
        AnalysisRequested,
        analysis.make_analysis,
        give_up=analysis.give_up_analysis,
        lane=lane,
    )
    wiring.tell("analysis", analysis_told.tell_analyses, example=analysis_told.example_analysis)


def _wire_destinations(wiring: Wiring[Runtime]) -> None:
    """Say what others are told, and who tells them."""
    wiring.tell("call", calls_told.tell_calls, example=calls_told.example_call)
    wiring.tell("record", records_told.tell_records, example=records_told.example_record)
    wiring.beside(destinations.deliver)
    wiring.on(DestinationDisabled, destinations.tell_administrators)
    wiring.on(ReplayRequested, destinations.replay_deliveries)
    wiring.every(_MINUTE_SECONDS, destinations.switch_off_failing)
    wiring.every(_FOLLOW_SECONDS, destinations.follow_runs)
    wiring.every(_PRUNE_SECONDS, destinations.prune)


def _wire_insights(wiring: Wiring[Runtime]) -> None:
    """Say what makes calls found by what was said, and what watches numbers and versions."""
    # What an analysis brings of the transcript is announced as a revision.
    for over in (CallEnded, CallFailed, CallRevised, CallMaskedAnew):
        wiring.on(over, insights.cut_call)
    wiring.every(_NIGHT_SECONDS, insights.cut_earlier)
    embedding = wiring.open_lane("embedding", concurrency=2)
    wiring.on(PassagesCut, insights.embed_call, lane=embedding)
    wiring.on(EmbeddingDue, insights.embed_all, lane=embedding)
    wiring.every(_MINUTE_SECONDS, insights.embed_missing)
    wiring.every(_MINUTE_SECONDS, insights.check_alerts)
    wiring.every(_MINUTE_SECONDS, insights.compare_versions)


def _wire_compliance(wiring: Wiring[Runtime]) -> None:
    """Say what makes a number one that is not to be called, and what follows from that."""
    for made in (RecordExtracted, RecordNeedsReview, RecordCorrected):
        wiring.on(made, records.suppress_opted_out)
    for over in (CallEnded, CallFailed, CallAnalyzed, CallRevised):
        wiring.on(over, conduct.check_call)
    wiring.every(_NIGHT_SECONDS, conduct.check_earlier)
    wiring.on(SuppressionsGrew, calls.end_suppressed)
    hooks = wiring.open_lane("hooks", concurrency=16)
    wiring.on(InquiryDue, calls.ask_hooks, lane=hooks)


def _wire_campaigns(wiring: Wiring[Runtime], settings: GivenSettings) -> None:
    """Say what moves the contacts of campaigns on: what comes of their calls, and the clock."""
    _wire_compliance(wiring)
    over = (CallEnded, CallNotConnected, CallFailed, CallCanceled, CallAnalyzed, CallRevised)
    for learned in (*over, RecordExtracted, RecordNeedsReview, RecordFailed, RecordCorrected):
        wiring.on(learned, campaigns.settle, concerns=settling.find_calls_of_contacts)
    for begun in (CampaignStarted, CampaignResumed, ContactsAdded):
        wiring.on(begun, campaigns.claim_next)
    wiring.on(CampaignToCheck, campaigns.check)
    wiring.every(settings.dial.tick_seconds, campaigns.tend)


def _wire_retention(wiring: Wiring[Runtime]) -> None:
    """Say what is kept about people by which room, those above before those below."""
    wiring.on(ErasureDue, retention.erase, give_up=retention.give_up)
    wiring.every(_PRUNE_SECONDS, retention.erase_again)
    wiring.every(_PRUNE_SECONDS, retention.clean_up)
    wiring.every(_PRUNE_SECONDS, retention.forget_disclosures)
    wiring.measure(measuring.measure)
    wiring.masks(masking.find_masks, contact_masks.find_masks)
    wiring.keeps(
        *(destinations_kept.HOLDINGS, webhooks_kept.HOLDINGS, insights_kept.HOLDINGS),
        *(quality_kept.HOLDINGS, analysis_kept.HOLDINGS),
        *(evaluation_kept.HOLDINGS, records_kept.HOLDINGS, recordings_kept.HOLDINGS),
        *(campaigns_kept.HOLDINGS,),
        *(
            conduct_kept.HOLDINGS,
            calls_kept.HOLDINGS,
            compliance_kept.HOLDINGS,
            agents_kept.HOLDINGS,
        ),
        *(stream_kept.HOLDINGS,),
        *(accounts_kept.HOLDINGS, retention_kept.HOLDINGS),
    )


def _wire_quality(wiring: Wiring[Runtime]) -> None:
    """Say what runs for scores: each call that is over is evaluated by the policies for it."""
    for over in (CallEnded, CallFailed, CallAnalyzed, CallRevised):
        wiring.on(over, quality.open_evaluations)
    wiring.on(EvaluationRequested, quality.make_evaluation, give_up=quality.give_up_evaluation)
    wiring.on(PolicyTrialDue, quality.try_policy, give_up=quality.give_up_trial)
    for told in (
        EvaluationCompleted,
        EvaluationNeedsReview,
        EvaluationReviewed,
        EvaluationDisputed,
    ):
        wiring.on(told, reports.count_evaluation)
    wiring.on(CallToCalibrate, calibration.judge_call, give_up=calibration.give_up_call)
    wiring.every(_MINUTE_SECONDS, calibration.finish_complete)
    wiring.every(_MINUTE_SECONDS, golden.finish_complete)
    wiring.every(_GOLDEN_SECONDS, golden.run_due)
    wiring.tell(
        "evaluation", quality_told.tell_evaluations, example=quality_told.example_evaluation
    )
