from typing import Any

import pytest

from tests.journeys.conftest import Install
from tests.support.embedded import was_shut_down
from tests.support.installation import Installation
from tests.support.listening import LIFE, Listener, listening, whole_log
from tests.support.processes import Process
from tests.support.service import Service


async def place_call(customer: Service) -> dict[str, Any]:
    """Publish the example agent, and have it call a driver."""
    presets = await customer.get("/agents/presets")
    config = next(each["config"] for each in presets if each["key"] == "driver_check_in")
    agent = await customer.published_agent(**config)
    variables = {each["name"]: each["example"] for each in agent["variables"]}
    return await customer.call(agent, variables=variables)


def assert_a_record_with_quotes(call: dict[str, Any]) -> None:
    assert call["status"] == "ended"
    assert call["answered_by"] == "human"
    record = call["record"]
    assert record["status"] in {"valid", "needs_review"}
    assert record["data"]["driver_status"] == "delayed"
    said = " ".join(turn["text"] for turn in call["transcript"])
    assert record["evidence"]["driver_status"]["quote"] in said


async def test_a_call_goes_from_trigger_to_record_through_separate_processes(
    install: Install,
) -> None:
    async with install() as running:
        customer = await running.customer()
        async with listening(customer) as listener:
            call = await place_call(customer)
            await listener.sees_the_end_of(call["id"])

        assert listener.life_of(call["id"]) == LIFE
        assert listener.repeated() == []
        assert_a_record_with_quotes(await customer.get(f"/calls/{call['id']}"))
        inbox = (await customer.get("/webhooks", limit=200))["items"]
        assert {webhook["state"] for webhook in inbox} == {"applied"}
        assert {"call_started", "call_ended", "call_analyzed"} <= {each["event"] for each in inbox}
        assert await running.dials() == {call["id"]: 1}


async def stop_in_turn(running: Installation) -> None:
    for process in (running.provider, *running.apis, *running.workers):
        assert await process.end() == 0, process.log
    assert was_shut_down(running.data_dir)


async def cut_the_power(running: Installation) -> None:
    processes: list[Process] = running.all
    for process in processes:
        process.kill()
    running.kill_postgres()


@pytest.mark.parametrize("stop", [stop_in_turn, cut_the_power])
async def test_a_call_outlives_a_restart_of_everything_in_the_middle_of_it(
    install: Install, stop: Any
) -> None:
    async with install(sandbox=("--speed", "1")) as running:
        customer = await running.customer()
        async with listening(customer) as listener:
            call = await place_call(customer)
            await listener.sees(lambda: is_talking(listener, call["id"]), "the call to be going on")

            await stop(running)
            await running.restart(*running.all)

            await listener.sees_the_end_of(call["id"])
            everything = await whole_log(customer, listener.ids[-1])

        assert listener.connections >= 2
        assert listener.ids == everything.ids
        assert listener.life_of(call["id"]) == LIFE
        assert listener.repeated() == []
        assert_a_record_with_quotes(await customer.get(f"/calls/{call['id']}"))
        assert await running.dials() == {call["id"]: 1}


def is_talking(listener: Listener, call_id: str) -> bool:
    return listener.names_of(call_id).count("call.transcript_updated") >= 3
