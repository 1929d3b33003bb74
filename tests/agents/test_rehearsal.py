"""Talking to an agent by chat before it is published."""

from typing import Any

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.problems import problem_of

DRAFT: dict[str, Any] = {
    "name": "Driver check-in",
    "prompt": "You call a truck driver about a load. Ask for status, location and delay.",
    "begin_message": "Hi {{driver_name}}, this is dispatch.",
    "variables": [{"name": "driver_name", "description": "Who drives", "example": "Mike"}],
}


async def _chat(customer: Customer, *said: str, **more: Any) -> dict[str, Any]:
    draft = await customer.post("/agents", DRAFT)
    roles = ("agent", "user")
    turns = [{"role": roles[n % 2], "text": text} for n, text in enumerate(said)]
    found: dict[str, Any] = await customer.post(
        f"/agents/{draft['id']}/chat", {"turns": turns, **more}
    )
    return found


async def test_an_agent_begins_with_its_first_words_and_asks_no_model(customer: Customer) -> None:
    by_example = await _chat(customer)
    given = await _chat(customer, variables={"driver_name": "Dana"})

    assert by_example == {
        "text": "Hi Mike, this is dispatch.",
        "ends_call": False,
        "model": None,
    }
    assert given["text"] == "Hi Dana, this is dispatch."


async def test_an_agent_answers_what_was_said_and_nothing_is_kept(customer: Customer) -> None:
    found = await _chat(customer, "Hi Mike.", "I'm running late.")

    assert found["text"] == "Thanks for telling me. Where are you right now?"
    assert found["model"].startswith("openai/")
    assert (await customer.get("/calls"))["items"] == []


async def test_a_prompt_that_is_not_saved_can_be_tried(customer: Customer) -> None:
    words = await _chat(customer, begin_message="Good morning, {{driver_name}}.")

    assert words["text"] == "Good morning, Mike."


async def test_who_may_not_change_agents_cannot_have_the_model_asked(customer: Customer) -> None:
    draft = await customer.post("/agents", DRAFT)
    reviewer = await customer.colleague(Role.REVIEWER)

    response = await reviewer.client.post(f"/api/v1/agents/{draft['id']}/chat", json={})

    assert response.status_code == 403


async def test_values_that_blow_the_words_up_are_refused(customer: Customer) -> None:
    draft = await customer.post("/agents", DRAFT)
    path = f"/api/v1/agents/{draft['id']}/chat"
    often = "{{driver_name}}" * 300

    too_long = await customer.client.post(path, json={"variables": {"driver_name": "x" * 10_001}})
    too_often = await customer.client.post(
        path, json={"begin_message": often, "variables": {"driver_name": "x" * 10_000}}
    )
    nameless = await customer.client.post(path, json={"variables": {"": "Dana"}})

    assert problem_of(too_often, 422, "agent-invalid")["errors"][0]["pointer"] == "/variables"
    assert (too_long.status_code, nameless.status_code) == (422, 422)
