"""A chat with an agent: the stand-in speaks the agent's lines of the screenplay that fits best."""

from typing import Any

from backend.sandbox.llm.conversation import read_conversation
from backend.sandbox.scenarios import fitting
from backend.sandbox.screenplay import fill


def next_turn(prompt: str, asked: str) -> dict[str, Any]:
    """Say the next of the agent's lines; after the last one, goodbye."""
    spoken = [turn for turn in read_conversation([asked]).turns if turn.role == "agent"]
    scenario = fitting(prompt, "en")
    lines = [line.text for line in scenario.lines if line.role == "agent"]
    words = lines[len(spoken)] if len(spoken) < len(lines) else "Thank you. Goodbye."
    return {
        "agent_says": fill(words, scenario.defaults),
        "ends_call": len(spoken) + 1 >= len(lines),
    }
