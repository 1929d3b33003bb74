"""What metrics are called where people send their names."""

from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

Metric: TypeAlias = (
    Literal[
        "calls",
        "answered_by_people_percent",
        "duration_ms",
        "cost_cents",
        "valid_percent",
        "review_percent",
        "score",
        "passed_percent",
        "webhooks_missed",
        "deliveries_dead",
    ]
    | Annotated[
        str,
        StringConstraints(
            pattern=r"^(field:[A-Za-z][A-Za-z0-9_]{0,63}(=[^\x00]{1,200})?"
            r"|filled:[A-Za-z][A-Za-z0-9_]{0,63})$"
        ),
    ]
)
ABOUT = (
    "A number of calls (`calls`), a share of them, a mean (`duration_ms`, `score`), what was spent "
    "(`cost_cents`), or about a field of records: `field:boxes` is the mean of a number or the "
    "percentage that is true, `field:status=late` the percentage with this value, `filled:boxes` "
    "the percentage with any."
)
