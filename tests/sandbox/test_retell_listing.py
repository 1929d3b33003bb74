"""The list of calls: filters, pages, order."""

import asyncio
from typing import Any

import pytest
from retell import BadRequestError

from tests.sandbox.sandbox_user import OWN_NUMBER, PERSON, SandboxUser


def text(op: str, value: str) -> dict[str, Any]:
    return {"type": "string", "op": op, "value": value}


def number(op: str, value: float) -> dict[str, Any]:
    return {"type": "number", "op": op, "value": value}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "enum", "op": "in", "value": list(values)}


YES = {"type": "boolean", "op": "eq", "value": True}
NO = YES | {"value": False}


async def found(user: SandboxUser, **criteria: Any) -> set[str]:
    """Return which of the calls, by their `name` in the metadata, fit the filters."""
    listed = await user.retell.call.list(filter_criteria=criteria)  # type: ignore[arg-type]  # any
    return {item.metadata["name"] for item in listed.items}  # type: ignore[index]  # an object


@pytest.fixture
async def three_calls(user: SandboxUser) -> list[str]:
    """Play a check-in, a voicemail and a call nobody answers; return their ids."""
    wanted = [{"type": "string", "name": "driver_status", "description": "Status"}]
    agent = await user.agent(post_call_analysis_data=wanted)
    plays: list[tuple[str, str, dict[str, Any], dict[str, str] | None]] = [
        ("check-in", "driver_check_in", {"order": 5, "urgent": True}, {"city": "Fresno"}),
        ("voicemail", "voicemail", {"order": 9}, {"city": "Reno"}),
        ("no-answer", "no_answer", {"order": "x"}, None),
    ]
    calls = await asyncio.gather(
        *(
            user.play(
                agent.agent_id,
                scenario,
                metadata={"name": name, **metadata},
                **({"retell_llm_dynamic_variables": variables} if variables else {}),
            )
            for name, scenario, metadata, variables in plays
        )
    )
    return [call.call_id for call in calls]


CHECKS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"check-in", "voicemail", "no-answer"}),
    ({"call_status": one_of("ended")}, {"check-in", "voicemail"}),
    ({"call_status": one_of("not_connected", "error")}, {"no-answer"}),
    ({"disconnection_reason": one_of("voicemail_reached")}, {"voicemail"}),
    ({"in_voicemail": YES}, {"voicemail"}),
    ({"call_successful": YES}, {"check-in"}),
    ({"user_sentiment": one_of("Unknown")}, {"no-answer"}),
    ({"call_type": one_of("web_call")}, set()),
    ({"direction": one_of("outbound")}, {"check-in", "voicemail", "no-answer"}),
    ({"to_number": text("ew", PERSON[-4:])}, {"check-in", "voicemail", "no-answer"}),
    ({"from_number": text("ne", OWN_NUMBER)}, set()),
    ({"duration_ms": number("gt", 60_000)}, {"check-in"}),
    ({"duration_ms": {"type": "range", "op": "bt", "value": [1, 60_000]}}, {"voicemail"}),
    ({"combined_cost": number("ge", 10)}, {"check-in"}),
    ({"e2e_latency_p50": number("gt", 0)}, {"check-in", "voicemail"}),
    ({"start_timestamp": number("gt", 0)}, {"check-in", "voicemail"}),
    ({"end_timestamp": number("lt", 1)}, set()),
    ({"batch_call_id": text("eq", "batch")}, set()),
    ({"metadata": [text("eq", "voicemail") | {"key": "name"}]}, {"voicemail"}),
    ({"metadata": [text("co", "-") | {"key": "name"}]}, {"check-in", "no-answer"}),
    ({"metadata": [text("sw", "no") | {"key": "name"}]}, {"no-answer"}),
    ({"metadata": [number("le", 5) | {"key": "order"}]}, {"check-in"}),
    ({"metadata": [number("ne", 5) | {"key": "order"}]}, {"voicemail", "no-answer"}),
    ({"metadata": [YES | {"key": "urgent"}]}, {"check-in"}),
    ({"metadata": [one_of("x", "y") | {"key": "order"}]}, {"no-answer"}),
    (
        {"metadata": [{"type": "present", "op": "np", "key": "urgent"}]},
        {"voicemail", "no-answer"},
    ),
    (
        {"metadata": [number("gt", 1) | {"key": "order"}, YES | {"key": "urgent"}]},
        {"check-in"},
    ),
    ({"dynamic_variables": [text("eq", "Reno") | {"key": "city"}]}, {"voicemail"}),
    (
        {"custom_analysis_data": [text("eq", "Delayed") | {"key": "driver_status"}]},
        {"check-in"},
    ),
    ({"tool_calls": [{"name": "end_call"}]}, {"check-in"}),
    ({"tool_calls": [{"type": "transfer_call"}]}, set()),
    ({"tool_calls": [{"name": "end_call", "success": NO}]}, set()),
    ({"agent": [{"agent_id": "agent_nobody"}]}, set()),
]


