"""What backtests keep about people: the record that a trial came to."""

from backend.platform.people.personal_data import CALLS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

HOLDINGS = Holdings[Runtime](
    "evaluation",
    rows=(
        Rows(
            "trials",
            "call_ids",
            f"call_id = any({CALLS})",
            ("result", "failure"),
            ("source_sha256",),
            kinds=(KeptKind.RECORDS,),
        ),
    ),
    harmless={"backtests": "which version was tried, and with which model"},
)
