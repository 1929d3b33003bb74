"""The filters of `list-calls`: `{"type": "number", "op": "gt", "value": 5}` and the like."""

import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.sandbox.retell.bodies.body import Body

_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "sw": str.startswith,
    "ew": str.endswith,
    "co": operator.contains,
}
_NUMBER: Mapping[str, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_STATUSES = frozenset({"not_connected", "ongoing", "ended", "error"})


class Keyed(Body):
    """A filter on a value, or on the value that an object has under a key."""

    key: str | None = None


class StringFilter(Keyed):
    type: Literal["string"]
    op: Literal["eq", "ne", "sw", "ew", "co"]
    value: str

    def accepts(self, found: Any) -> bool:
        if found is None:
            return self.op == "ne"
        return _TEXT[self.op](str(found), self.value)


class NumberFilter(Keyed):
    type: Literal["number"]
    op: Literal["eq", "ne", "gt", "ge", "lt", "le"]
    value: float

    def accepts(self, found: Any) -> bool:
        if not _is_number(found):
            return self.op == "ne"
        return _NUMBER[self.op](found, self.value)


class RangeFilter(Keyed):
    type: Literal["range"]
    op: Literal["bt"]
    value: Annotated[list[float], Field(min_length=2, max_length=2)]

    def accepts(self, found: Any) -> bool:
        lowest, highest = self.value
        return _is_number(found) and lowest <= found <= highest


class EnumFilter(Keyed):
    type: Literal["enum"]
    op: Literal["in"]
    value: list[str]

    def accepts(self, found: Any) -> bool:
        return found in self.value


class BooleanFilter(Keyed):
    type: Literal["boolean"]
    op: Literal["eq"]
    value: bool

    def accepts(self, found: Any) -> bool:
        return found is self.value


class PresentFilter(Keyed):
    type: Literal["present"]
    op: Literal["pr", "np"]

    def accepts(self, found: Any) -> bool:
        return (found is not None) == (self.op == "pr")


Filter = Annotated[
    StringFilter | NumberFilter | RangeFilter | EnumFilter | BooleanFilter | PresentFilter,
    Field(discriminator="type"),
]


class StatusFilter(EnumFilter):
    @model_validator(mode="after")
    def _can_be_filtered(self) -> Self:
        # Retell shows registered calls but has no filter for them.
        if unknown := set(self.value) - _STATUSES:
            raise ValueError(f"call_status cannot be {', '.join(sorted(unknown))}")
        return self


class AgentFilter(Body):
    agent_id: str
    version: list[float] = []


class ToolCallFilter(Body):
    name: str | None = None
    type: str | None = None
    success: BooleanFilter | None = None


class FilterCriteria(Body):
    """All must hold; only the agents are alternatives."""

    agent: list[AgentFilter] | None = None
    tool_calls: list[ToolCallFilter] | None = None
    metadata: list[Filter] | None = None
    dynamic_variables: list[Filter] | None = None
    custom_attributes: list[Filter] | None = None
    custom_analysis_data: list[Filter] | None = None
    call_status: StatusFilter | None = None
    agent_tag: Filter | None = None
    batch_call_id: Filter | None = None
    call_id: Filter | None = None
    call_successful: Filter | None = None
    call_type: Filter | None = None
    combined_cost: Filter | None = None
    data_storage_setting: Filter | None = None
    direction: Filter | None = None
    disconnection_reason: Filter | None = None
    duration_ms: Filter | None = None
    e2e_latency_p50: Filter | None = None
    end_timestamp: Filter | None = None
    from_number: Filter | None = None
    in_voicemail: Filter | None = None
    start_timestamp: Filter | None = None
    to_number: Filter | None = None
    user_sentiment: Filter | None = None


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)
