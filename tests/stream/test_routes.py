"""The feed over HTTP, as browsers and programs get it."""

import asyncio
import json

import httpx
import pytest

from backend.auth.models import Organisation
from backend.calls.events import CallQueued
from backend.platform import db, events, ids
from backend.stream import guard
from tests.support.service import Service, log_in


async def _lines(service: Service, path: str, count: int, **headers: str) -> list[str]:
    lines: list[str] = []
    async with (
        asyncio.timeout(10),
        service.client.stream("GET", f"/api/v1{path}", headers=headers) as response,
    ):
        assert response.status_code == 200, await response.aread()
        async for line in response.aiter_lines():
            lines.append(line)
            if len(lines) == count:
                break
    return lines


async def _queue(service: Service) -> str:
    """Announce a call of the caller's organisation, without there being one."""
    me = await service.get("/auth/me")
    call_id = ids.new_id()
    async with db.transaction(service.sessions) as session:
        org_id = me["organisation"]["id"]
        await events.publish(session, CallQueued(org_id=org_id, call_id=call_id, data={"n": 1}))
    return str(call_id)


async def test_a_message_has_id_event_and_data(api: Service) -> None:
    call_id = await _queue(api)

    lines = await _lines(api, "/events?last_event_id=0", 6)

    retry, blank, position, name, data, end = lines
    message = json.loads(data.removeprefix("data: "))
    assert retry.startswith("retry: ")
    assert (blank, end) == ("", "")
    assert name == "event: call.queued"
    assert position == f"id: {message['id']}"
    assert message["name"] == "call.queued"
    assert message["call_id"] == call_id
    assert message["data"] == {"n": 1}
    assert message["at"].endswith("+00:00")


async def test_last_event_id_resumes_by_header_and_by_query(api: Service) -> None:
    first, second = await _queue(api), await _queue(api)
    position = (await _lines(api, "/events?last_event_id=0", 3))[2].removeprefix("id: ")

    by_header = await _lines(api, "/events", 5, **{"Last-Event-ID": position})
    by_query = await _lines(api, f"/events?last_event_id={position}", 5)

    assert by_header[1:] == by_query[1:]
    assert second in by_header[4]
    assert first not in by_header[4]


async def test_proxies_are_told_not_to_keep_the_stream_back(api: Service) -> None:
    async with api.client.stream("GET", "/api/v1/events") as response:
        headers = response.headers

    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store"
    assert headers["x-accel-buffering"] == "no"


async def test_the_feed_of_one_call_has_only_that_call(api: Service) -> None:
    await _queue(api)
    call_id = await _queue(api)
    await _queue(api)

    lines = await _lines(api, f"/calls/{call_id}/events?last_event_id=0", 6)

    assert call_id in lines[4]


async def test_a_call_that_is_not_there_or_another_organisations_is_a_404(api: Service) -> None:
    async with db.transaction(api.sessions) as session:
        other = Organisation(slug="other", name="Other")
        session.add(other)
        foreign = ids.new_id()
        await events.publish(session, CallQueued(org_id=other.id, call_id=foreign))

    for call_id in (foreign, ids.new_id()):
        response = await api.client.get(f"/api/v1/calls/{call_id}/events")
        assert response.status_code == 404
        assert response.json()["type"].endswith("call-not-found")


async def test_another_organisations_events_do_not_come(api: Service) -> None:
    async with db.transaction(api.sessions) as session:
        other = Organisation(slug="other", name="Other")
        session.add(other)
        await events.publish(session, CallQueued(org_id=other.id, call_id=ids.new_id()))
    own = await _queue(api)

    lines = await _lines(api, "/events?last_event_id=0", 6)

    assert own in lines[4]


async def test_a_position_that_is_none_is_refused_with_a_problem(api: Service) -> None:
    response = await api.client.get("/api/v1/events", params={"last_event_id": "yesterday"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "query:last_event_id"


async def test_the_feed_needs_a_login(api: Service) -> None:
    async with httpx.AsyncClient(base_url=api.settings.own_url) as stranger:
        response = await stranger.get("/api/v1/events")

    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_open_stream_holds_no_database_session(api: Service) -> None:
    await _queue(api)
    async with api.client.stream("GET", "/api/v1/events?last_event_id=0") as response:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                break
        async with db.transaction(api.sessions) as session:
            connection = await session.connection()
            found = await connection.exec_driver_sql(
                "select count(*) from pg_stat_activity where datname = current_database() "
                "and state = 'idle in transaction'"
            )
            assert found.scalar_one() == 0


async def test_a_stream_ends_soon_after_its_login_was_ended(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)
    async with (
        asyncio.timeout(10),
        httpx.AsyncClient(base_url=api.settings.own_url) as other,
    ):
        other.headers["Authorization"] = f"Bearer {await log_in(other)}"
        async with other.stream("GET", "/api/v1/events") as response:
            lines = response.aiter_lines()
            await anext(lines)
            await other.post("/api/v1/auth/logout")

            rest = [line async for line in lines]

    assert rest[-2].startswith("retry: ")
    assert (await api.client.get("/api/v1/auth/me")).status_code == 200
