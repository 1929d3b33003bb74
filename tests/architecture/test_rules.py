"""The rules that no linter knows. `pyproject.toml` has those that one does."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import asyncpg
import pytest

from backend.platform.events import kinds_of_events
from backend.platform.tables import EnumText
from backend.tables import Table

BACKEND = Path(__file__).parents[2] / "backend"
TESTS = BACKEND.parent / "tests"
ROOMS = {
    "auth",
    "agents",
    "compliance",
    "calls",
    "conduct",
    "grounding",
    "recordings",
    "records",
    "evaluation",
    "quality",
    "campaigns",
    "analysis",
    "webhooks",
    "stream",
    "destinations",
    "insights",
    "retention",
}
# What a room shows to the rooms above it. Concepts that hold verbs of their own are named.
SHOWN = {"service", "models", "events", "errors", "deps"}
CONCEPTS = {
    "auth.users",
    "agents.record_schema.formats", "agents.record_schema.record_class",
    "agents.record_schema.subset",
    "agents.redacting", "agents.retell.publishing", "agents.retell.webhook_address",
    "auth.addressed", "calls.capacity", "calls.earlier", "calls.gating", "calls.intake",
    "calls.lifecycle",
    "calls.list_schemas", "calls.masking", "calls.recording",
    "calls.pasted", "calls.search", "calls.transcripts", "calls.uploads", "calls.waiting",
    "calls.suppressing", "compliance.asking", "compliance.callee", "compliance.gate",
    "compliance.hooks", "compliance.numbers", "compliance.places", "compliance.rules",
    "compliance.told", "evaluation.backtests",
    "grounding.cases", "grounding.fields", "grounding.judging", "grounding.speech",
    "grounding.transcript",
    "recordings.masking", "recordings.muting",
    "records.asking", "records.difference", "records.extraction", "records.masking",
    "records.material",
    "records.pacing", "records.parts", "records.review",
}  # fmt: skip
FORBIDDEN_NAMES = {
    "utils", "helpers", "common", "misc", "manager", "base", "constants", "core", "types",
}  # fmt: skip


@cache
def modules(folder: Path = BACKEND) -> list[tuple[Path, ast.Module]]:
    paths = sorted(folder.rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _ends_a_transaction(called: ast.expr) -> bool:
    """`db.transaction()` is the one way; `connection.transaction()` would be asyncpg's own."""
    if not isinstance(called, ast.Attribute):
        return False
    is_ours = isinstance(called.value, ast.Name) and called.value.id == "db"
    return called.attr in {"commit", "rollback", "begin", "begin_nested"} or (
        called.attr == "transaction" and not is_ours
    )


def test_only_the_database_module_ends_transactions() -> None:
    ending = [
        f"{path.relative_to(BACKEND)}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _ends_a_transaction(node.func)
        and path != BACKEND / "platform" / "db.py"
    ]
    assert ending == []


def test_rooms_use_of_each_other_only_what_is_meant_for_it() -> None:
    """A room shows its verbs, tables, events, failures and dependencies; the rest is its own.

    Two exceptions. Concepts with verbs of their own are named above. And `schemas` may be extended
    by the schemas of a room above, never used otherwise: a call is shown with its record.
    """
    reached = []
    for path, tree in modules():
        own = path.relative_to(BACKEND).parts[0]
        for name in imports(tree):
            parts = name.split(".")
            if own not in ROOMS or parts[:1] != ["backend"] or parts[1] not in ROOMS - {own}:
                continue
            module = parts[2] if len(parts) > 2 else ""
            is_concept = not CONCEPTS.isdisjoint({".".join(parts[1:3]), ".".join(parts[1:4])})
            is_extension = module == "schemas" and path.stem == "schemas"
            if module not in SHOWN and not is_concept and not is_extension:
                reached.append(f"{path.relative_to(BACKEND)}: {name}")
    assert reached == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [path for path, _ in modules() if path.stem in FORBIDDEN_NAMES]
    assert named == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path, tree in modules() if not ast.get_docstring(tree)]
    assert silent == []


def test_nothing_is_mocked() -> None:
    mocked = [
        str(path) for path, tree in modules(TESTS) for name in imports(tree) if "mock" in name
    ]
    assert mocked == []


def test_every_event_has_a_name_of_its_own() -> None:
    names = [event.name for event in kinds_of_events()]
    assert len(names) == len(set(names)) > 10


def test_every_table_is_known_to_the_migrations() -> None:
    """A model outside `backend.tables` would be missing from autogenerated migrations."""
    defined = {
        node.name
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(keyword.arg == "table" for keyword in node.keywords)
    }
    exported = ast.parse((BACKEND / "tables.py").read_text(encoding="utf-8"))
    assert defined == {name.rsplit(".", 1)[1] for name in imports(exported)} - {"Table"}


_ENUMS = sorted(
    (table.name, column.name)
    for table in Table.metadata.tables.values()
    for column in table.columns
    if isinstance(column.type, EnumText)
)


async def test_the_database_checks_every_enum(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select conrelid::regclass::text as table, pg_get_constraintdef(oid) as check "
            "from pg_constraint where contype = 'c'"
        )
    finally:
        await connection.close()
    checks = {(row["table"], row["check"]) for row in rows}
    for table_name, column_name in _ENUMS:
        column = Table.metadata.tables[table_name].columns[column_name]
        assert isinstance(column.type, EnumText)
        found = [
            check
            for table, check in checks
            if (table == table_name and f"({column_name})" in check.replace("::text", ""))
            or (table == table_name and f"{column_name} = ANY" in check.replace("::text", ""))
        ]
        assert any(
            all(f"'{member.value}'" in check for member in column.type.enum) for check in found
        ), f"{table_name}.{column_name} has no CHECK with all its values"


def test_the_enums_are_found() -> None:
    assert ("calls", "status") in _ENUMS


@pytest.mark.parametrize("folder", ["backend", "tests", "docs", "benchmarks"])
def test_the_project_speaks_of_itself_alone(folder: str) -> None:
    root = BACKEND.parent
    strange = ("/work/", "helper-", "pypi.org", "files.pythonhosted", "registry.npmjs")
    found = [
        f"{path.relative_to(root)}: {word}"
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".md", ".txt", ".json", ".toml"}
        if path != Path(__file__)
        for word in strange
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_migrations_are_one_chain_and_each_has_an_id_of_its_own() -> None:
    """Alembic takes one of two with the same id, and says so in a warning alone."""
    found = [
        (variables["revision"], variables["down_revision"])
        for path in sorted((BACKEND.parent / "alembic" / "versions").glob("*.py"))
        if (variables := _assigned(path))
    ]
    ids = [revision for revision, _ in found]
    befores = [before for _, before in found]
    assert len(set(ids)) == len(ids)
    assert len(set(befores)) == len(befores)
    assert set(befores) - set(ids) == {None}


def _assigned(path: Path) -> dict[str, str | None]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        target.id: value if isinstance(value := node.value.value, str) else None
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str | None)
    }
