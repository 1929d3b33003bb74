"""A call is over, and is scored by the policies that are for it: each verdict has its quote."""

from tests.quality.policies import LINES, agent_of, evaluated, place, publish
from tests.support.customers import Customer


async def test_a_call_is_scored_when_somebody_asks(customer: Customer) -> None:
    agent = await agent_of(customer)
    policy = await publish(customer)
    call = await place(customer, agent)

    asked = await customer.post(
        f"/calls/{call.id}/evaluation/evaluate", {"policy_id": policy["id"]}
    )
    made = await evaluated(customer, call)

    assert (asked["status"], asked["revision"]) == ("pending", 1)
    assert (made["status"], made["score"], made["passed"]) == ("valid", 80.0, True)
    assert made["category_scores"] == {"Opening": 100.0, "Closing": 0.0, "Compliance": 100.0}
    verdicts = {result["key"]: result["verdict"] for result in made["results"]}
    assert verdicts == {"greeting": "yes", "goodbye": "no", "disclosure": "yes"}
    greeting = made["results"][0]["evidence"]
    assert greeting == {"quote": LINES[0][7:], "turns": [0], "start_ms": 0, "found": True}
    assert [each["key"] for each in made["violations"]] == ["goodbye"]
