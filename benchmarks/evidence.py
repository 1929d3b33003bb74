"""What the rules make of right and of wrong values: objected, read a second time, or passed.

    python benchmarks/evidence.py dialogues.jsonl

Takes dialogues as JSON lines: `turns`, `record_schema`, `truth` (slot → accepted values) and
`evidence` (slot → [{turn, quote}]). The honest model answers truth with its evidence; each lying
one spoils one thing in every answer, or says the turn so that the value is wrong in it.
The same lies of meaning are told on templates in four languages. Beside it, whole turns are quoted
with a slip of the pen, which should be found all the same, and with another word, which should not.
`ends` is how all values end with a stand-in for the second reading that is right 95 of 100 times,
and where an agent takes rules for proof. No language model is asked. Prints one JSON line.
"""

import argparse
import json
import re
import sys
from calendar import day_name, month_name
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import process_time
from typing import Any, NamedTuple

from backend.calls.models import Turn
from backend.evaluation.lies import TURNED, Told, spoken, templates
from backend.grounding import cases as judging
from backend.grounding.judging import Outcome, Verdict
from backend.grounding.speech.words import decisive, words
from backend.grounding.transcript import Transcript
from backend.records.evidence import Open
from backend.records.second_reading import CaseReading, SecondReading, settle

DAYS = [name.casefold() for name in day_name]
READER_IS_RIGHT = 0.95
MONTHS = [name.casefold() for name in month_name if name not in ("", "May")]


class Judged(NamedTuple):
    told: Told
    case: judging.Case
    verdict: Verdict


@dataclass(frozen=True)
class Case:
    """One value as a model answers it."""

    dialogue: dict[str, Any]
    slot: str
    value: Any
    quote: str
    turn: int

    @property
    def line(self) -> dict[str, Any]:
        return {
            "turns": self.dialogue["turns"],
            "schema": _fields(self.dialogue)[self.slot],
            "field": self.slot,
            "value": self.value,
            "quote": self.quote,
            "quoted_turns": [self.turn],
        }


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


def judged(told: Told) -> Judged:
    case = judging.Case.model_validate(told.line)
    return Judged(told, case, case.verdict)


def all_told(dialogues: list[dict[str, Any]], random: Random, most: int) -> Iterator[Told]:
    honest = list(honest_cases(dialogues))
    yield from (Told("right", "en", c.line, is_template=False) for c in mixed_cases(dialogues))
    liars = Liars(dialogues, random)
    for name, lie in liars.all().items():
        for spoilt in filter(None, map(lie, honest)):
            yield Told(name, "en", spoilt.line, is_template=False)
    for case in random.sample(honest, min(most, len(honest))):
        other = liars.another_value(case)
        meant = other.value if other else None
        right = (case.value, case.quote, case.turn)
        yield from on_dialogue(case.dialogue, case.slot, right, meant, random)
    yield from templates()


def on_dialogue(
    dialogue: dict[str, Any],
    slot: str,
    right: tuple[Any, str, int],
    other: Any,
    random: Random,
) -> Iterator[Told]:
    """Say a right value's turn so that it is wrong, once in each way."""
    value, quote, turn = right
    turns = [f"{each['role']}: {each['text']}" for each in dialogue["turns"]]
    line = {
        "field": slot,
        "schema": dialogue["record_schema"]["properties"][slot],
        "value": value,
        "quote": quote,
        "language": "en",
    }
    for kind, ways in TURNED.items():
        said = spoken(random.choice(ways["en"]), quote, str(other))
        if kind in ("superseded", "other_speaker") and other is None:
            continue
        told = [*turns[:turn], *said, *turns[turn + 1 :]]
        yield Told(kind, "en", {**line, "turns": told, "quoted_turns": [turn]}, is_template=False)
    for name, places in dialogue["evidence"].items():
        if name != slot and places and name in dialogue["truth"]:
            wrong = {**line, "value": dialogue["truth"][name][0], "quote": places[0]["quote"]}
            if str(wrong["value"]).casefold() != str(value).casefold():
                told = {**wrong, "turns": turns, "quoted_turns": [places[0]["turn"]]}
                yield Told("another_field", "en", told, is_template=False)
                return


