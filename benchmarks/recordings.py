"""How long a recording takes beside FFmpeg's own decoding of the same file, and how much memory.

    python benchmarks/recordings.py

Calls of two channels, 20 and 60 minutes long, as mu-law WAV and as MP3, are decoded, cut into
chunks, written, and their words joined; what a provider would hear is made up. Each runs in a
process of its own, in turns with the yardstick; the time is all that the process takes. Prints one
JSON line for each kind of file, and one of what calls lose by 1,000 recordings that wait.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from subprocess import run
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import av
import numpy as np
from _beside_uploads import measure_beside_uploads
from _report import report

from backend.providers.transcription.heard import Word
from backend.recordings.sound.cutting import Chunk
from backend.recordings.sound.order import Order
from backend.recordings.stitching import Piece, stitch
from backend.recordings.turns import turns_of, without_crosstalk
from backend.sandbox.transcription.speech import speak

RATE = 8000
LENGTHS = (20, 60)
KINDS = (("wav", "pcm_mulaw"), ("mp3", "libmp3lame"))
ROUNDS = 3
CHUNK_MS = 600_000
WORD_MS = 400
SAID = "I am about two hours late because of the traffic near Flagstaff, so put eight tomorrow."


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak_mib: float


def main() -> None:
    with TemporaryDirectory(prefix="ringback-bench-") as folder:
        for form, codec in KINDS:
            figures: dict[str, float] = {}
            for minutes in LENGTHS:
                path = Path(folder) / f"call-{minutes}.{form}"
                write_call(path, codec, minutes)
                figures |= compared(path, minutes)
            report("recordings", kind=codec, channels=2, **figures)
    measure_beside_uploads()


def write_call(path: Path, codec: str, minutes: int) -> None:
    """Two people take turns, each on a channel of their own, in front of a little noise."""
    spoken = speak(SAID, RATE)
    quiet = np.zeros_like(spoken)
    turns = np.concatenate([np.stack([spoken, quiet]), np.stack([quiet, spoken])], axis=1)
    random = np.random.default_rng(1)
    piece = (turns + random.normal(0, 12, turns.shape)).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.layout = "stereo"
        for n in range(minutes * 60 * RATE // piece.shape[1]):
            interleaved = np.ascontiguousarray(piece.T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, n * piece.shape[1]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def compared(path: Path, minutes: int) -> dict[str, float]:
    ours, bare, joining = [], [], []
    for _ in range(ROUNDS):
        bare.append(measured([str(Path(__file__).parent / "_bare_decoding.py"), str(path)])[0])
        read, chunks = reading(path)
        ours.append(read)
        joining.append(joined(chunks))
    seconds = median(cost.seconds for cost in ours) + median(joining)
    yardstick = median(cost.seconds for cost in bare)
    return {
        f"cpu_s_{minutes}_min": round(seconds, 2),
        f"of_it_joining_s_{minutes}_min": round(median(joining), 2),
        f"ffmpeg_cpu_s_{minutes}_min": round(yardstick, 2),
        f"ratio_{minutes}_min": round(seconds / yardstick, 2),
        f"peak_mib_{minutes}_min": round(max(cost.peak_mib for cost in ours), 1),
        f"ffmpeg_peak_mib_{minutes}_min": round(max(cost.peak_mib for cost in bare), 1),
    }


def measured(arguments: Sequence[str]) -> tuple[Cost, list[dict[str, Any]]]:
    """Run a process to its end, starting included. Return what it took and the lines it said."""
    started = run(  # noqa: S603 - ourselves
        [sys.executable, "-c", _WITH_COST, *arguments], capture_output=True, check=True, text=True
    )
    *said, cost = map(json.loads, started.stdout.splitlines())
    return Cost(**cost), said


# Runs a script or a module, and says what this process has cost by then.
_WITH_COST = """
import json, pathlib, re, resource, runpy, sys
what, sys.argv = sys.argv[1], sys.argv[1:]
(runpy.run_path if what.endswith(".py") else runpy.run_module)(what, run_name="__main__")
used = resource.getrusage(resource.RUSAGE_SELF)
peak = re.search("VmHWM:\\\\s+(\\\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
print(json.dumps({"seconds": used.ru_utime + used.ru_stime, "peak_mib": int(peak) / 1024}))
"""


def reading(path: Path) -> tuple[Cost, list[Chunk]]:
    """Decode, cut and write a file, by the process that the service runs for it."""
    with TemporaryDirectory(prefix="ringback-bench-") as folder:
        order = Order(path, Path(folder), path.name, CHUNK_MS, longest_seconds=1e6)
        sent = json.dumps(asdict(order) | {"path": str(path), "folder": folder})
        cost, said = measured(["backend.recordings.sound", sent])
    return cost, [Chunk(**line["chunk"]) for line in said if "chunk" in line]


def joined(chunks: Sequence[Chunk]) -> float:
    """Join what would be heard of the chunks into turns. Return the seconds that it takes."""
    pieces = {side: [heard(c) for c in chunks if c.channel == side] for side in (0, 1)}
    begun = process_time()
    voiced = without_crosstalk(stitch(pieces[0]), stitch(pieces[1]))
    turns = turns_of(voiced, {})
    taken = process_time() - begun
    assert turns
    return taken


def heard(chunk: Chunk) -> Piece:
    """Make up what was said: two people take turns of ten seconds."""
    spoken = SAID.split()
    first, last = chunk.start_ms // WORD_MS + 1, chunk.end_ms // WORD_MS
    words = tuple(
        Word(spoken[n % len(spoken)], n * WORD_MS, n * WORD_MS + 300, 0.9)
        for n in range(first, last)
        if n * WORD_MS // 10_000 % 2 == chunk.channel
    )
    return Piece(chunk.start_ms, chunk.end_ms, words)


if __name__ == "__main__":
    main()
