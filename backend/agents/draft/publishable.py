"""Whether a configuration can be published: every variable that is used is declared."""

from collections.abc import Iterator

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.overrides import overrides_of
from backend.agents.draft.tools import CustomFunction, OtherTool, TransferCallTool
from backend.agents.draft.variables import used_in
from backend.agents.draft.voice_settings import SayByPrompt, SayText
from backend.agents.errors import AgentInvalid
from backend.agents.models import AgentEngine
from backend.platform.errors import FieldError


def refuse_undeclared_variables(config: AgentConfig, engine: AgentEngine) -> None:
    """Raise AgentInvalid with a pointer to each text that would be read out as it is."""
    if engine is not AgentEngine.RETELL_LLM:
        return
    declared = {variable.name for variable in config.variables}
    further = overrides_of(config.retell_overrides)["llm"].get("default_dynamic_variables")
    declared |= set(further) if isinstance(further, dict) else set()
    wrong = [
        FieldError(pointer, f"Uses {{{{{name}}}}}, which is not among the agent's variables.")
        for pointer, text in _texts(config)
        for name in sorted(used_in(text) - declared)
    ]
    if wrong:
        raise AgentInvalid(
            "The agent uses variables that it does not declare, so they would be read out as "
            "they are.",
            errors=wrong,
        )


def _texts(config: AgentConfig) -> Iterator[tuple[str, str | None]]:
    yield "/prompt", config.prompt
    yield "/begin_message", config.begin_message
    voicemail = config.voicemail_option
    if voicemail is not None and isinstance(voicemail.action, SayText | SayByPrompt):
        yield "/voicemail_option/action/text", voicemail.action.text
    for place, word in enumerate(config.boosted_keywords or []):
        yield f"/boosted_keywords/{place}", word
    for place, tool in enumerate(config.tools):
        if not isinstance(tool, OtherTool):
            yield f"/tools/{place}/description", tool.description
        if isinstance(tool, TransferCallTool):
            yield f"/tools/{place}/number", tool.number
            yield f"/tools/{place}/extension", tool.extension
        elif isinstance(tool, CustomFunction):
            yield f"/tools/{place}/url", tool.url
