"""Answers to requests that name no schema."""

from backend.sandbox.llm.answering.conversation import Conversation


def in_plain_words(conversation: Conversation) -> str:
    """Repeat what the people said, without posing as a language model."""
    told = " ".join(turn.text for turn in conversation.turns if turn.role != "agent")
    return f"(Sandbox stand-in, not a language model.) {told or 'I can only fill in schemas.'}"
