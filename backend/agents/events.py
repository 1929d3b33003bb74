"""What the agents room announces."""

from typing import ClassVar

from backend.platform.events import AgentEvent, JsonObject


class AgentPublished(AgentEvent):
    name: ClassVar[str] = "agent.published"
    example: ClassVar[JsonObject] = {"version": 3}


class AgentDrifted(AgentEvent):
    """What is live at Retell is no longer what was published here."""

    name: ClassVar[str] = "agent.drifted"
    example: ClassVar[JsonObject] = {"state": "drifted", "fields": ["/prompt"]}


class AgentCheckRequested(AgentEvent):
    """An agent is to be compared with what is live at Retell."""

    name: ClassVar[str] = "agent.check_requested"
    is_logged: ClassVar[bool] = False
