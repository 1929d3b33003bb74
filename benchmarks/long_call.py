"""How long the service itself takes over a call of two hours, apart from the model's answers.

    python benchmarks/long_call.py

A hundred thousand tokens of talk, read in parts; each part's answer has thirty values and a list,
a third of the quotes with a word left out, and some that nobody said. Their checks, the merging
and the last check are timed. Prints one JSON line.
"""

import json
from collections.abc import Sequence
from random import Random
from time import process_time
from typing import Any

from backend.calls.models import Turn
from backend.records.asking import proof_in
from backend.records.material import Material
from backend.records.parts import merge, split

CHARACTERS = 450_000
FIELDS = 30
ITEMS_OF_A_PART = 8
INVENTED_OF_A_PART = 2
NOBODY_SAID = "the purple elephant rang from a distant mountain without telling anybody about it"
WORDS = (
    "so well then you know the driver said that his trailer was parked behind our warehouse and we "
    "looked at every pallet before lunch because nobody had told us which order would come first "
    "there were boxes with blue labels some with red ones one had fallen over twice but nothing "
    "broke I think they should call again tomorrow morning around eight or maybe half past nine "
    "since Martinez only starts on Thursday at 7 30 with 22 pallets for Portland"
)


def talk(random: Random) -> list[Turn]:
    turns: list[Turn] = []
    spoken = WORDS.split()
    said = 0
    while said < CHARACTERS:
        text = " ".join(random.choices(spoken, k=random.randrange(4, 60)))
        said += len(text)
        role = "user" if len(turns) % 2 else "agent"
        n = len(turns)
        turns.append(Turn.model_validate({"turn": n, "role": role, "text": text}))
    return turns


def answer(part: Sequence[Turn], random: Random) -> dict[str, Any]:
    def said(n: int) -> dict[str, Any]:
        turn = random.choice(part)
        quoted = turn.text.split()[:12]
        if n % 3 == 0 and len(quoted) > 4:
            del quoted[2]
        quote = NOBODY_SAID if n < INVENTED_OF_A_PART else " ".join(quoted)
        return {"quote": quote, "turns": [turn.turn], "value": " ".join(quoted[-2:])}

    fields = {f"field_{n}": said(n) for n in range(FIELDS)}
    return {**fields, "stops": [{"city": said(n + 9)} for n in range(ITEMS_OF_A_PART)]}


def main() -> None:
    random = Random(1)  # noqa: S311 - has to repeat, not to be secret
    text = {"type": ["string", "null"]}
    stop = {"type": "object", "properties": {"city": text}}
    fields = {f"field_{n}": text for n in range(FIELDS)}
    stops = {"type": "array", "items": stop}
    schema = {"type": "object", "properties": {**fields, "stops": stops}, "required": []}
    turns = talk(random)
    parts = split(turns)
    answers = [answer(part, random) for part in parts]
    material = Material(turns, schema)
    began = process_time()
    for part, answered in zip(parts, answers, strict=True):
        material.judge(answered, part)
    checked = process_time()
    merged = merge(schema, answers, proof_in(material.transcript))
    judged = material.judge(merged, turns)
    ended = process_time()
    print(
        json.dumps(
            {
                "benchmark": "long_call",
                "characters": sum(len(turn.text) for turn in turns),
                "turns": len(turns),
                "parts": len(parts),
                "values": len(judged.evidence),
                "cpu_seconds": {
                    "parts": round(checked - began, 2),
                    "whole": round(ended - checked, 2),
                    "all": round(ended - began, 2),
                },
            }
        )
    )


if __name__ == "__main__":
    main()
