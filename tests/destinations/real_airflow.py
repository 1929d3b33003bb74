"""A real Airflow runs DAGs for our events. Outside continuous integration: `make journeys-airflow`.

It is installed into an environment of its own, named by AIRFLOW_BIN.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.destinations.happenings import calls_end
from tests.support.customers import Customer
from tests.support.environment import environment
from tests.support.processes import free_port
from tests.support.waiting import until

pytestmark = pytest.mark.timeout(900)
START_SECONDS = 300.0
DAGS = """
from airflow.sdk import dag, task


@dag(schedule=None)
def on_call_result():
    @task
    def read(**context):
        return context["dag_run"].conf["data"]["call"]["id"]

    @task
    def notify(call_id):
        print(call_id)

    notify(read())


@dag(schedule=None)
def on_call_failure():
    @task
    def update_crm():
        raise ValueError("the CRM is down")

    @task
    def notify(_):
        pass

    notify(update_crm())


on_call_result()
on_call_failure()
"""


@pytest.fixture
async def airflow(tmp_path: Path) -> AsyncIterator[str]:
    """Run a whole Airflow, and give its address once its DAGs are known."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "ours.py").write_text(DAGS, encoding="utf-8")
    passwords = tmp_path / "passwords.json"
    passwords.write_text(json.dumps({"admin": "admin"}), encoding="utf-8")
    folder = Path(os.environ["AIRFLOW_BIN"])  # noqa: TID251 - given by the Makefile
    settings = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "PATH": f"{folder}:/usr/bin:/bin",
    }
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(folder / "airflow", "standalone"),
            env=environment(settings),
            stdout=log,
            stderr=log,
            cwd=tmp_path,
            start_new_session=True,
        )
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            await until(lambda: _knows_dags(client), "Airflow's DAGs", patience=START_SECONDS)
        yield url
    except AssertionError:
        print((tmp_path / "log").read_text(errors="replace")[-4000:])  # noqa: T201 - why it failed
        raise
    finally:
        # It leaves its scheduler and its server behind when it is asked to end alone.
        os.killpg(process.pid, signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


async def _knows_dags(client: httpx.AsyncClient) -> bool:
    try:
        body = {"username": "admin", "password": "admin"}
        token = (await client.post("/auth/token", json=body)).json()["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        found = (await client.get("/api/v2/dags", headers=headers)).json()
    except (httpx.HTTPError, ValueError, KeyError):
        return False
    return bool(found.get("total_entries") == 2)


async def test_dags_run_for_events_and_their_ends_are_told(shop: Customer, airflow: str) -> None:
    made = []
    for dag_id in ("on_call_result", "on_call_failure"):
        config = {"url": airflow, "dag_id": dag_id, "username": "admin", "password": "admin"}
        wanted = {"name": dag_id, "kind": "airflow", "config": config, "events": ["call.ended"]}
        made.append(await shop.post("/destinations", wanted))
    await calls_end(shop, 2)

    async def outcomes(destination: dict[str, Any]) -> list[tuple[str, list[str]]] | None:
        found = await shop.get("/deliveries", destination_id=destination["id"])
        known = [each["outcome"] for each in found["items"] if each["outcome"]]
        ended = [each for each in known if each["state"] in {"success", "failed"}]
        told = [(each["state"], each["failed_tasks"]) for each in ended]
        return told if len(told) == 2 else None

    good = await until(lambda: outcomes(made[0]), "the runs to end", patience=START_SECONDS)
    bad = await until(lambda: outcomes(made[1]), "the runs to fail", patience=START_SECONDS)

    assert good == [("success", [])] * 2
    assert bad == [("failed", ["update_crm", "notify"])] * 2

    # Made again under its id, a delivery finds the run that is there.
    (first, *_) = (await shop.get("/deliveries", destination_id=made[0]["id"]))["items"]
    await shop.post(f"/deliveries/{first['id']}/replay")

    async def is_found() -> bool:
        shown = await shop.get(f"/deliveries/{first['id']}")
        return (shown["attempts"], shown["status"]) == (2, "delivered")

    await until(is_found, "the run to be found", patience=60)
