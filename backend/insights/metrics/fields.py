"""The fields of records that figures can be made of, as the published versions define them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_SCHEMAS = """
    select versions.config -> 'record_schema' as record_schema
    from agents join agent_versions as versions on versions.agent_id = agents.id
    where agents.org_id = :org_id
"""
_LIVE = " and versions.version = agents.published_version and agents.archived_at is null"
_IN_ORDER = " order by versions.created_at desc limit 500"


class FieldKind(StrEnum):
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    # Texts that can be anything, lists and groups: only whether there is something counts.
    TEXT = "text"


@dataclass(frozen=True)
class RecordField:
    name: str
    title: str
    kind: FieldKind
    choices: tuple[str, ...] = ()


async def find_fields(
    session: AsyncSession, org_id: UUID, agent_id: UUID | None = None, *versions: int
) -> list[RecordField]:
    """Find the fields of what is live, of all agents or of one; or of certain versions of it.

    Of two that are called the same, the newest counts; of choices, all.
    """
    statement, asked = _SCHEMAS, {"org_id": org_id, "agent_id": agent_id, "versions": versions}
    statement += "" if agent_id is None else " and agents.id = :agent_id"
    statement += " and versions.version = any(:versions)" if versions else _LIVE
    asked = {name: value for name, value in asked.items() if f":{name}" in statement}
    rows = (await session.connection()).execute(text(statement + _IN_ORDER), asked)
    found: dict[str, RecordField] = {}
    for schema in (await rows).scalars():
        for each in fields_of(schema or {}):
            known = found.setdefault(each.name, each)
            merged = tuple(dict.fromkeys([*known.choices, *each.choices]))
            found[each.name] = replace(known, choices=merged if known.choices else ())
    return list(found.values())


def fields_of(schema: Mapping[str, Any]) -> Iterator[RecordField]:
    """Read the fields of a record schema, without those inside of others."""
    for name, definition in schema.get("properties", {}).items():
        typed = next(_typed(definition), {})
        title = definition.get("title") or typed.get("title") or name
        kind, choices = _kind_of(typed)
        yield RecordField(name, title, kind, choices)


def _typed(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give what the field is when it is not null."""
    for each in definition.get("anyOf", [definition]):
        if each.get("type") != "null":
            yield each


def _kind_of(typed: Mapping[str, Any]) -> tuple[FieldKind, tuple[str, ...]]:
    declared = typed.get("type")
    kinds = set(declared) if isinstance(declared, list) else {declared}
    choices = tuple(each for each in typed.get("enum", ()) if isinstance(each, str))
    if choices:
        return FieldKind.CHOICE, choices
    if kinds & {"number", "integer"}:
        return FieldKind.NUMBER, ()
    return (FieldKind.YES_NO if "boolean" in kinds else FieldKind.TEXT), ()