def ends(found: list[Judged], random: Random) -> dict[str, Any]:
    """Say how values end: with a stand-in reader, right 95 of 100 times, and by the rules alone."""
    counted: Counter[str] = Counter()
    for each in found:
        is_right = each.told.kind == "right"
        kind = "right" if is_right else "wrong"
        counted[kind] += 1
        if each.verdict.outcome is Outcome.OBJECTED:
            counted[f"{kind}_in_review"] += 1
            counted[f"{kind}_objected"] += 1
            continue
        counted[f"{kind}_proven_by_rules"] += not each.verdict.doubts
        turns = [turn.turn for turn in each.case.turns]
        own = each.verdict.found.turns if each.verdict.found else ()
        supports = is_right is (random.random() < READER_IS_RIGHT)
        reading = CaseReading(
            case=1,
            verdict="supported" if supports else "contradicted",
            turn=own[0] if supports and own else random.choice(turns),
            reason="",
        )
        claim = each.case.claim
        problems, _ = settle(
            SecondReading(readings=[reading]),
            [Open(each.case.field, claim, each.verdict)],
            each.case.transcript,
        )
        counted[f"{kind}_in_review" if problems else f"{kind}_valid"] += 1
    return {
        "wrong": counted["wrong"],
        "wrong_valid": share(counted["wrong_valid"], counted["wrong"]),
        "wrong_proven_by_rules": share(counted["wrong_proven_by_rules"], counted["wrong"]),
        "right": counted["right"],
        "right_objected": share(counted["right_objected"], counted["right"]),
        "right_in_review": share(counted["right_in_review"], counted["right"]),
        "right_proven_by_rules": share(counted["right_proven_by_rules"], counted["right"]),
    }


def shares(found: list[Judged]) -> dict[str, Any]:
    outcomes = Counter(each.verdict.outcome for each in found)
    named = {outcome.value: share(outcomes[outcome], len(found)) for outcome in Outcome}
    return {"values": len(found), **named}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dialogues", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--most", type=int, default=250, help="dialogue values told each lie of meaning"
    )
    parser.add_argument("--missed", action="store_true", help="list what the rules get wrong")
    options = parser.parse_args()
    if options.dialogues is None:
        print(json.dumps({"benchmark": "evidence", "skipped": "needs a file: evidence.py FILE"}))
        return
    lines = options.dialogues.read_text("utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    random = Random(options.seed)  # noqa: S311 - has to repeat, not to be secret
    told = list(all_told(dialogues, random, options.most))
    started = process_time()
    found = [judged(each) for each in told]
    seconds = process_time() - started
    if options.missed:
        _show_missed(found)
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for each in found:
        where = each.told.language if each.told.is_template else "dialogues"
        by_kind[f"{each.told.kind} {where}"].append(each)
    report = {
        "benchmark": "evidence",
        "dialogues": len(dialogues),
        "all_wrong": shares([each for each in found if each.told.kind != "right"]),
        "all_right": shares([each for each in found if each.told.kind == "right"]),
        "ends": ends(found, random),
        "kinds": {name: shares(group) for name, group in sorted(by_kind.items())},
        "quoted_turns": quoted_turns(dialogues, random),
        "ms_per_value": round(1000 * seconds / max(1, len(found)), 3),
    }
    print(json.dumps(report, ensure_ascii=False))


def _show_missed(found: list[Judged]) -> None:
    for each in found:
        wrongly = Outcome.OBJECTED if each.told.kind == "right" else Outcome.PROVEN
        if each.verdict.outcome is wrongly:
            line = each.told.line
            why = [objection.message for objection in each.verdict.objections]
            shown = (each.told.kind, each.told.language, line["field"], line["value"])
            print(*map(repr, (*shown, line["quote"], why)), file=sys.stderr)


if __name__ == "__main__":
    main()
