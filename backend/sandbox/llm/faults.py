"""What can be made to go wrong with the LLM."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox import faults
from backend.sandbox.faults import Rule


class FaultKind(StrEnum):
    """In the order they take effect."""

    SLOW = "slow"
    KEY_UNKNOWN = "key_unknown"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    CONNECTION_RESET = "connection_reset"
    INVALID_JSON = "invalid_json"
    TRUNCATED_JSON = "truncated_json"
    EMPTY = "empty"
    REFUSAL = "refusal"
    WRONG_TYPE = "wrong_type"
    MISSING_REQUIRED = "missing_required"
    OUTSIDE_ENUM = "outside_enum"
    INVENTED_QUOTE = "invented_quote"
    UNRELATED_QUOTE = "unrelated_quote"
    WRONG_TURN = "wrong_turn"
    SWAPPED_DIGITS = "swapped_digits"
    FLIPPED_BOOLEAN = "flipped_boolean"
    # Of a judge of calls.
    WRONG_SPEAKER = "wrong_speaker"
    BORROWED_QUOTE = "borrowed_quote"
    EVERYTHING_YES = "everything_yes"


ENDING = frozenset(
    {
        FaultKind.KEY_UNKNOWN,
        FaultKind.RATE_LIMITED,
        FaultKind.SERVER_ERROR,
        FaultKind.CONNECTION_RESET,
    }
)


class FaultParams(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(default=5, ge=0, description="How long `slow` waits.")
    retry_after: float = Field(default=1, ge=0, description="What `rate_limited` asks for.")
    fields: list[str] = Field(
        default_factory=list,
        description="Dotted paths of the fields to spoil; none: every field it applies to.",
    )


class FaultRule(Rule):
    kind: FaultKind
    params: FaultParams = Field(default_factory=FaultParams)


Fault = faults.Fault[FaultRule]
