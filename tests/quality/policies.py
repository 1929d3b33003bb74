"""Policies and calls that tests of quality start from."""

from typing import Any

from backend.agents.models import Agent
from backend.calls.models import Call
from backend.platform import db
from tests.support import builders
from tests.support.customers import Customer
from tests.support.room import Room
from tests.support.waiting import until

# What the sandbox's judge finds in LINES, and what it does not.
GREETS: dict[str, Any] = {
    "key": "greeting",
    "name": "Greets",
    "category": "Opening",
    "weight": 30,
    "question": "Did the agent greet the other person?",
}
SAYS_GOODBYE: dict[str, Any] = {
    "key": "goodbye",
    "name": "Says goodbye",
    "category": "Closing",
    "weight": 10,
    "severity": "major",
    "question": "Did the agent say goodbye?",
}
SAYS_IT_IS_AN_AI: dict[str, Any] = {
    "key": "disclosure",
    "name": "Says that it is an AI",
    "category": "Compliance",
    "weight": 10,
    "severity": "critical",
    "rule": {"kind": "says_it_is_an_ai", "within_agent_turns": 2},
}
POLICY: dict[str, Any] = {
    "name": "Support quality",
    "criteria": [GREETS, SAYS_GOODBYE, SAYS_IT_IS_AN_AI],
}
LINES = (
    "agent: Hello, this is the virtual assistant of Northwind.",
    "user: I am two hours late, there was snow at the pass.",
    "agent: I note two hours for your load.",
    "user: That is correct.",
)


def told(**changes: Any) -> dict[str, Any]:
    return POLICY | changes


async def publish(customer: Customer, **config: Any) -> dict[str, Any]:
    """Create a policy and publish it."""
    created = await customer.post("/policies", told(**config))
    published: dict[str, Any] = await customer.post(f"/policies/{created['id']}/publish")
    return published


async def place(customer: Customer, agent: Agent, *lines: str, **columns: Any) -> Call:
    """Make a call that is over, with nothing more expected of it."""
    async with db.transaction(customer.sessions) as session:
        settled: dict[str, Any] = {"check_at": None, "duration_ms": 60_000}
        return await builders.call(session, agent, lines=lines or LINES, **(settled | columns))


async def agent_of(customer: Customer | Room) -> Agent:
    sessions = customer.sessions if isinstance(customer, Customer) else customer.runtime.sessions
    async with db.transaction(sessions) as session:
        return await builders.published_agent(session, customer.org.id)


async def evaluated(
    customer: Customer, call: Call, policy: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Have a call evaluated, if a policy is given, and wait for what comes of it."""
    path = f"/calls/{call.id}"
    if policy is not None:
        await customer.post(f"{path}/evaluation/evaluate", {"policy_id": policy["id"]})

    async def probe() -> dict[str, Any] | None:
        made: dict[str, Any] | None = (await customer.get(path))["evaluation"]
        return made if made is not None and made["status"] != "pending" else None

    return await until(probe, "the call to be evaluated")
