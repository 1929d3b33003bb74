"""What keeps the house readable: sizes, words, and what is said in types instead of asserted."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "backend"
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")

SUPPRESSION = re.compile(r"# (?:noqa|type: ignore)\b")
# What neither a type nor the flow of a function can say. It only ever becomes less.
MOST_ASSERTIONS = 28
MOST_FILES = 35
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60


@cache
def _sources(*folders: str) -> list[tuple[Path, str]]:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [(path, path.read_text(encoding="utf-8")) for path in paths]


def test_the_checkers_are_rarely_told_to_look_away() -> None:
    texts = [text for _, text in _sources("backend", "tests")]
    suppressed = sum(len(SUPPRESSION.findall(text)) for text in texts)
    lines = sum(text.count("\n") for text in texts)

    assert suppressed / lines * 1000 <= 1.6


def test_what_must_be_there_is_said_in_types() -> None:
    asserted = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, text in _sources("backend")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assert)
    ]
    assert len(asserted) <= MOST_ASSERTIONS, asserted


@pytest.mark.parametrize("bag", ["app.state", ".kw[", 'session.info["'])
def test_nothing_is_handed_over_in_a_bag_without_types(bag: str) -> None:
    """Each bag of a library's is opened in one place, which says what is in it."""
    used = {path.name for path, text in _sources("backend") if bag in text}

    assert used <= {"services.py" if bag == "app.state" else "events.py"}


def test_no_folder_has_more_files_than_one_can_take_in() -> None:
    counts = {
        folder: len([path for path in folder.glob("*.py") if path.stem != "__init__"])
        for folder in {path.parent for path, _ in _sources("backend")}
    }
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}


def test_no_file_is_longer_than_one_can_read_at_once() -> None:
    lengths = {path: text.count("\n") for path, text in _sources("backend")}

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def _functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path, text in _sources("backend")
        for function in _functions(text)
        if (function.end_lineno or 0) - function.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_every_place_that_the_glossary_names_is_there() -> None:
    places = re.findall(r"\| `([a-z_/]+(?:\.py)?)`", GLOSSARY)
    gone = [place for place in places if "/" in place and not (BACKEND / place).exists()]

    assert places
    assert gone == []


def test_every_class_that_the_glossary_names_is_there() -> None:
    named = re.findall(r"`([a-z_.]+)\.([A-Z]\w+)(?:\.\w+)?`", GLOSSARY)
    text = "\n".join(text for _, text in _sources("backend"))
    gone = [name for _, name in named if not re.search(rf"^class {name}\b", text, re.MULTILINE)]

    assert named
    assert gone == []
