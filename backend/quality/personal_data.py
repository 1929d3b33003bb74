"""What scores keep about people: quotes, reasons and comments."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

_OF_CALLS = f"call_id = any({CALLS})"
# What was made of a call goes with its record.
_KINDS = (KeptKind.RECORDS,)
_STAFF = "written by those who work with the service, about no call"

HOLDINGS = Holdings[Runtime](
    "quality",
    rows=(
        Rows("calibration_ratings", "call_ids", _OF_CALLS, ("results",), kinds=_KINDS),
        Rows("calibration_calls", "call_ids", _OF_CALLS, ("verdicts", "failure"), kinds=_KINDS),
        Rows(
            "policy_trials", "call_ids", _OF_CALLS, ("verdicts", "moved", "failure"), kinds=_KINDS
        ),
        Rows("call_comments", "call_ids", _OF_CALLS, ("text", "by_name"), kinds=_KINDS),
        Rows("disputes", "call_ids", _OF_CALLS, ("reason",), kinds=_KINDS),
        Rows("counted_evaluations", "call_ids", _OF_CALLS, (), ("parts",), kinds=_KINDS),
        Rows(
            "criterion_verdicts",
            "call_ids",
            "evaluation_id in (select id from evaluations"
            " where call_id = any(cast(:call_ids as uuid[])))",
            ("verdict", "reason", "evidence", "problems", "note"),
            ("key", "name", "category"),
            kinds=_KINDS,
        ),
        Rows(
            "evaluations",
            "call_ids",
            _OF_CALLS,
            ("resolution", "problems", "failure", "note"),
            ("source_sha256", "category_scores", "model"),
            kinds=_KINDS,
        ),
    ),
    harmless={
        "calibrations": _STAFF,
        "criterion_measurements": "figures of criteria, and what a policy asks",
        "criterion_reliability": "figures of criteria",
        "policies": _STAFF,
        "policy_backtests": _STAFF,
        "policy_versions": _STAFF,
        "score_tallies": "sums over a week of calls",
    },
)
