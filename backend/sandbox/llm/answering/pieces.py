"""What the finders look for: parts of a sentence with the value each could give."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.talk import Sentence


class Piece(NamedTuple):
    """A part of a sentence, and how much it looks the part by itself."""

    start: int
    end: int
    value: Any
    weight: float
    # A statement that stands for itself, whatever was asked before.
    is_statement: bool = False


Found = Iterator[Piece]
# The last argument is when the call began.
Finder = Callable[[Field, Sentence, datetime | None], Found]
