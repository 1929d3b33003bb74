"""The agents' jobs."""

from backend.agents import queries
from backend.agents.errors import AgentArchived, AgentNotPublished
from backend.agents.events import AgentCheckRequested, AgentPublished
from backend.agents.phone_numbers import bindings
from backend.agents.retell import sync
from backend.agents.retell.webhook_address import own_webhook_url
from backend.platform import db, events
from backend.providers.runtime import Runtime


async def rebind_numbers(runtime: Runtime, event: AgentPublished) -> None:
    """Have the agent's phone numbers take calls with the version that was published."""
    await bindings.rebind_numbers(await runtime.of(event.org_id), event.org_id, event.agent_id)


async def request_checks(runtime: Runtime) -> None:
    """Have every agent that takes calls compared with what is live at Retell."""
    async with db.transaction(runtime.sessions) as session:
        published = await queries.list_published(session)
        await events.publish(
            session,
            *(AgentCheckRequested(org_id=org, agent_id=agent) for org, agent in published),
        )


async def check_agent(runtime: Runtime, event: AgentCheckRequested) -> None:
    """Compare one agent with what is live at Retell."""
    async with db.transaction(runtime.sessions) as session:
        url = await own_webhook_url(session, runtime.settings, event.org_id)
    own = await runtime.of(event.org_id)
    try:
        await sync.compare_agent(own, event.org_id, event.agent_id, webhook_url=url)
    except (AgentArchived, AgentNotPublished):
        return
