"""How much of what is planted in conversations is masked, and how much of what is nobody's.

    python benchmarks/redaction.py

Of each kind, 5,000 items are said in made-up conversations, some to the end of a turn and on in the
next, among 5,000 numbers as calls about loads have them. Prints one JSON line: `recall` by kind,
and the share of ordinary numbers of which any digit was masked.
"""

import random
from collections.abc import Iterator
from time import process_time

from _report import in_ms, report

from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask
from tests.redaction.conversations import MAKERS, NAMES, ordinary, sentence

PLANTED = 5_000
# Every so manieth number is read out in two breaths.
CUT = 5
_ASKED = {
    Sensitive.SSN: "What is your social security number?",
    Sensitive.CARD: "What card shall I take?",
}


def conversation(chance: random.Random, kind: Sensitive, number: int) -> tuple[list[str], str, str]:
    """Make turns, with what is planted and an ordinary number in them."""
    planted, other = MAKERS[kind](chance), ordinary(chance)
    said = sentence(chance, planted)
    pieces = [said]
    cut = planted.find(" ", len(planted) // 3)
    if number % CUT == 0 and cut > 0 and kind in {Sensitive.CARD, Sensitive.IBAN}:
        at = said.index(planted) + cut
        pieces = [said[:at], "Go on.", said[at + 1 :]]
    opening = [_ASKED.get(kind, "How can I reach you?")]
    return [*opening, *pieces, "Thanks.", f"So that was {other}."], planted, other


def turns_of(lines: list[str]) -> list[dict[str, str]]:
    return [{"role": ("agent", "user")[at % 2], "text": line} for at, line in enumerate(lines)]


def measure(kind: Sensitive) -> Iterator[tuple[bool, bool, float]]:
    """Give of each conversation whether it hid the item, masked the other, and how long it took."""
    chance = random.Random(f"planted {kind}")  # noqa: S311 - a fixed seed
    mask = Mask(tuple(Sensitive), names=NAMES)
    for number in range(PLANTED):
        lines, planted, _ = conversation(chance, kind, number)
        began = process_time()
        masked = [turn["text"] for turn in mask.turns(turns_of(lines))]
        seconds = process_time() - began
        # What leads up to a number may stay.
        inner = planted.removeprefix("my social is ")
        is_hidden = f"[{kind}]" in " ".join(masked[1:-2]) and inner not in " ".join(masked)
        yield is_hidden, masked[-1] != lines[-1], seconds


def main() -> None:
    found = {kind: list(measure(kind)) for kind in Sensitive}
    every = [one for of_kind in found.values() for one in of_kind]
    report(
        "redaction",
        planted_of_each=PLANTED,
        recall={kind: sum(one[0] for one in of) / len(of) for kind, of in found.items()},
        ordinary_numbers=len(every),
        ordinary_masked_percent=round(100 * sum(one[1] for one in every) / len(every), 3),
        conversation=in_ms([one[2] for one in every], 0.5, 0.95),
    )


if __name__ == "__main__":
    main()
