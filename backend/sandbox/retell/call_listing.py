"""Retell's list of calls: filtered, sorted by start, in pages, without what was said."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from backend.sandbox.retell.bodies.body import Body
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.call_object import listed_object
from backend.sandbox.retell.filters import AgentFilter, FilterCriteria, ToolCallFilter
from backend.sandbox.retell.pages import SortOrder, page_key, position_of
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, invalid
from backend.sandbox.screenplay import tool_call

_VALUES: Mapping[str, Callable[[Call], Any]] = {
    "call_id": lambda call: call.call_id,
    "call_status": lambda call: call.status,
    "call_type": lambda call: call.call_type,
    "data_storage_setting": lambda call: call.data_storage_setting,
    "direction": lambda call: call.direction,
    "disconnection_reason": lambda call: call.disconnection_reason,
    "from_number": lambda call: call.from_number,
    "to_number": lambda call: call.to_number,
    "start_timestamp": lambda call: call.start_ms,
    "end_timestamp": lambda call: call.end_ms,
    "duration_ms": lambda call: call.measured.get("duration_ms"),
    "combined_cost": lambda call: call.measured.get("call_cost", {}).get("combined_cost"),
    "e2e_latency_p50": lambda call: call.measured.get("latency", {}).get("e2e", {}).get("p50"),
    "call_successful": lambda call: (call.analysis or {}).get("call_successful"),
    "in_voicemail": lambda call: (call.analysis or {}).get("in_voicemail"),
    "user_sentiment": lambda call: (call.analysis or {}).get("user_sentiment"),
    # Neither tags nor batches are simulated: no call has one.
    "agent_tag": lambda _: None,
    "batch_call_id": lambda _: None,
}
_OBJECTS: Mapping[str, Callable[[Call], Any]] = {
    "metadata": lambda call: call.metadata,
    "dynamic_variables": lambda call: call.variables,
    "custom_attributes": lambda call: call.custom_attributes,
    "custom_analysis_data": lambda call: (call.analysis or {}).get("custom_analysis_data"),
}


class CallQuery(Body):
    filter_criteria: FilterCriteria = FilterCriteria()
    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    pagination_key: str | None = None
    skip: Annotated[int, Field(ge=0)] | None = None
    sort_order: SortOrder = "descending"
    include_total: bool = False


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.post("/v3/list-calls")
    async def list_calls(query: CallQuery | None = None) -> Response:
        return JSON(_page(retell, query or CallQuery()))

    return router


def _page(retell: Retell, query: CallQuery) -> dict[str, Any]:
    if query.pagination_key is not None and query.skip is not None:
        raise invalid("Give pagination_key or skip, not both.")
    found = [call for call in retell.store.calls.values() if _fits(call, query.filter_criteria)]
    total = len(found)
    found.sort(key=_position, reverse=query.sort_order == "descending")
    if query.pagination_key is not None:
        found = list(_after(found, query.pagination_key, query.sort_order))
    rest = found[query.skip or 0 :]
    cut = rest[: query.limit]
    has_more = len(rest) > len(cut)
    shown: dict[str, Any] = {
        "items": [listed_object(call, retell.public_url) for call in cut],
        "has_more": has_more,
    }
    if has_more:
        shown["pagination_key"] = page_key("|".join(map(str, _position(cut[-1]))))
    if query.include_total:
        shown["total"] = total
    return shown


def _position(call: Call) -> tuple[int, str]:
    """Sort by start; a call that never started stands where it was created."""
    return call.start_ms or call.created_ms, call.call_id


def _after(calls: list[Call], key: str, sort_order: SortOrder) -> Iterator[Call]:
    """Go on behind a position and not behind a call, which may be deleted meanwhile."""
    at, _, call_id = position_of(key).partition("|")
    if not at.isdecimal():
        raise invalid("pagination_key is not one this list gave.")
    last = int(at), call_id
    for call in calls:
        position = _position(call)
        if position < last if sort_order == "descending" else position > last:
            yield call


def _fits(call: Call, wanted: FilterCriteria) -> bool:
    return (
        (wanted.agent is None or any(_took(call, agent) for agent in wanted.agent))
        and all(_used(call, tool) for tool in wanted.tool_calls or [])
        and all(_accepts(wanted, name, value(call)) for name, value in _VALUES.items())
        and all(_accepts_parts(wanted, name, value(call)) for name, value in _OBJECTS.items())
    )


def _accepts(wanted: FilterCriteria, name: str, value: Any) -> bool:
    chosen: Any = getattr(wanted, name)
    return chosen is None or chosen.accepts(value)


def _accepts_parts(wanted: FilterCriteria, name: str, value: Any) -> bool:
    parts = value if isinstance(value, dict) else {}
    chosen: list[Any] = getattr(wanted, name) or []
    return all(part.accepts(parts.get(part.key)) for part in chosen)


def _took(call: Call, agent: AgentFilter) -> bool:
    is_version = not agent.version or call.agent_version in agent.version
    return call.agent_id == agent.agent_id and is_version


def _used(call: Call, wanted: ToolCallFilter) -> bool:
    played = call.script.lines[: call.turns_played]
    names = {tool_call(line).name for line in played if line.role == "tool"}
    # The tools of screenplays are named as their type and never fail.
    is_success = wanted.success is None or wanted.success.value
    return is_success and any(
        wanted.name in {None, name} and wanted.type in {None, name} for name in names
    )
