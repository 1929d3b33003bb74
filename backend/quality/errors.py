"""How policies and evaluations can fail."""

from backend.platform.errors import Conflict, Forbidden, NotFound, PreconditionFailed, Rejected


class PolicyNotFound(NotFound):
    code, title = "policy-not-found", "There is no such policy"


class PolicyVersionNotFound(NotFound):
    code, title = "policy-version-not-found", "The policy has no such version"


class PolicyChanged(PreconditionFailed):
    code, title = "policy-changed", "The policy's draft has been changed meanwhile"


class PolicyArchived(Conflict):
    code, title = "policy-archived", "The policy is archived"


class PolicyNotPublished(Conflict):
    code, title = "policy-not-published", "The policy has not been published"


class PolicyInvalid(Rejected):
    code, title = "policy-invalid", "The policy is not usable"


class EvaluationNotFound(NotFound):
    code, title = "evaluation-not-found", "The call has no such evaluation"


class NothingToEvaluate(Conflict):
    code, title = "nothing-to-evaluate", "There is nothing to evaluate"


class EvaluationNotCurrent(Conflict):
    code, title = "evaluation-not-current", "The evaluation has another revision by now"


class EvaluationNotOpen(Conflict):
    code, title = "evaluation-not-open", "The evaluation is not in a state for this"


class VerdictsInvalid(Rejected):
    code, title = "verdicts-invalid", "These verdicts do not fit the policy"


class DisputeNotYours(Forbidden):
    code, title = "dispute-not-yours", "This dispute is for somebody else to decide"


class CommentNotFound(NotFound):
    code, title = "comment-not-found", "The call has no such comment"


class CommentNotYours(Forbidden):
    code, title = "comment-not-yours", "The comment is somebody else's"


class CommentInvalid(Rejected):
    code, title = "comment-invalid", "The call has no such turn"


class TooFewReviewed(Conflict):
    code, title = "too-few-reviewed", "Too few calls have been reviewed"


class GoldenRunUnderWay(Conflict):
    code, title = "golden-run-under-way", "A golden run is under way"


class PolicyBacktestNotFound(NotFound):
    code, title = "policy-backtest-not-found", "The policy has no such back-test"
