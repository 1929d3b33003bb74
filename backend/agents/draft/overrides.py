"""Fields that people have sent to Retell as they are, beside those that Ringback sets."""

from collections.abc import Iterator

from backend.platform.events import JsonObject

# Without these, calls would be taken by something else, or nobody would hear of them.
_RESERVED = ("response_engine", "webhook_events", "webhook_url")


def overrides_of(given: JsonObject) -> dict[str, JsonObject]:
    """Sort the overrides by what they are for; what stands outside a group is the agent's."""
    rest = dict(given)
    groups: dict[str, JsonObject] = {}
    for group in ("agent", "llm"):
        groups[group] = rest.pop(group) if isinstance(rest.get(group), dict) else {}
    return {"agent": rest | groups["agent"], "llm": groups["llm"]}


def reserved_overrides(given: JsonObject) -> Iterator[tuple[str, ...]]:
    """Find overrides that would cut the agent off from Ringback, each by its path."""
    yield from ((name,) for name in _RESERVED if name in given)
    group = given.get("agent")
    if isinstance(group, dict):
        yield from (("agent", name) for name in _RESERVED if name in group)
