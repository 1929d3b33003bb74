"""Deepgram's pre-recorded API, by HTTP: its SDK repeats requests by itself and checks no types."""

from dataclasses import dataclass

import httpx

from backend.providers.transcription.errors import TranscriberFailed
from backend.providers.transcription.heard import Ask, Heard, Word
from backend.providers.transcription.wire import Lenient, ask, file_body, kind_of_sound, read_answer

BASE_URL = "https://api.deepgram.com"


class _Word(Lenient):
    word: str
    punctuated_word: str | None = None
    start: float
    end: float
    confidence: float | None = None
    speaker: int | None = None


class _Alternative(Lenient):
    words: list[_Word] = []


class _Channel(Lenient):
    alternatives: list[_Alternative]
    detected_language: str | None = None
    language_confidence: float | None = None


class _Results(Lenient):
    channels: list[_Channel]


class _Answer(Lenient):
    results: _Results


@dataclass(frozen=True)
class Deepgram:
    model: str
    key: str
    base_url: str
    http: httpx.AsyncClient

    async def transcribe(self, wanted: Ask) -> Heard:
        query = {"model": self.model, "smart_format": "true", "punctuate": "true"}
        query |= {"language": wanted.language} if wanted.language else {"detect_language": "true"}
        if wanted.diarise:
            query["diarize_model"] = "latest"
        body = await ask(
            self.http,
            "Deepgram",
            "POST",
            f"{self.base_url}/v1/listen",
            params=query,
            headers={
                "authorization": f"Token {self.key}",
                "content-type": f"audio/{kind_of_sound(wanted.path)}",
                "content-length": str(wanted.path.stat().st_size),
            },
            content=file_body(wanted.path),
        )
        answer = read_answer("Deepgram", _Answer, body)
        if not answer.results.channels or not answer.results.channels[0].alternatives:
            raise TranscriberFailed("Deepgram answered without a transcript.")
        channel = answer.results.channels[0]
        return Heard(
            words=tuple(_word(each) for each in channel.alternatives[0].words),
            language=wanted.language or channel.detected_language,
            language_confidence=channel.language_confidence,
            raw=body,
        )


def _word(word: _Word) -> Word:
    return Word(
        text=word.punctuated_word or word.word,
        start_ms=round(word.start * 1000),
        end_ms=round(word.end * 1000),
        confidence=word.confidence,
        speaker=None if word.speaker is None else str(word.speaker),
    )
