"""What is announced of new versions."""

from typing import ClassVar

from backend.platform.events import AgentEvent, JsonObject


class VersionDiffers(AgentEvent):
    """Calls of a version go otherwise than those of one before: each metric is told once.

    Nothing of it is masked: of agents that mask something, numbers and texts are not compared.
    """

    name: ClassVar[str] = "agent.version_differs"
    example: ClassVar[JsonObject] = {
        "version": 4,
        "baseline_version": 3,
        "calls": 104,
        "baseline_calls": 812,
        "findings": [
            {
                "metric": "answered_by_people_percent",
                "value": 41.7,
                "baseline_value": 68.2,
                "shares": None,
                "baseline_shares": None,
                "effect": "cohens_h",
                "effect_size": -0.54,
                "adjusted_p_value": 0.0004,
                "n": 96,
                "baseline_n": 790,
            }
        ],
        "other_traffic": ["hours"],
    }
