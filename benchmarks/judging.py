"""How long the rules take over a call of 400 turns with ten values, beside an earlier build.

    python benchmarks/judging.py [COMMIT]

The same answers about the same calls are judged by this build and by that of the commit, which is
taken from the repository's history, in turns, each round in a process of its own. Counted is CPU
from the turns to the judged values, the reading of the words included; nothing is kept from one
call to the next that a worker would not keep. Prints one JSON line.
"""

import argparse
import gc
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

HERE = Path(__file__).resolve().parent
# The build before grounding became a room of its own.
BEFORE = "4768f61"
ROUNDS = 5
CALLS = 20
TURNS = 400
# Joined at random, so that no turn comes twice.
PHRASES = (
    "the driver told me",
    "his trailer was parked behind our warehouse",
    "we looked at {n} pallets before lunch",
    "there were boxes with blue labels",
    "no, that was on Tuesday",
    "they called again around half past nine",
    "Martinez only starts on Thursday",
    "actually it is fine",
    "we can wait another {n} minutes if they tell us",
    "you will send me the papers for Portland",
    "I am not sure, maybe twenty two of them fell over",
    "yes, thank you, please go on",
    "is that what the order says?",
)
# Field, schema, value, what is said.
SAID: tuple[tuple[str, dict[str, Any], Any, str], ...] = (
    ("pallets", {"type": "integer"}, 26, "We have twenty six pallets on board."),
    ("weight", {"type": "number"}, 18.5, "The load weighs eighteen point five tons."),
    ("driver", {"type": "string"}, "Ana Castillo", "My name is Ana Castillo."),
    ("city", {"type": "string"}, "Fresno", "I am right outside of Fresno."),
    ("eta", {"type": "string"}, "3 pm", "I should be there by 3 pm."),
    ("day", {"type": "string"}, "Friday", "They want it on Friday."),
    ("order", {"type": "string"}, "48213", "The order number is four eight two one three."),
    ("status", {"type": "string", "enum": ["delayed", "on time"]}, "delayed", "I am delayed."),
    ("callback", {"type": "string"}, "Tomorrow morning", "Call me back tomorrow morning."),
    ("minutes", {"type": "integer"}, 45, "It is another forty five minutes."),
)


def call(random: Random) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Make up a call: what is proven is said in its first third, talk goes on behind it."""
    texts = [
        ", ".join(random.choices(PHRASES, k=random.randrange(1, 5))).format(n=random.randrange(999))
        for _ in range(TURNS)
    ]
    answer = {}
    places = sorted(random.sample(range(1, TURNS // 3, 2), len(SAID)))
    for place, (name, _, value, said) in zip(places, SAID, strict=True):
        texts[place] = said
        answer[name] = {"quote": said, "turns": [place], "value": value}
    turns = [
        {"turn": n, "role": "user" if n % 2 else "agent", "text": text}
        for n, text in enumerate(texts)
    ]
    return turns, answer


def judge_all() -> None:
    """Judge calls with the build that is importable; print the seconds each took."""
    from backend.calls.models import Turn  # noqa: PLC0415 - of the build that is measured
    from backend.records.material import Material  # noqa: PLC0415

    random = Random(1)  # noqa: S311 - has to repeat, not to be secret
    properties = {name: schema for name, schema, _, _ in SAID}
    schema = {"type": "object", "properties": properties, "required": []}
    seconds = []
    for n in range(CALLS):
        if n == 1:
            # As every process of ours does once it has started.
            gc.collect()
            gc.freeze()
        told, answer = call(random)
        turns = [Turn.model_validate(turn) for turn in told]
        began = process_time()
        Material(turns, schema, language="en-US").judge(answer, turns)
        seconds.append(process_time() - began)
    # The first call loads word lists, once in a worker's life.
    print(json.dumps(seconds[1:]))


def main() -> None:
    from _report import in_ms, report  # noqa: PLC0415 - not where only judging is done

    parser = argparse.ArgumentParser()
    parser.add_argument("commit", nargs="?", default=BEFORE)
    commit = parser.parse_args().commit
    seconds: dict[str, list[float]] = {"before": [], "now": []}
    with TemporaryDirectory() as folder:
        packed = subprocess.run(  # noqa: S603 - a name of a commit
            ["git", "archive", commit, "backend"],  # noqa: S607 - the machine's git
            cwd=HERE.parent, check=True, capture_output=True,
        ).stdout  # fmt: skip
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        for _ in range(ROUNDS):
            for build, tree in (("before", folder), ("now", str(HERE.parent))):
                seconds[build] += _judged_in(tree)
    figures = {build: in_ms(taken, 0.5, 0.95) for build, taken in seconds.items()}
    ratio = round(figures["now"]["p95_ms"] / figures["before"]["p95_ms"], 2)
    report(
        "judging", turns=TURNS, values=len(SAID), rounds=ROUNDS, calls=CALLS - 1, before=commit,
        cpu=figures, p95_ratio=ratio,
    )  # fmt: skip


def _judged_in(tree: str) -> list[float]:
    child = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, str(Path(__file__)), "--judge"],
        env={"PYTHONPATH": tree}, cwd=tree, check=True, capture_output=True, text=True,
    )  # fmt: skip
    taken: list[float] = json.loads(child.stdout)
    return taken


if __name__ == "__main__":
    judge_all() if sys.argv[1:] == ["--judge"] else main()
