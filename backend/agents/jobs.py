"""The agents' jobs."""

from backend.agents import numbers
from backend.agents.events import AgentPublished
from backend.providers.tools import Tools


async def rebind_numbers(tools: Tools, event: AgentPublished) -> None:
    """Have the agent's phone numbers take calls with the version that was published."""
    if event.agent_id is not None:
        await numbers.rebind_numbers(tools, event.org_id, event.agent_id)
