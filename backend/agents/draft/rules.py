"""What a draft may be: pure rules, each refusal with a pointer to the wrong place."""

from collections.abc import Mapping
from typing import Any

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.overrides import overrides_of, reserved_overrides
from backend.agents.errors import AgentInvalid, AgentReadOnly
from backend.agents.models import AgentEngine
from backend.agents.record_schema.subset import check_record_schema
from backend.platform.errors import FieldError, pointer_to
from backend.platform.versioning.differences import changed_fields
from backend.platform.versioning.forms import parsed

# What Retell has no place for.
KEPT_HERE = frozenset(
    {
        "tags",
        "from_number",
        "record_schema",
        "extraction_instructions",
        "extraction_model",
        "transcriber",
        "transcribe_calls",
        "proof",
        "purpose",
        "redact",
        "keep_original",
    }
)
# What can be set here also for agents that are designed at Retell.
OPEN_TO_ALL = frozenset({"name", "time_zone", "variables", "transcript_updates"})


def validated(config: Mapping[str, Any]) -> AgentConfig:
    """Parse a configuration. Raises AgentInvalid with a pointer to each wrong place."""
    return parsed(AgentConfig, config, AgentInvalid)


def refuse_unusable(config: AgentConfig, engine: AgentEngine) -> None:
    overridden = overrides_of(config.retell_overrides)["llm"]
    is_told = config.prompt.strip() or {"states", "general_prompt"} & set(overridden)
    if engine is AgentEngine.RETELL_LLM and not is_told:
        missing = [FieldError("/prompt", "The agent has to be told something.")]
        raise AgentInvalid("The agent has no prompt.", errors=missing)
    wrong = [
        FieldError(pointer_to("retell_overrides", *path), "Set by Ringback itself at publishing.")
        for path in reserved_overrides(config.retell_overrides)
    ]
    if wrong:
        raise AgentInvalid("Retell would no longer work with Ringback like this.", errors=wrong)
    if not config.keep_original and not config.redact:
        wrong = [FieldError("/keep_original", "Say under redact what is not to be kept.")]
        raise AgentInvalid("There is nothing that would not be kept.", errors=wrong)
    if config.record_schema is None:
        return
    wrong = [
        FieldError(f"/record_schema{pointer}", message)
        for pointer, message in check_record_schema(config.record_schema)
    ]
    if wrong:
        raise AgentInvalid(
            f"The record schema is outside the supported subset, first at {wrong[0].pointer}: "
            f"{wrong[0].message}",
            errors=wrong,
        )


def refuse_read_only(draft: AgentConfig, config: AgentConfig, engine: AgentEngine) -> None:
    """Refuse a change of what is designed at Retell, with a pointer to each such field."""
    if engine is AgentEngine.RETELL_LLM:
        return
    changed = changed_fields(draft.model_dump(), config.model_dump())
    wrong = [
        FieldError(pointer_to(name), "The agent is designed at Retell; change this there.")
        for name in changed
        if name not in KEPT_HERE | OPEN_TO_ALL
    ]
    if wrong:
        raise AgentReadOnly(
            "The agent is designed at Retell. Change it there, and take that over with "
            "`POST /api/v1/agents/{id}/sync/import`.",
            errors=wrong,
        )
