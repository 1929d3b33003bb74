"""Write a copy of a file with silence in it: `python -m backend.recordings.sound.muting '{…}'`.

Answers with one JSON line as reading does: `{"done": true}` or `{"refused": {"code", "detail"}}`.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from backend.recordings.sound.__main__ import limit_memory
from backend.recordings.sound.decoding import Source
from backend.recordings.sound.refusals import SoundRefused
from backend.recordings.sound.writing import FlacFile


def mute(path: Path, file_name: str, target: Path, silences: Sequence[tuple[int, int]]) -> None:
    """Copy the sound as FLAC, silent at these times in milliseconds. Raises SoundRefused."""
    with closing(Source(path, file_name)) as source:
        rate = source.kind.rate
        layout = "stereo" if source.kind.channels == 2 else "mono"
        with closing(FlacFile(target, rate, layout)) as copy:
            at = 0
            for block in source.blocks(layout):
                length = block.shape[1]
                for start, end in silences:
                    here = max(start * rate // 1000 - at, 0)
                    there = min(-(-end * rate // 1000) - at, length)
                    block[:, here : max(here, there)] = 0
                copy.write(block)
                at += length


def main() -> None:
    limit_memory()
    order = json.loads(sys.argv[1])
    said: dict[str, Any]
    try:
        mute(Path(order["path"]), order["file_name"], Path(order["target"]), order["silences"])
    except SoundRefused as refused:
        said = {"refused": {"code": refused.code, "detail": refused.detail}}
    else:
        said = {"done": True}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
