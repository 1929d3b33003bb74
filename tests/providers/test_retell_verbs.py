"""What each verb asks Retell, and what it makes of the answers, good and bad."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
import respx
from pydantic import JsonValue

from backend.platform.errors import AppError
from backend.providers.retell import Retell
from backend.providers.retell_errors import (
    RetellAccountBlocked,
    RetellFailed,
    RetellNotFound,
    RetellRateLimited,
    RetellRefused,
    RetellTimedOut,
)
from backend.providers.retell_json import JsonObject
from backend.providers.retell_shapes import AgentVersion, CallSearch, Concurrency, KeyInfo

URL = "https://retell.test"
MISSING = "Cannot find requested asset under given api key."
AGENT: JsonObject = {
    "agent_id": "agent_1",
    "version": 2,
    "is_published": False,
    "response_engine": {"type": "retell-llm", "llm_id": "llm_1", "version": 2},
}


@pytest.fixture(scope="module")
async def retell() -> AsyncIterator[Retell]:
    client = Retell(api_key="key_test", base_url=URL)
    yield client
    await client.close()


@pytest.fixture
def api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL) as router:
        yield router


def sent_to(route: respx.Route) -> JsonValue:
    body: JsonValue = json.loads(route.calls.last.request.content)
    return body


async def test_an_llm_is_created_once_and_changed_after_that(
    retell: Retell, api: respx.MockRouter
) -> None:
    create = api.post("/create-retell-llm").respond(201, json={"llm_id": "llm_1"})
    update = api.patch("/update-retell-llm/llm_1").respond(json={"llm_id": "llm_1"})

    assert await retell.save_llm(None, {"general_prompt": "Call."}) == "llm_1"
    assert await retell.save_llm("llm_1", {"general_prompt": "Ask."}) == "llm_1"

    assert sent_to(create) == {"general_prompt": "Call."}
    assert sent_to(update) == {"general_prompt": "Ask."}


async def test_an_agent_is_created_with_every_field_as_given(
    retell: Retell, api: respx.MockRouter
) -> None:
    create = api.post("/create-agent").respond(201, json={**AGENT, "version": 0})
    fields: JsonObject = {
        "response_engine": {"type": "retell-llm", "llm_id": "llm_1"},
        "voice_id": "11labs-Adrian",
        "webhook_url": "https://ringback.example.com/webhook/retell/default",
        "a_field_of_next_year": [1, None],
    }

    version = await retell.save_agent(None, fields)

    assert version == AgentVersion(agent_id="agent_1", version=0, is_published=False)
    assert sent_to(create) == fields


async def test_a_draft_is_changed_in_place(retell: Retell, api: respx.MockRouter) -> None:
    api.get("/get-agent/agent_1").respond(json=AGENT)
    update = api.patch("/update-agent/agent_1").respond(json=AGENT)

    version = await retell.save_agent("agent_1", {"voice_id": "11labs-Adrian"})

    assert version == AgentVersion(agent_id="agent_1", version=2, is_published=False)
    assert sent_to(update) == {"voice_id": "11labs-Adrian"}


async def test_a_published_version_is_left_alone_and_a_new_draft_changed(
    retell: Retell, api: respx.MockRouter
) -> None:
    api.get("/get-agent/agent_1").respond(json={**AGENT, "is_published": True})
    create = api.post("/create-agent-version/agent_1").respond(201, json={**AGENT, "version": 3})
    api.patch("/update-agent/agent_1").respond(json={**AGENT, "version": 3})

    assert (await retell.save_agent("agent_1", {"voice_id": "v"})).version == 3
    assert sent_to(create) == {"base_version": 2}


async def test_opening_a_draft_makes_one_only_where_none_is_open(
    retell: Retell, api: respx.MockRouter
) -> None:
    latest = api.get("/get-agent/agent_1").respond(json=AGENT)
    assert (await retell.open_draft("agent_1")).version == 2

    latest.respond(json={**AGENT, "is_published": True})
    create = api.post("/create-agent-version/agent_1").respond(201, json={**AGENT, "version": 3})
    assert (await retell.open_draft("agent_1")).version == 3
    assert create.call_count == 1


@pytest.mark.parametrize(
    ("engine", "is_sent"),
    [
        ({"type": "retell-llm", "llm_id": "llm_1"}, False),
        ({"type": "retell-llm", "llm_id": "llm_1", "version": 9}, False),
        ({"type": "retell-llm", "llm_id": "llm_2"}, True),
        ({"type": "custom-llm", "llm_websocket_url": "wss://x"}, True),
    ],
)
async def test_the_engine_an_agent_has_is_not_sent_again(
    retell: Retell, api: respx.MockRouter, *, engine: JsonObject, is_sent: bool
) -> None:
    api.get("/get-agent/agent_1").respond(json=AGENT)
    update = api.patch("/update-agent/agent_1").respond(json=AGENT)
    await retell.save_agent("agent_1", {"voice_id": "v", "response_engine": engine})
    sent = sent_to(update)
    assert isinstance(sent, dict)
    assert ("response_engine" in sent) is is_sent
    assert sent["voice_id"] == "v"


async def test_publishing_names_the_version_in_the_body(
    retell: Retell, api: respx.MockRouter
) -> None:
    publish = api.post("/publish-agent-version/agent_1").respond(200)
    await retell.publish_agent("agent_1", 2, title="Autumn", description=None)
    assert sent_to(publish) == {"version": 2, "version_title": "Autumn"}
    assert not publish.calls.last.request.url.query


async def test_publishing_again_is_no_failure(retell: Retell, api: respx.MockRouter) -> None:
    api.post("/publish-agent-version/agent_1").respond(400, json={"message": "Already published"})
    look = api.get("/get-agent/agent_1", params={"version": "2"})
    look.respond(json={**AGENT, "is_published": True})
    await retell.publish_agent("agent_1", 2)
    assert look.called


async def test_a_version_retell_will_not_publish_is_refused(
    retell: Retell, api: respx.MockRouter
) -> None:
    api.post("/publish-agent-version/agent_1").respond(400, json={"message": "No voice"})
    api.get("/get-agent/agent_1").respond(json=AGENT)
    with pytest.raises(RetellRefused, match="Retell says: No voice"):
        await retell.publish_agent("agent_1", 2)


async def test_agents_and_llms_are_given_as_retell_has_them(
    retell: Retell, api: respx.MockRouter
) -> None:
    agent = api.get("/get-agent/agent_1").respond(json=AGENT)
    llm = api.get("/get-retell-llm/llm_1").respond(json={"llm_id": "llm_1", "x": [1]})
    assert await retell.get_agent("agent_1") == AGENT
    assert await retell.get_llm("llm_1", 0) == {"llm_id": "llm_1", "x": [1]}
    assert agent.calls.last.request.url.query == b""
    assert llm.calls.last.request.url.query == b"version=0"


async def test_an_agents_versions_are_followed_over_all_pages(
    retell: Retell, api: respx.MockRouter
) -> None:
    pages: list[JsonObject] = [
        {
            "items": [{"version": 1, "is_published": False, "base_version": 0}],
            "has_more": True,
            "pagination_key": "next",
        },
        {
            "items": [{"version": 0, "is_published": True, "version_title": "First"}],
            "has_more": False,
            "pagination_key": "ignored",
        },
    ]
    answers = (httpx.Response(200, json=page) for page in pages)
    route = api.get("/list-agent-versions/agent_1").mock(side_effect=answers)

    entries = await retell.list_agent_versions("agent_1")

    assert [(entry.version, entry.is_published) for entry in entries] == [(1, False), (0, True)]
    assert (entries[0].base_version, entries[1].title) == (0, "First")
    assert [call.request.url.query for call in route.calls] == [b"", b"pagination_key=next"]


async def test_pages_that_never_end_are_a_failure(retell: Retell, api: respx.MockRouter) -> None:
    api.get("/list-agent-versions/agent_1").respond(
        json={"items": [], "has_more": True, "pagination_key": "again"}
    )
    with pytest.raises(RetellFailed):
        await retell.list_agent_versions("agent_1")


@pytest.mark.parametrize("status", [204, 404, 422])
async def test_deleting_what_is_gone_changes_nothing(
    retell: Retell, api: respx.MockRouter, status: int
) -> None:
    api.delete("/delete-agent/agent_1").respond(status, json={"message": MISSING})
    api.delete("/delete-retell-llm/llm_1").respond(status, json={"message": MISSING})
    await retell.delete_agent("agent_1")
    await retell.delete_llm("llm_1")


async def test_an_llm_in_use_is_not_deleted(retell: Retell, api: respx.MockRouter) -> None:
    api.delete("/delete-retell-llm/llm_1").respond(400, json={"message": "In use"})
    with pytest.raises(RetellRefused):
        await retell.delete_llm("llm_1")


async def test_voices_are_listed(retell: Retell, api: respx.MockRouter) -> None:
    api.get("/list-voices").respond(
        json=[
            {"voice_id": "11labs-Adrian", "voice_name": "Adrian", "gender": "male", "age": 30},
            {"voice_id": "x", "preview_audio_url": "https://voices.example.com/x.mp3"},
        ]
    )
    adrian, other = await retell.list_voices()
    assert (adrian.voice_id, adrian.name, adrian.gender, adrian.age) == (
        *("11labs-Adrian", "Adrian", "male"),
        None,
    )
    assert (other.name, other.preview_url) == (None, "https://voices.example.com/x.mp3")


async def test_phone_numbers_are_listed_with_the_agents_bound_to_them(
    retell: Retell, api: respx.MockRouter
) -> None:
    number: JsonObject = {
        "phone_number": "+14155550199",
        "phone_number_type": "retell-twilio",
        "inbound_agents": [{"agent_id": "agent_1", "agent_version": "prod", "weight": 1}],
        "outbound_agents": [{"agent_id": "agent_1", "agent_version": 3, "weight": 0.5}],
        "inbound_webhook_url": None,
    }
    api.get("/v2/list-phone-numbers").respond(json={"items": [number], "has_more": False})
    (listed,) = await retell.list_phone_numbers()
    assert (listed.phone_number, listed.number_type) == ("+14155550199", "retell-twilio")
    assert listed.inbound_agents is not None
    assert listed.inbound_agents[0].agent_version == "prod"
    assert listed.outbound_agents is not None
    assert (listed.outbound_agents[0].agent_version, listed.outbound_agents[0].weight) == (3, 0.5)


async def test_a_phone_number_is_bound_to_an_agent(retell: Retell, api: respx.MockRouter) -> None:
    update = api.patch(path="/update-phone-number/+14155550199").respond(
        json={"phone_number": "+14155550199", "nickname": "Dispatch"}
    )
    fields: JsonObject = {"inbound_agents": [{"agent_id": "agent_1", "weight": 1}]}
    assert (await retell.update_phone_number("+14155550199", fields)).nickname == "Dispatch"
    assert sent_to(update) == fields


async def test_a_web_call_gives_what_a_browser_needs_and_hides_its_token(
    retell: Retell, api: respx.MockRouter
) -> None:
    create = api.post("/v3/create-web-call").respond(
        201,
        json={
            "call_id": "call_1",
            "access_token": "secret",
            "expires_at": 1_714_608_475_945,
            "transport": "gateway",
            "ice_servers": [{"urls": "stun:stun.example.com", "credential": "secret"}],
        },
    )
    access = await retell.create_web_call(
        "agent_1", agent_version=3, variables={"a": "b"}, metadata={"ringback_call_id": "0199"}
    )
    assert (access.call_id, access.access_token, access.transport) == (
        *("call_1", "secret"),
        "gateway",
    )
    assert access.expires_at == datetime(2024, 5, 2, 0, 7, 55, 945_000, tzinfo=UTC)
    assert access.ice_servers == [{"urls": "stun:stun.example.com", "credential": "secret"}]
    assert "secret" not in repr(access)
    assert sent_to(create) == {
        "agent_id": "agent_1",
        "agent_version": 3,
        "retell_llm_dynamic_variables": {"a": "b"},
        "metadata": {"ringback_call_id": "0199"},
    }


AFTER = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
BEFORE = datetime(2026, 11, 20, 12, 0, 0, 500_000, tzinfo=UTC)
AFTER_MS, BEFORE_MS = 1_795_172_400_000, 1_795_176_000_500


@pytest.mark.parametrize(
    ("search", "criteria"),
    [
        (CallSearch(), {}),
        (
            CallSearch(started_after=AFTER),
            {"start_timestamp": {"type": "number", "op": "ge", "value": AFTER_MS}},
        ),
        (
            CallSearch(started_before=BEFORE),
            {"start_timestamp": {"type": "number", "op": "le", "value": BEFORE_MS}},
        ),
        (
            CallSearch(started_after=AFTER, started_before=BEFORE),
            {"start_timestamp": {"type": "range", "op": "bt", "value": [AFTER_MS, BEFORE_MS]}},
        ),
        (
            CallSearch(metadata=("ringback_call_id", "0199"), agent_ids=("agent_1", "agent_2")),
            {
                "metadata": [
                    {"type": "string", "op": "eq", "key": "ringback_call_id", "value": "0199"}
                ],
                "agent": [{"agent_id": "agent_1"}, {"agent_id": "agent_2"}],
            },
        ),
    ],
)
async def test_calls_are_searched_with_retells_filters(
    retell: Retell, api: respx.MockRouter, search: CallSearch, criteria: JsonObject
) -> None:
    route = api.post("/v3/list-calls").respond(json={"items": [], "has_more": False})
    await retell.list_calls(search, limit=7)
    assert sent_to(route) == {
        "filter_criteria": criteria,
        "limit": 7,
        "sort_order": "descending",
    }


async def test_a_page_of_calls_leads_to_the_next(retell: Retell, api: respx.MockRouter) -> None:
    route = api.post("/v3/list-calls").respond(
        json={
            "items": [{"call_id": "call_2"}, {"call_id": ""}, {}, None, {"call_id": "call_1"}],
            "has_more": True,
            "pagination_key": "opaque",
        }
    )
    page = await retell.list_calls(CallSearch(), page="before")
    assert [call.call_id for call in page.items] == ["call_2", "call_1"]
    assert page.next_page == "opaque"
    sent = sent_to(route)
    assert isinstance(sent, dict)
    assert sent["pagination_key"] == "before"


@pytest.mark.parametrize(
    "answer",
    [[], {}, {"items": {}}, {"items": [], "has_more": True}, {"has_more": False}],
)
async def test_a_page_that_cannot_be_followed_is_a_failure_and_not_the_last(
    retell: Retell, api: respx.MockRouter, answer: JsonValue
) -> None:
    api.post("/v3/list-calls").respond(json=answer)
    with pytest.raises(RetellFailed):
        await retell.list_calls(CallSearch())


async def test_a_call_is_fetched_and_stopped(retell: Retell, api: respx.MockRouter) -> None:
    api.get("/v2/get-call/call_1").respond(json={"call_id": "call_1", "call_status": "ongoing"})
    stop = api.post("/v2/stop-call/call_1").respond(204)
    assert (await retell.get_call("call_1")).call_status == "ongoing"
    await retell.stop_call("call_1")
    assert stop.called


async def test_concurrency_and_the_key_are_looked_up(retell: Retell, api: respx.MockRouter) -> None:
    api.get("/get-concurrency").respond(
        json={"current_concurrency": 3, "concurrency_limit": 20, "reserved_inbound_concurrency": 5}
    )
    api.get("/get-api-key-info").respond(json={"org_id": "org_1", "org_name": "Example"})
    assert await retell.get_concurrency() == Concurrency(current=3, limit=20, reserved_inbound=5)
    assert await retell.get_key_info() == KeyInfo(org_id="org_1", org_name="Example")


READS: dict[str, Callable[[Retell], Awaitable[object]]] = {
    "/v2/get-call/call_1": lambda retell: retell.get_call("call_1"),
    "/get-agent/agent_1": lambda retell: retell.get_agent("agent_1"),
    "/get-retell-llm/llm_1": lambda retell: retell.get_llm("llm_1"),
    "/list-voices": lambda retell: retell.list_voices(),
    "/v2/list-phone-numbers": lambda retell: retell.list_phone_numbers(),
    "/get-concurrency": lambda retell: retell.get_concurrency(),
    "/get-api-key-info": lambda retell: retell.get_key_info(),
}


@pytest.mark.parametrize("path", sorted(READS))
@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"7", b'"text"', b"[7]", b"\xff"])
async def test_a_success_that_cannot_be_read_is_retells_failure(
    retell: Retell, api: respx.MockRouter, path: str, body: bytes
) -> None:
    api.get(path).respond(200, content=body)
    with pytest.raises(RetellFailed):
        await READS[path](retell)


@pytest.mark.parametrize("path", ["/v2/get-call/call_1", "/get-concurrency", "/get-api-key-info"])
async def test_an_object_without_what_was_asked_for_is_retells_failure(
    retell: Retell, api: respx.MockRouter, path: str
) -> None:
    api.get(path).respond(200, json={"status": "ok"})
    with pytest.raises(RetellFailed):
        await READS[path](retell)


@pytest.mark.parametrize(
    ("status", "message", "failure"),
    [
        (400, "Bad", RetellRefused),
        (400, MISSING, RetellNotFound),
        (401, "Bad", RetellAccountBlocked),
        (402, "Bad", RetellAccountBlocked),
        (403, "Bad", RetellAccountBlocked),
        (404, "Bad", RetellNotFound),
        (408, "Bad", RetellTimedOut),
        (409, "Bad", RetellFailed),
        (413, "Bad", RetellRefused),
        (422, "Bad", RetellRefused),
        (422, MISSING, RetellNotFound),
        (429, "Bad", RetellRateLimited),
        (500, "Bad", RetellFailed),
        (502, "Bad", RetellFailed),
        (504, "Bad", RetellTimedOut),
        (302, "Bad", RetellFailed),
    ],
)
async def test_each_status_is_its_kind_of_failure(
    retell: Retell, api: respx.MockRouter, status: int, message: str, failure: type[AppError]
) -> None:
    api.post("/v2/stop-call/call_1").respond(status, json={"status": "error", "message": message})
    with pytest.raises(failure) as caught:
        await retell.stop_call("call_1")
    assert type(caught.value) is failure


@pytest.mark.parametrize("call_id", ["", ".", ".."])
async def test_an_id_that_names_no_call_reaches_no_other_path(retell: Retell, call_id: str) -> None:
    with respx.mock(base_url=URL) as api, pytest.raises(RetellRefused):
        await retell.get_call(call_id)
    assert not api.calls


async def test_an_id_with_a_slash_stays_one_part_of_the_path(
    retell: Retell, api: respx.MockRouter
) -> None:
    route = api.get(url=f"{URL}/v2/get-call/a%2F..%2Fb").respond(404)
    with pytest.raises(RetellNotFound):
        await retell.get_call("a/../b")
    assert route.called
