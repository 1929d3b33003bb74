"""Requests that the database refuses, and requests while it is away."""

from importlib import metadata
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from backend.platform import db
from tests.support import databases
from tests.support.customers import Customer
from tests.support.logs import captured_log
from tests.support.problems import pointers, problem_of
from tests.support.service import Service


async def cut_connections(service: Service) -> None:
    """End every other connection to the service's database, as a restart of it would."""
    async with db.transaction(service.sessions) as session:
        connection = await session.connection()
        await connection.execute(
            text(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        )


async def post_raw(
    customer: Customer, path: str, body: str, *, method: str = "POST"
) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    return await customer.client.request(method, f"/api/v1{path}", content=body, headers=headers)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", r'"a\u0000b"'),
        ("begin_message", r'"half \ud83d"'),
        ("retell_overrides", r'{"deep": ["\udc00"]}'),
        ("retell_overrides", r'{"na\u0000me": 1}'),
        ("retell_overrides", '{"weight": NaN}'),
        ("retell_overrides", '{"weight": -1e999}'),
        ("retell_overrides", '{"a":' * 300 + "1" + "}" * 300),
        ("record_schema", '{"a":' * 150 + "1" + "}" * 150),
    ],
)
async def test_what_cannot_be_stored_is_refused_before_anything_is(
    customer: Customer, field: str, value: str
) -> None:
    body = f'{{"name": "Anna", "prompt": "Hello", "{field}": {value}}}'

    response = await post_raw(customer, "/agents", body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [f"/{field}"]
    assert (await customer.get("/agents"))["items"] == []

    agent = await customer.post("/agents", {"name": "Anna", "prompt": "Hello"})
    changed = await post_raw(
        customer, f"/agents/{agent['id']}", f'{{"{field}": {value}}}', method="PATCH"
    )
    assert pointers(problem_of(changed, 422, "invalid-request")) == [f"/{field}"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("metadata", r'{"order": "a\u0000b"}'),
        ("metadata", '{"weight": NaN}'),
        ("metadata", '{"a":' * 300 + "1" + "}" * 300),
        ("variables", r'{"name": "half \ud83d"}'),
    ],
)
async def test_what_cannot_be_stored_with_a_call_is_refused_where_it_stands(
    customer: Customer, member: str, value: str
) -> None:
    agent = await customer.published_agent()
    body = f'{{"agent_id": "{agent["id"]}", "to_number": "+14155550100", "{member}": {value}}}'

    response = await post_raw(customer, "/calls", body)

    (pointer,) = pointers(problem_of(response, 422, "invalid-request"))
    assert pointer.startswith(f"/{member}")
    assert (await customer.get("/calls"))["items"] == []


async def test_a_query_that_the_database_cannot_take_is_the_askers_mistake(
    customer: Customer,
) -> None:
    response = await customer.client.get("/api/v1/calls", params={"q": "a\0b"})

    assert pointers(problem_of(response, 422, "invalid-request")) == ["query:q"]


async def test_a_number_larger_than_any_version_is_refused(customer: Customer) -> None:
    agent = await customer.post("/agents", {"name": "Anna", "prompt": "Hello"})

    response = await customer.client.post(f"/api/v1/agents/{agent['id']}/versions/{10**12}/restore")

    problem_of(response, 422, "invalid-request")


async def test_a_failing_statement_does_not_log_what_was_in_it(customer: Customer) -> None:
    statement = text("select 1 / (length(:said) - length(:said))")
    with captured_log() as log, pytest.raises(Exception, match="division by zero") as failure:
        async with db.transaction(customer.sessions) as session:
            await (await session.connection()).execute(statement, {"said": "my pin is 4711"})

    assert "4711" not in str(failure.value)
    assert "4711" not in log.text


async def test_requests_go_on_after_the_connections_were_cut(api: Service) -> None:
    await api.get("/agents")
    await cut_connections(api)

    assert (await api.get("/agents"))["items"] == []


async def test_without_a_database_requests_are_told_to_come_back(
    postgres: str, dsn: str, api: Service
) -> None:
    await databases.drop_database(postgres, urlsplit(dsn).path.removeprefix("/"))

    response = await api.client.get("/api/v1/agents")
    readiness = await api.client.get("/health/ready")

    problem_of(response, 503, "database-unavailable")
    assert response.headers["retry-after"] == "5"
    assert readiness.status_code == 503
    found = readiness.json()
    assert (found["status"], found["database"]) == ("not_ready", "unreachable")
    assert (await api.client.get("/health")).status_code == 200


async def test_a_ready_service_says_so(customer: Customer) -> None:
    response = await customer.client.get("/health/ready")

    time_zones = metadata.version("tzdata")
    assert response.json() == {"status": "ready", "database": "ok", "time_zones": time_zones}


async def test_a_database_without_tables_is_not_ready(api: Service) -> None:
    async with db.transaction(api.sessions) as session:
        await (await session.connection()).execute(text("drop table organisations cascade"))

    response = await api.client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["database"] == "not_migrated"


async def test_figures_are_there_for_prometheus(customer: Customer) -> None:
    response = await customer.client.get("/metrics")

    assert response.headers["content-type"].startswith("text/plain")
    assert "python_info" in response.text