async def test_filters_find_the_calls_they_describe(
    user: SandboxUser, three_calls: list[str]
) -> None:
    await user.limit(list=None)

    answers = [(criteria, await found(user, **criteria)) for criteria, _ in CHECKS]

    assert answers == CHECKS


async def test_agents_of_a_filter_are_alternatives(
    user: SandboxUser, three_calls: list[str]
) -> None:
    other = await user.agent()
    call = await user.play(other.agent_id, "hang_up", metadata={"name": "other"})
    first = (await user.get(three_calls[0])).agent_id

    assert await found(user, agent=[{"agent_id": call.agent_id}]) == {"other"}
    assert len(await found(user, agent=[{"agent_id": first}, {"agent_id": call.agent_id}])) == 4
    assert await found(user, agent=[{"agent_id": first, "version": [1]}]) == set()
    assert await found(user, call_id=text("eq", call.call_id)) == {"other"}


@pytest.mark.parametrize(
    "criteria",
    [
        {"call_status": one_of("registered")},
        {"duration_ms": {"type": "number", "op": "co", "value": 1}},
        {"duration_ms": {"type": "range", "op": "bt", "value": [1]}},
        {"to_number": {"type": "telepathy", "op": "eq", "value": 1}},
    ],
    ids=str,
)
async def test_a_filter_retell_does_not_have_is_refused(
    user: SandboxUser, criteria: dict[str, Any]
) -> None:
    with pytest.raises(BadRequestError):
        await user.retell.call.list(filter_criteria=criteria)  # type: ignore[arg-type]  # wrong


async def test_items_leave_out_what_was_said(user: SandboxUser, three_calls: list[str]) -> None:
    listed = await user.retell.call.list(sort_order="ascending")

    item = next(item for item in listed.items if item.call_id == three_calls[0]).to_dict()
    whole = await user.raw(three_calls[0])
    left_out = {"transcript", "transcript_object", "transcript_with_tool_calls"}
    left_out |= {"recording_url", "recording_multi_channel_url"}
    assert set(whole) - set(item) == left_out
    assert item["call_analysis"] == whole["call_analysis"]


async def test_pages_lead_through_all_calls_in_both_orders(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)
    calls = [await user.play(agent.agent_id, "hang_up") for _ in range(5)]
    by_start = [call.call_id for call in sorted(calls, key=lambda call: call.start_timestamp or 0)]

    for order, expected in (("ascending", by_start), ("descending", by_start[::-1])):
        seen: list[str] = []
        key: dict[str, str] = {}
        while True:
            page = await user.retell.call.list(limit=2, sort_order=order, **key)  # type: ignore[arg-type]  # a literal
            seen += [item.call_id for item in page.items]
            if page.pagination_key is None:
                break
            key = {"pagination_key": page.pagination_key}
        assert seen == expected
        assert page.has_more is False


async def test_a_call_deleted_between_two_pages_does_not_lose_the_place(user: SandboxUser) -> None:
    agent = await user.agent(webhook_url=None)
    calls = [await user.play(agent.agent_id, "hang_up") for _ in range(4)]
    first = await user.retell.call.list(limit=2, sort_order="ascending")
    assert first.pagination_key is not None

    await user.retell.call.delete(calls[1].call_id)

    second = await user.retell.call.list(
        limit=2, sort_order="ascending", pagination_key=first.pagination_key
    )
    assert [item.call_id for item in second.items] == [calls[2].call_id, calls[3].call_id]


async def test_skipping_and_totals(user: SandboxUser, three_calls: list[str]) -> None:
    page = await user.retell.call.list(skip=1, limit=1, include_total=True)
    plain = await user.retell.call.list()

    assert (len(page.items), page.has_more, page.total) == (1, True, 3)
    assert (len(plain.items), plain.has_more, plain.total) == (3, False, None)


@pytest.mark.parametrize(
    "query",
    [{"skip": 1, "pagination_key": "MXx4"}, {"limit": 1001}, {"limit": 0}, {"pagination_key": "?"}],
    ids=str,
)
async def test_a_wrong_page_is_refused(user: SandboxUser, query: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        await user.retell.call.list(**query)
