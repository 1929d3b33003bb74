"""Write a copy of a file with silence in it: `python -m backend.recordings.sound.muting`.

What to do comes as JSON by stdin, since silences may be more than fit into an argument. Answers
with one JSON line as reading does: `{"done": true}` or `{"refused": {"code", "detail"}}`.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from backend.recordings.sound.__main__ import give_way, limit_memory
from backend.recordings.sound.decoding import Source
from backend.recordings.sound.refusals import SoundRefused, TooLong
from backend.recordings.sound.writing import FlacFile


def mute(
    path: Path,
    file_name: str,
    target: Path,
    silences: Sequence[tuple[int, int]],
    longest_seconds: float,
) -> None:
    """Copy the sound as FLAC, silent at these times in milliseconds. Raises SoundRefused."""
    with closing(Source(path, file_name)) as source:
        rate = source.kind.rate
        layout = "stereo" if source.kind.channels == 2 else "mono"
        with closing(FlacFile(target, rate, layout)) as copy:
            at = 0
            for block in source.blocks(layout):
                if source.decoded_seconds > longest_seconds:
                    raise TooLong("It goes on after its end.")
                length = block.shape[1]
                for start, end in silences:
                    here = max(start * rate // 1000 - at, 0)
                    there = min(-(-end * rate // 1000) - at, length)
                    block[:, here : max(here, there)] = 0
                copy.write(block)
                at += length


def main() -> None:
    limit_memory()
    give_way()
    order = json.load(sys.stdin)
    order |= {"path": Path(order["path"]), "target": Path(order["target"])}
    said: dict[str, Any]
    try:
        mute(**order)
    except SoundRefused as refused:
        said = {"refused": {"code": refused.code, "detail": refused.detail}}
    else:
        said = {"done": True}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
