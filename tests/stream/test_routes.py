"""The feed over HTTP, as browsers and programs get it."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.auth.models import Organisation
from backend.calls.events import CallQueued
from backend.platform import db, events, ids
from backend.stream import event_stream, guard
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.service import Service, log_in
from tests.support.waiting import until


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


@asynccontextmanager
async def _following(service: Service, path: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with service.client.stream("GET", f"/api/v1{path}") as response:
        assert response.status_code == 200, await response.aread()
        yield (
            json.loads(line.removeprefix("data: "))
            async for line in response.aiter_lines()
            if line.startswith("data: ")
        )


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


async def test_a_browser_that_reconnects_goes_on_from_its_header_not_from_its_address(
    api: Service,
) -> None:
    first, second = await _queue(api), await _queue(api)
    position = (await _lines(api, "/events?last_event_id=0", 3))[2].removeprefix("id: ")

    lines = await _lines(api, "/events?last_event_id=0", 5, **{"Last-Event-ID": position})

    assert second in lines[4]
    assert first not in lines[4]


async def test_events_are_chosen_by_name_and_by_the_state_they_tell_of(api: Service) -> None:
    agent = await api.published_agent()
    call = await api.call(agent)
    await api.post(f"/calls/{call['id']}/cancel")

    canceled = await _lines(api, "/events?last_event_id=0&status=failed&status=canceled", 4)
    queued = await _lines(api, "/events?last_event_id=0&names=call.queued", 4)

    assert canceled[3] == "event: call.canceled"
    assert queued[3] == "event: call.queued"


@pytest.mark.parametrize("status", ["foo", "\0"])
async def test_a_state_that_nothing_is_ever_in_is_refused(api: Service, status: str) -> None:
    response = await api.client.get("/api/v1/events", params={"status": ["ended", status]})

    problem = problem_of(response, 422, "status-unknown")
    (error,) = problem["errors"]
    assert error["pointer"] == "query:status"
    assert "needs_review" in error["message"]


async def test_a_name_that_no_event_has_is_refused(api: Service) -> None:
    response = await api.client.get("/api/v1/events", params={"names": ["call.ended", "call.end"]})

    assert response.status_code == 422
    assert response.json()["type"].endswith("event-unknown")
    (error,) = response.json()["errors"]
    assert error["pointer"] == "query:names"
    assert "call.end." in error["message"]


async def test_a_new_client_of_one_call_first_gets_the_call_as_it_is(api: Service) -> None:
    call = await api.call(await api.published_agent())

    async with asyncio.timeout(10), _following(api, f"/calls/{call['id']}/events") as messages:
        first = await anext(messages)
        await api.post(f"/calls/{call['id']}/cancel")
        second = await anext(messages)
        # A transaction elsewhere in the cluster may have held the log's end back.
        while second["name"] == "call.queued":
            second = await anext(messages)

    assert first["name"] == "call.snapshot"
    assert first["data"] == call | {"record": None, "evaluation": None}
    assert second["name"] == "call.canceled"
    # It resumes after the snapshot, and needs no other.
    path = f"/calls/{call['id']}/events?last_event_id={first['id']}"
    async with asyncio.timeout(10), _following(api, path) as messages:
        resumed = [message async for message in _up_to(messages, second["id"])]
    assert resumed[-1] == second
    assert "call.snapshot" not in {message["name"] for message in resumed}


async def _up_to(
    messages: AsyncIterator[dict[str, Any]], last_id: str
) -> AsyncIterator[dict[str, Any]]:
    async for message in messages:
        yield message
        if message["id"] == last_id:
            return


async def test_proxies_are_told_not_to_keep_the_stream_back(api: Service) -> None:
    async with api.client.stream("GET", "/api/v1/events") as response:
        headers = response.headers

    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"


async def test_the_feed_of_one_call_has_only_that_call(api: Service) -> None:
    agent = await api.published_agent()
    calls = [await api.call(agent) for _ in range(3)]

    path = f"/calls/{calls[1]['id']}/events?last_event_id=0"
    async with asyncio.timeout(10), _following(api, path) as messages:
        await api.post(f"/calls/{calls[0]['id']}/cancel")
        await api.post(f"/calls/{calls[1]['id']}/cancel")
        heard = [await anext(messages), await anext(messages)]

    assert [each["name"] for each in heard] == ["call.queued", "call.canceled"]
    assert {each["call_id"] for each in heard} == {calls[1]["id"]}


async def test_a_call_that_is_not_there_or_another_organisations_is_a_404(
    customer: Customer, stranger: Customer
) -> None:
    foreign = await stranger.call(await stranger.published_agent())

    for call_id in (foreign["id"], ids.new_id()):
        response = await customer.client.get(f"/api/v1/calls/{call_id}/events")
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


@pytest.fixture
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)


async def test_a_stream_ends_soon_after_its_login_was_ended(
    frequent_checks: None, api: Service
) -> None:
    async with (
        asyncio.timeout(60),
        httpx.AsyncClient(base_url=api.settings.own_url, timeout=60) as other,
    ):
        other.headers["Authorization"] = f"Bearer {await log_in(other)}"
        async with other.stream("GET", "/api/v1/events") as response:
            lines = response.aiter_lines()
            await anext(lines)
            await other.post("/api/v1/auth/logout")

            rest = [line async for line in lines]

    assert rest[-2].startswith("retry: ")
    assert (await api.client.get("/api/v1/auth/me")).status_code == 200


async def test_a_stream_ends_soon_after_its_key_was_revoked(
    frequent_checks: None, api: Service
) -> None:
    made = await api.post("/api-keys", {"name": "Dashboard", "role": "reviewer"})
    async with (
        asyncio.timeout(60),
        httpx.AsyncClient(base_url=api.settings.own_url, timeout=60) as program,
    ):
        program.headers["Authorization"] = f"Bearer {made['key']}"
        async with program.stream("GET", "/api/v1/events") as response:
            lines = response.aiter_lines()
            await anext(lines)
            await api.client.delete(f"/api/v1/api-keys/{made['id']}")

            rest = [line async for line in lines]

    assert rest[-2].startswith("retry: ")


async def test_a_quiet_stream_says_that_it_is_there(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.05)

    lines = await _lines(api, "/events", 5)

    assert lines[2:] == [": ping", "", ": ping"]


async def test_a_client_that_stops_reading_is_hung_up_on_and_goes_on_from_where_it_was(
    api: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.1)
    monkeypatch.setattr(event_stream, "STALLED_SECONDS", 0.1)
    org_id = (await api.get("/auth/me"))["organisation"]["id"]
    address = (api.settings.host, api.settings.port)
    token = api.client.headers["Authorization"]
    asked = f"GET /api/v1/events HTTP/1.1\r\nHost: here\r\nAuthorization: {token}\r\n\r\n"
    with socket.create_connection(address) as stuck:
        stuck.sendall(asked.encode())
        await _open_streams(api, 1)
        assert _is_established(api.settings.port, stuck.getsockname()[1])
        # More than sockets hold, so that the rest waits in the service.
        for _ in range(40):
            async with db.transaction(api.sessions) as session:
                long = {"text": "x" * 500_000}
                await events.publish(
                    session, CallQueued(org_id=org_id, call_id=ids.new_id(), data=long)
                )

        await _open_streams(api, 0)

        async def is_hung_up_on() -> bool:
            return not _is_established(api.settings.port, stuck.getsockname()[1])

        await until(is_hung_up_on, "the connection to be broken off")


def _is_established(port: int, client_port: int) -> bool:
    """Ask the system whether the service still holds its end of a connection."""
    ends = re.compile(rf":{port:04X} \w+:{client_port:04X} 01 ")
    return ends.search(Path("/proc/net/tcp").read_text(encoding="ascii")) is not None


async def _open_streams(service: Service, count: int) -> None:
    async def probe() -> bool:
        metrics = (await service.client.get("/metrics")).text
        return f"\nringback_feed_streams {count}.0\n" in metrics

    await until(probe, f"{count} streams to be open")
