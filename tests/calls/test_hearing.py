"""Finding when a call's sound is silent, which takes long of a long talk."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from backend.calls.masking import Hearing
from backend.redaction.finding import Sensitive
from backend.redaction.masking import ALL_OF_IT, Mask

TURNS = [{"role": "user", "text": "I am Maria.", "start_ms": 100, "end_ms": 900}]
threads: list[int] = []


class Watched(Mask):
    """One that tells in which thread it was asked."""

    def silences(self, turns: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
        threads.append(threading.get_ident())
        return super().silences(turns)


async def test_silences_are_found_beside_the_event_loop() -> None:
    hearing = Hearing(mask=Watched((Sensitive.NAME,), ("Maria",)), transcript=TURNS)

    assert await hearing.silences() == [(100, 900)]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_without_a_mask_all_of_it_is_heard_or_nothing() -> None:
    assert await Hearing().silences() == []
    assert await Hearing(is_silent=True).silences() == [ALL_OF_IT]
