"""Read one file: `python -m backend.recordings.sound '{"path": …}'`. Answers in JSON lines.

Lines are `{"seconds": …}` as it gets on, `{"chunk": …}` for each chunk that is complete, and in
the end `{"sound": …}` or `{"refused": {"code", "detail"}}`.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.recordings.sound.order import Order
from backend.recordings.sound.reading import read_sound
from backend.recordings.sound.refusals import SoundRefused

# What a file of a few bytes can make FFmpeg allocate has no limit of its own.
_MEMORY_BYTES = 2 * 1024**3


def _say(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def give_way() -> None:
    """Work only while nobody else wants to: whoever waits for an answer goes before."""
    if sys.platform == "linux":
        # A core that runs nothing else counts as free to whoever wakes up, which nice's does not.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(19)


def limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    limit_memory()
    give_way()
    order = json.loads(sys.argv[1])
    order |= {"path": Path(order["path"]), "folder": Path(order["folder"])}
    try:
        sound = read_sound(
            Order(**order),
            on_seconds=lambda seconds: _say(seconds=seconds),
            on_chunk=lambda chunk: _say(chunk=asdict(chunk)),
        )
    except SoundRefused as refused:
        _say(refused={"code": refused.code, "detail": refused.detail})
    else:
        _say(sound=asdict(sound))


if __name__ == "__main__":
    main()
