"""Calls: the table, its states, and the shapes stored inside it."""

from typing import Literal

from pydantic import BaseModel


class Turn(BaseModel):
    """One utterance of a transcript. Times are milliseconds from the start of the call."""

    turn: int
    role: Literal["agent", "user", "transfer_target"]
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
