"""How many right values the evidence checks question, and how many wrong ones they catch.

    python benchmarks/evidence.py dialogues.jsonl

Takes dialogues as JSON lines: `turns`, `record_schema`, `truth` (slot → accepted values) and
`evidence` (slot → [{turn, quote}]). The honest model answers truth with its evidence; each lying
one spoils one thing in every answer. Beside it, whole turns are quoted with a slip of the pen,
which should be found all the same, and with another word, which should not. Of what the rules do
not catch, `second_reading` is what a model would be asked to contradict. Prints one JSON line.
No language model is asked.
"""

import argparse
import json
import re
import sys
from calendar import day_name, month_name
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from backend.calls.models import Turn
from backend.grounding.speech.words import decisive, words
from backend.grounding.transcript import Transcript
from backend.records.evidence import Extraction, judge

DAYS = [name.casefold() for name in day_name]
MONTHS = [name.casefold() for name in month_name if name not in ("", "May")]


@dataclass(frozen=True)
class Case:
    """One value as a model answers it."""

    dialogue: dict[str, Any]
    slot: str
    value: Any
    quote: str
    turn: int

    @property
    def is_questioned(self) -> bool:
        return self.judged.status != "valid"

    @property
    def is_doubted(self) -> bool:
        """Whether the second reading would be asked about it."""
        return bool(self.judged.doubts)

    @cached_property
    def judged(self) -> Extraction:
        said = {"value": self.value, "quote": self.quote, "turns": [self.turn]}
        schema = {
            **self.dialogue["record_schema"],
            "properties": {self.slot: self.dialogue["record_schema"]["properties"][self.slot]},
            "required": [],
        }
        turns = [Turn.model_validate(turn) for turn in self.dialogue["turns"]]
        return judge({self.slot: said}, turns, schema)


def honest_cases(dialogues: list[dict[str, Any]]) -> Iterator[Case]:
    """Each marked quote, with the accepted value that is spelt most like it."""
    for dialogue in dialogues:
        for slot, places in dialogue["evidence"].items():
            accepted = dialogue["truth"].get(slot, [])
            for place in places if accepted and slot in _fields(dialogue) else ():
                value = min(
                    accepted,
                    key=lambda accepted: _distance(str(accepted), place["quote"]),
                )
                yield Case(dialogue, slot, value, place["quote"], place["turn"])


