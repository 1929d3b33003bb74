"""Results that start DAG runs, at the simulated Airflow."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.destinations import following
from backend.platform import clock, db
from tests.destinations.happenings import again, calls_end
from tests.destinations.test_delivering import until_all
from tests.support.customers import Customer
from tests.support.sandbox import Sandbox
from tests.support.waiting import until

ADMIN = {"username": "admin", "password": "admin"}


async def airflow(shop: Customer, sandbox: Sandbox, **config: Any) -> dict[str, Any]:
    await sandbox.control("POST", "/airflow/reset")
    wanted = {"url": f"{sandbox.url}/airflow/", "dag_id": "on_call_result", **ADMIN} | config
    made: dict[str, Any] = await shop.post(
        "/destinations",
        {"name": "Airflow", "kind": "airflow", "config": wanted, "events": ["call.ended"]},
    )
    return made


async def runs(sandbox: Sandbox) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await sandbox.control("GET", "/airflow/runs")
    return found


async def the_only(shop: Customer, made: dict[str, Any]) -> dict[str, Any]:
    (found,) = (await shop.get("/deliveries", destination_id=made["id"]))["items"]
    delivery: dict[str, Any] = found
    return delivery


@pytest.mark.parametrize("version", ["2", "3"])
async def test_each_event_starts_a_run_of_its_own_whose_end_and_failed_tasks_are_told(
    shop: Customer, sandbox: Sandbox, version: str
) -> None:
    made = await airflow(shop, sandbox, version=version)
    (call,) = await calls_end(shop)
    await again(shop, call)
    await until_all(shop, made["id"], "delivered", count=2)

    started = await runs(sandbox)
    assert [run["conf"]["type"] for run in started] == ["call.ended"] * 2
    assert started[0]["conf"]["data"]["call"]["id"] == str(call.id)
    first = (await shop.get("/deliveries", destination_id=made["id"]))["items"][-1]
    assert started[0]["dag_run_id"] == f"ringback__{first['id']}"
    told = {"state": "failed", "failed_tasks": ["update_crm"]}
    await sandbox.control("POST", f"/airflow/runs/{started[0]['dag_run_id']}", told)

    async def has_ended() -> dict[str, Any] | None:
        outcome: dict[str, Any] = (await shop.get(f"/deliveries/{first['id']}"))["outcome"]
        return outcome if outcome["state"] == "failed" else None

    outcome = await until(has_ended, "the run's end to be told", patience=20)
    assert outcome["failed_tasks"] == ["update_crm", "notify"]
    assert outcome["url"].startswith(f"{sandbox.url}/airflow/dags/on_call_result/")


@pytest.mark.parametrize("version", ["2", "3"])
async def test_a_repeated_attempt_finds_the_run_that_the_first_one_started(
    shop: Customer, sandbox: Sandbox, version: str
) -> None:
    made = await airflow(shop, sandbox, version=version)
    await calls_end(shop)
    await until_all(shop, made["id"], "delivered", count=1)
    delivery = await the_only(shop, made)

    await shop.post(f"/deliveries/{delivery['id']}/replay")

    async def was_tried_again() -> bool:
        return [each["attempts"] for each in await deliveries(shop, made)] == [2]

    await until(was_tried_again, "the second attempt")
    await until_all(shop, made["id"], "delivered", count=1)
    assert len(await runs(sandbox)) == 1


async def test_a_token_that_has_run_out_is_replaced_at_once(
    shop: Customer, sandbox: Sandbox
) -> None:
    made = await airflow(shop, sandbox)
    await calls_end(shop)
    await until_all(shop, made["id"], "delivered", count=1)
    await sandbox.control("POST", "/airflow/log-out")
    await calls_end(shop)

    await until_all(shop, made["id"], "delivered", count=2)
    assert {each["attempts"] for each in await deliveries(shop, made)} == {1}


async def test_one_run_that_cannot_be_followed_leaves_the_others_followed(
    shop: Customer, sandbox: Sandbox
) -> None:
    made = await airflow(shop, sandbox)
    await calls_end(shop, 2)
    await until_all(shop, made["id"], "delivered", count=2)
    broken, other = [UUID(each["id"]) for each in await deliveries(shop, made)]
    async with db.driver_connection(shop.sessions) as connection:
        await connection.execute(
            "update deliveries set outcome = '{}', follow_at = now() where id = $1", broken
        )
    await sandbox.control(
        "POST", f"/airflow/runs/ringback__{other}", {"state": "failed", "failed_tasks": []}
    )

    async def is_told() -> bool:
        outcome = (await shop.get(f"/deliveries/{other}"))["outcome"]
        return bool(outcome["state"] == "failed")

    await until(is_told, "the other run's end to be told", patience=20)


async def deliveries(shop: Customer, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await shop.get("/deliveries", destination_id=made["id"]))[
        "items"
    ]
    return found


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"password": "wrong"}, "Airflow does not take the credentials."),
        ({"version": "2", "password": "wrong"}, "Airflow does not take the credentials."),
        ({"dag_id": "gone"}, "Airflow knows no DAG gone, or this is not its address."),
    ],
)
async def test_what_is_wrong_is_said_in_words_by_an_example(
    shop: Customer, sandbox: Sandbox, config: dict[str, Any], error: str
) -> None:
    made = await airflow(shop, sandbox, **config)
    await sandbox.control("POST", "/airflow/missing", {"dag_ids": ["gone"]})

    tested = await shop.post(f"/destinations/{made['id']}/test")

    assert tested["attempt"]["error"] == error
    assert "wrong" not in (tested["attempt"]["answer"] or "")


async def test_what_airflow_answers_badly_is_tried_again(shop: Customer, sandbox: Sandbox) -> None:
    made = await airflow(shop, sandbox, version="2")
    await sandbox.control("POST", "/airflow/faults", {"statuses": [500]})
    await calls_end(shop)

    async def failed() -> bool:
        return [each["last_error"] for each in await deliveries(shop, made)] == ["Answered 500."]

    await until(failed, "the first attempt to fail")
    assert (await the_only(shop, made))["outcome"] is None
    await shop.post(f"/deliveries/{(await the_only(shop, made))['id']}/replay")
    await until_all(shop, made["id"], "delivered", count=1)


async def test_the_password_is_kept_when_it_is_left_out_and_never_shown(
    shop: Customer, sandbox: Sandbox
) -> None:
    made = await airflow(shop, sandbox)
    config = {key: value for key, value in made["config"].items() if value is not None}
    assert "password" not in config

    await shop.patch(f"/destinations/{made['id']}", {"config": config | {"dag_id": "other"}})
    tested = await shop.post(f"/destinations/{made['id']}/test")

    assert tested["delivered"] is True
    assert [run["dag_id"] for run in await runs(sandbox)] == ["other"]


def test_runs_that_ended_or_are_gone_are_asked_for_no_more() -> None:
    now = clock.now()
    for state in ("success", "failed", "removed"):
        assert following.next_look(now, {"state": state}) is None
    for state in ("queued", "running", "a_state_of_a_later_release"):
        assert following.next_look(now, {"state": state}) is not None
    assert following.next_look(now, None) is not None
    assert following.next_look(now - timedelta(days=8), {"state": "running"}) is None
