"""What scores keep about people: quotes, reasons and comments."""

from backend.platform.people.personal_data import CALLS, Holdings, Rows
from backend.providers.runtime import Runtime

_OF_CALLS = f"call_id = any({CALLS})"
_STAFF = "written by those who work with the service, about no call"

HOLDINGS = Holdings[Runtime](
    "quality",
    rows=(
        Rows("calibration_ratings", "call_ids", _OF_CALLS, ("results",)),
        Rows("calibration_calls", "call_ids", _OF_CALLS, ("verdicts", "failure")),
        Rows("policy_trials", "call_ids", _OF_CALLS, ("verdicts", "moved", "failure")),
        Rows("call_comments", "call_ids", _OF_CALLS, ("text", "by_name")),
        Rows("disputes", "call_ids", _OF_CALLS, ("reason",)),
        Rows("counted_evaluations", "call_ids", _OF_CALLS, (), ("parts",)),
        Rows(
            "criterion_verdicts",
            "call_ids",
            "evaluation_id in (select id from evaluations"
            " where call_id = any(cast(:call_ids as uuid[])))",
            ("verdict", "reason", "evidence", "problems", "note"),
            ("key", "name", "category"),
        ),
        Rows(
            "evaluations",
            "call_ids",
            _OF_CALLS,
            ("resolution", "problems", "failure", "note"),
            ("source_sha256", "category_scores", "model"),
        ),
    ),
    harmless={
        "calibrations": _STAFF,
        "criterion_reliability": "figures of criteria",
        "policies": _STAFF,
        "policy_backtests": _STAFF,
        "policy_versions": _STAFF,
        "score_tallies": "sums over a week of calls",
    },
)
