"""What the agents room announces."""

from typing import ClassVar

from backend.platform.events import Event


class AgentPublished(Event):
    name: ClassVar[str] = "agent.published"