def _fields(dialogue: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = dialogue["record_schema"]["properties"]
    return fields


def mixed_cases(dialogues: list[dict[str, Any]]) -> Iterator[Case]:
    """Each marked quote with each accepted value, so "next Tuesday" also with "March 5th"."""
    for case in honest_cases(dialogues):
        for value in case.dialogue["truth"][case.slot]:
            yield replace(case, value=value)


def _distance(value: str, quote: str) -> tuple[bool, bool, str]:
    ours, theirs = value.casefold(), quote.casefold()
    return ours != theirs, ours not in theirs and theirs not in ours, value


class Liars:
    """Ways to spoil a case; each gives None where it does not apply."""

    def __init__(self, dialogues: list[dict[str, Any]], random: Random) -> None:
        self.random = random
        self.dialogues = dialogues
        self.values: dict[tuple[str, str], set[Any]] = defaultdict(set)
        for dialogue in dialogues:
            for slot, accepted in dialogue["truth"].items():
                self.values[_domain(dialogue), slot].update(accepted)

    def all(self) -> dict[str, Callable[[Case], Case | None]]:
        return {
            "another_value": self.another_value,
            "shifted_number": self.shifted_number,
            "shifted_day": self.shifted_day,
            "flipped_boolean": self.flipped_boolean,
            "quote_of_another_turn": self.quote_of_another_turn,
            "quote_nobody_said": self.quote_nobody_said,
            "altered_quote": self.altered_quote,
        }

    def another_value(self, case: Case) -> Case | None:
        accepted = {str(value).casefold() for value in case.dialogue["truth"][case.slot]}
        others = [
            value
            for value in self.values[_domain(case.dialogue), case.slot]
            if not any(_overlap(str(value).casefold(), right) for right in accepted)
        ]
        return replace(case, value=self.random.choice(sorted(others, key=str))) if others else None

    def shifted_number(self, case: Case) -> Case | None:
        if isinstance(case.value, int) and not isinstance(case.value, bool):
            return replace(case, value=case.value + 1)
        text = str(case.value)
        shifted = re.sub(r"\d+", lambda match: str(int(match[0]) + 1), text, count=1)
        return replace(case, value=shifted) if shifted != text else None

    def shifted_day(self, case: Case) -> Case | None:
        for names in (DAYS, MONTHS, ["today", "tomorrow"]):
            for n, name in enumerate(names):
                if re.search(rf"\b{name}\b", str(case.value), re.IGNORECASE):
                    other = names[(n + 1) % len(names)]
                    value = re.sub(rf"\b{name}\b", other, case.value, flags=re.IGNORECASE)
                    return replace(case, value=value)
        return None

    def flipped_boolean(self, case: Case) -> Case | None:
        return replace(case, value=not case.value) if isinstance(case.value, bool) else None

    def quote_of_another_turn(self, case: Case) -> Case | None:
        quote = case.quote.casefold()
        others = [turn for turn in case.dialogue["turns"] if quote not in turn["text"].casefold()]
        if not others:
            return None
        turn = self.random.choice(others)
        return replace(case, quote=turn["text"], turn=turn["turn"])

    def quote_nobody_said(self, case: Case) -> Case | None:
        strange = [d for d in self.dialogues if _domain(d) != _domain(case.dialogue)]
        texts = [turn["text"] for d in strange for turn in d["turns"] if len(turn["text"]) > 30]
        return replace(case, quote=self.random.choice(texts)) if texts else None

    def altered_quote(self, case: Case) -> Case | None:
        """Put another value into the words around the right one."""
        other = self.another_value(case)
        text = next(t["text"] for t in case.dialogue["turns"] if t["turn"] == case.turn)
        if other is None or case.quote not in text:
            return None
        return replace(other, quote=text.replace(case.quote, str(other.value)))


def quoted_turns(dialogues: list[dict[str, Any]], random: Random) -> dict[str, Any]:
    """Quote whole turns with one thing changed, and count what is still found in its turn."""
    changes = {"letter_lost": _lose_letter, "word_lost": _lose_word, "word_replaced": _replace_word}
    found: dict[str, Counter[str]] = {name: Counter() for name in changes}
    for dialogue in dialogues:
        transcript = Transcript([Turn.model_validate(turn) for turn in dialogue["turns"]])
        for turn in dialogue["turns"]:
            spoken = turn["text"].split()
            for name, change in changes.items():
                if 4 <= len(spoken) <= 20 and (changed := change(spoken, random)) is not None:
                    is_found = transcript.find(" ".join(changed), [turn["turn"]]) is not None
                    found[name].update(cases=1, found=int(is_found))
    return {n: {**c, "share": share(c["found"], c["cases"])} for n, c in found.items()}


def _longest(spoken: list[str]) -> int:
    return max(range(len(spoken)), key=lambda n: len(spoken[n]))


def _lose_letter(spoken: list[str], random: Random) -> list[str] | None:
    at = _longest(spoken)
    if not spoken[at].isalpha():
        return None
    letter = random.randrange(1, len(spoken[at]))
    return [*spoken[:at], spoken[at][:letter] + spoken[at][letter + 1 :], *spoken[at + 1 :]]


def _lose_word(spoken: list[str], random: Random) -> list[str] | None:
    at = random.randrange(len(spoken))
    is_decisive = decisive(word.text for word in words(spoken[at]))
    return None if is_decisive else [*spoken[:at], *spoken[at + 1 :]]


def _replace_word(spoken: list[str], random: Random) -> list[str]:
    at = _longest(spoken)
    other = random.choice(["Houston", "Martinez", "blue", "delayed", "orchard", "Portland"])
    return [*spoken[:at], other, *spoken[at + 1 :]]


def _domain(dialogue: dict[str, Any]) -> str:
    return str(dialogue["record_schema"].get("title", ""))


def _overlap(a: str, b: str) -> bool:
    return a in b or b in a


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def questioned(cases: list[Case]) -> dict[str, Any]:
    count = sum(case.is_questioned for case in cases)
    return {"values": len(cases), "questioned": count, "share": share(count, len(cases))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialogues", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--missed", action="store_true", help="list the lies not caught")
    options = parser.parse_args()
    if options.dialogues is None:
        print(json.dumps({"benchmark": "evidence", "skipped": "needs a file: evidence.py FILE"}))
        return
    lines = options.dialogues.read_text("utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    honest = list(honest_cases(dialogues))
    random = Random(options.seed)  # noqa: S311 - has to repeat, not to be secret
    liars = Liars(dialogues, random).all()
    caught: dict[str, Counter[str]] = {name: Counter() for name in liars}
    started = perf_counter()
    for name, lie in liars.items():
        for spoilt in filter(None, map(lie, honest)):
            is_caught = spoilt.is_questioned
            is_left = not is_caught and spoilt.is_doubted
            caught[name].update(cases=1, caught=int(is_caught), second_reading=int(is_left))
            if options.missed and not is_caught:
                print(name, spoilt.slot, repr(spoilt.value), repr(spoilt.quote), file=sys.stderr)
    judged = sum(counts["cases"] for counts in caught.values())
    seconds = perf_counter() - started
    print(
        json.dumps(
            {
                "benchmark": "evidence",
                "dialogues": len(dialogues),
                "honest": questioned(honest),
                "honest_mixed": questioned(list(mixed_cases(dialogues))),
                "lying": {
                    name: {**counts, "share": share(counts["caught"], counts["cases"])}
                    for name, counts in caught.items()
                },
                "quoted_turns": quoted_turns(dialogues, random),
                "ms_per_value": round(1000 * seconds / max(1, judged), 3),
            }
        )
    )


if __name__ == "__main__":
    main()
