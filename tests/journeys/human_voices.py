"""People's conversations, told apart on this machine: `make journeys-local`.

Half a minute each of meetings and of a telephone call, from pyannote-audio's own tests, which say
who speaks when. As on the telephone, they are heard at 8 kHz in mu-law.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import av
import numpy as np

from backend.platform.settings import Settings
from backend.providers.transcription.heard import Ask, Heard, Word
from backend.providers.transcription.local import Local
from backend.recordings.turns import Voiced
from backend.recordings.voices import tell_apart
from tests.support.figures import Figures
from tests.support.service import SECRET
from tests.support.sound import Samples, encoded

HERE = Path(os.environ["HUMAN_SPEECH"])  # noqa: TID251 - given by the Makefile
(TESTED,) = (HERE / "source").glob("pyannote_audio-*/tests/data")
CALL = HERE / "pyannote/audio/sample/sample.rttm"
RATE = 8_000
# Of these, nothing here has any use.
SETTINGS: dict[str, Any] = {
    "secret_key": SECRET,
    "database": {"url": "postgresql://127.0.0.1:9/no"},
}
# Where fewer words are heard, or who speaks second says fewer, nothing is measured.
FEWEST_WORDS, FEWEST_OF_SECOND = 20, 0.05


Spoken = tuple[float, float, str]


def spoken() -> dict[str, list[Spoken]]:
    """Read who speaks from when to when in each clip, in milliseconds."""
    found: dict[str, list[Spoken]] = defaultdict(list)
    for file in (*sorted(TESTED.glob("debug.*.rttm")), CALL):
        for line in file.read_text().splitlines():
            _, name, _, start, length, *_, who, _, _ = line.split()
            begin = 1000 * float(start)
            found[name].append((begin, begin + 1000 * float(length), who))
    return found


def recorded(name: str) -> Samples:
    path = CALL.with_suffix(".wav") if name == "sample" else TESTED / f"{name}.wav"
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as opened:
        frames = [*opened.decode(audio=0), None]
        pieces = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    return np.concatenate(pieces)[None, :]


async def heard_of(local: Local, content: bytes, folder: Path) -> Heard:
    path = folder / "call.wav"
    path.write_bytes(content)

    async def never(_: str) -> None:
        raise AssertionError("nothing is submitted anywhere")

    ask = Ask(path, 30.0, "en", None, never, diarise=True)
    return await local.transcribe(ask)


def speaker_of(word: Word, clip: Sequence[Spoken]) -> str | None:
    """Say who speaks for most of a word."""
    shares: Counter[str] = Counter()
    for start, end, who in clip:
        shares[who] += max(0, round(min(end, word.end_ms) - max(start, word.start_ms)))
    most = shares.most_common(1)
    return most[0][0] if most and most[0][1] > 0 else None


def wrong(labels: Sequence[str | None], truth: Sequence[str]) -> int:
    """Count words with the wrong voice, by the kindest reading of what the voices are called."""
    pairs = Counter(zip(labels, truth, strict=True))
    names = [*dict.fromkeys(truth), None]
    right = max(
        pairs["0", first or ""] + pairs["1", second or ""] + pairs[None, first or ""]
        for first, second in permutations(names, 2)
    )
    return len(truth) - right


def heard_words(heard: Heard, clip: Sequence[Spoken]) -> Iterator[tuple[Word, str]]:
    for word in heard.words:
        who = speaker_of(word, clip)
        if who is not None:
            yield word, who


@dataclass
class Count:
    """Words heard, those with the wrong voice, and those that one voice for all makes wrong."""

    words: int = 0
    wrong: int = 0
    as_one_voice: int = 0

    def percents(self) -> dict[str, float]:
        wrong, alone = (round(100 * n / self.words, 1) for n in (self.wrong, self.as_one_voice))
        return {"words": self.words, "wrong_percent": wrong, "as_one_voice_percent": alone}


async def test_most_words_are_with_the_voice_that_says_them(
    figures: Figures, tmp_path: Path
) -> None:
    local = Local(Settings(**SETTINGS | {"data_dir": tmp_path}))
    of_two, of_more = Count(), Count()
    try:
        for name, clip in spoken().items():
            if not (TESTED / f"{name}.wav").exists() and name != "sample":
                continue
            heard = await heard_of(local, encoded(recorded(name), rate=RATE), tmp_path)
            known = list(heard_words(heard, clip))
            truth = [who for _, who in known]
            second = sum(count for _, count in Counter(truth).most_common()[1:2])
            if len(truth) < FEWEST_WORDS or second < FEWEST_OF_SECOND * len(truth):
                continue
            voiced = [Voiced(word, 0) for word, _ in known]
            told = tell_apart(voiced, heard.voiceprints, None) or voiced
            counted = of_two if len(set(truth)) == 2 else of_more
            counted.words += len(truth)
            counted.wrong += wrong([each.word.speaker for each in told], truth)
            counted.as_one_voice += wrong([None] * len(truth), truth)
    finally:
        await local.close()

    figures.tell(two_people=of_two.percents(), more_people=of_more.percents())
    assert of_two.wrong < of_two.as_one_voice
    assert of_more.wrong < of_more.as_one_voice
