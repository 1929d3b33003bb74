"""What the model is asked to do, told by the properties of the answer that is wanted.

A new kind of question is a function that answers it and a line in `KINDS`. What is none of them is
a record to fill in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.sandbox.llm.complaints import refused_answers
from backend.sandbox.llm.conversation import Conversation, read_conversation
from backend.sandbox.llm.faults import Fault
from backend.sandbox.llm.form import Schema, read_form
from backend.sandbox.llm.judging import check, judge
from backend.sandbox.llm.record import answer_record
from backend.sandbox.llm.rehearsing import next_turn
from backend.sandbox.llm.request import ChatRequest
from backend.sandbox.llm.second_reading import read_again
from backend.sandbox.llm.spoiling import spoil_content
from backend.sandbox.llm.state import LlmState


@dataclass(frozen=True)
class Question:
    chat: ChatRequest
    schema: Schema
    faults: Sequence[Fault]
    state: LlmState


def answer_question(question: Question) -> Any:
    wanted = frozenset(question.schema.get("properties", ()))
    return KINDS.get(wanted, _fill_record)(question)


def in_plain_words(conversation: Conversation) -> str:
    """Repeat what the people said, where no schema is sent, without posing as a language model."""
    told = " ".join(turn.text for turn in conversation.turns if turn.role != "agent")
    return f"(Sandbox stand-in, not a language model.) {told or 'I can only fill in schemas.'}"


def _fill_record(question: Question) -> Any:
    conversation = read_conversation(question.chat.said_to_model())
    form = read_form(question.schema)
    refused = refused_answers(form, *question.chat.earlier_answer())
    content = answer_record(form, conversation, refused)
    for fault in question.faults:
        spoil_content(content, form, conversation, fault)
    return content


def _read_again(question: Question) -> Any:
    asked = question.chat.said_to_model()[-1]
    return {"readings": read_again(asked, question.state.second_reader)}


def _speak(question: Question) -> Any:
    *instructions, asked = question.chat.said_to_model()
    return next_turn("\n".join(instructions), asked)


def _judge(question: Question) -> Any:
    # What follows the call are complaints about an earlier answer.
    asked = next(text for text in question.chat.said_to_model()[::-1] if "<transcript>" in text)
    return judge(asked, question.schema, question.faults)


def _check(question: Question) -> Any:
    asked = question.chat.said_to_model()[-1]
    return {"checks": check(asked, question.state.second_reader)}


KINDS: Mapping[frozenset[str], Callable[[Question], Any]] = {
    frozenset({"readings"}): _read_again,
    frozenset({"agent_says", "ends_call"}): _speak,
    frozenset({"verdicts"}): _judge,
    frozenset({"verdicts", "resolution"}): _judge,
    frozenset({"checks"}): _check,
}
