"""What an agent would say next in a chat: its prompt, read by the language model of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.agents import service
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.variables import TEMPLATE
from backend.agents.errors import AgentInvalid
from backend.platform import db
from backend.platform.errors import FieldError
from backend.providers.runtime import Runtime

_MOST_CHARACTERS = 500_000
_SYSTEM = """\
You play a voice agent in a rehearsal by chat. Say what the agent says next, in the language of \
the conversation: one turn, as it would be spoken, without stage directions. You have no tools; \
where the agent would use one, say what it would say meanwhile. Set `ends_call` when the agent \
would hang up after these words.

The agent's instructions:
"""


class AgentTurn(BaseModel):
    """What the agent says next."""

    agent_says: str = Field(description="The agent's next words.")
    ends_call: bool = Field(description="Whether the agent hangs up after them.")


@dataclass(frozen=True)
class Said:
    role: Literal["agent", "user"]
    text: str


@dataclass(frozen=True)
class Rehearsal:
    """A chat so far, and what to change of the draft for it."""

    agent_id: UUID
    said: Sequence[Said] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    text: str
    ends_call: bool
    # Null: nobody was asked, since the first words are written down.
    model: str | None


async def reply(runtime: Runtime, org_id: UUID, rehearsal: Rehearsal) -> Reply:
    """Say what the agent says next. Nothing is stored; no transaction is open meanwhile."""
    async with db.transaction(runtime.sessions) as session:
        agent = await service.get_agent(session, org_id, rehearsal.agent_id)
    draft = service.changed_config(agent, rehearsal.changes)
    values = _values(draft, rehearsal.variables)
    if not rehearsal.said and draft.begin_message:
        return Reply(_filled(draft.begin_message, values), ends_call=False, model=None)
    answer = await runtime.llm.answer(
        system=_SYSTEM + _filled(draft.prompt, values),
        user=_conversation(rehearsal.said),
        answer_model=AgentTurn,
        model=draft.extraction_model,
    )
    return Reply(answer.value.agent_says.strip(), answer.value.ends_call, answer.model)


def _values(draft: AgentConfig, given: Mapping[str, str]) -> dict[str, str]:
    """Take examples where nothing else is known: a rehearsal is not to fail by a missing name."""
    known = {each.name: each.default or each.example for each in draft.variables}
    return {name: value for name, value in known.items() if value} | dict(given)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Fill values in. Raises AgentInvalid when the text grows beyond what a model reads."""
    parts, size, at = [], 0, 0
    for match in TEMPLATE.finditer(text):
        parts += [text[at : match.start()], values.get(match[1], match[0])]
        size += sum(map(len, parts[-2:]))
        at = match.end()
        if size > _MOST_CHARACTERS:
            raise AgentInvalid(
                f"Filled in, the agent's words have more than {_MOST_CHARACTERS} characters.",
                errors=[FieldError("/variables", "Too long where they are filled in.")],
            )
    return "".join([*parts, text[at:]])


def _conversation(said: Sequence[Said]) -> str:
    if not said:
        return "The call has just been connected. Nobody has spoken yet."
    lines = (f"[{n}] {each.role}: {' '.join(each.text.split())}" for n, each in enumerate(said))
    return "\n".join(lines)
