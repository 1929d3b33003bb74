"""OpenAI's transcriptions, by its SDK. Without our own repeats it would send all of it again."""

import asyncio
import importlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backend.platform.errors import AppError
from backend.providers.transcription.errors import (
    TranscriberFailed,
    TranscriberOutOfCredit,
    TranscriberTimedOut,
)
from backend.providers.transcription.heard import Ask, Heard, Word
from backend.providers.transcription.wire import failure_of, kind_of_sound

if TYPE_CHECKING:
    from openai import APIError

_NAME = "OpenAI"
_TIMEOUT_SECONDS = 600.0


@dataclass(frozen=True)
class OpenAi:
    model: str
    key: str
    base_url: str | None

    async def transcribe(self, wanted: Ask) -> Heard:
        options: dict[str, Any] = {"model": self.model}
        if wanted.language:
            options["language"] = wanted.language.split("-")[0]
        if "diarize" in self.model:
            options |= {"response_format": "diarized_json", "chunking_strategy": "auto"}
        else:
            options |= {
                "response_format": "verbose_json",
                "timestamp_granularities": ["word", "segment"],
            }
        # Importing it takes more than a second: too long for every start, and for the event loop.
        await asyncio.to_thread(importlib.import_module, "openai")
        from openai import APIError, AsyncOpenAI

        try:
            async with AsyncOpenAI(
                api_key=self.key,
                base_url=self.base_url,
                max_retries=0,
                timeout=_TIMEOUT_SECONDS,
            ) as client:
                with wanted.path.open("rb") as file:
                    raw = await client.audio.transcriptions.with_raw_response.create(
                        file=(f"sound.{kind_of_sound(wanted.path)}", file), **options
                    )
                body = raw.http_response.content
        except APIError as error:
            raise _failure(error) from error
        return _heard(body, wanted)


def _failure(error: "APIError") -> AppError:
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(error, APIStatusError):
        if error.code == "insufficient_quota":
            return TranscriberOutOfCredit(f"The account at {_NAME} has no credit left.")
        return failure_of(_NAME, error.status_code, error.response.headers.get("retry-after"))
    if isinstance(error, APITimeoutError):
        return TranscriberTimedOut(f"{_NAME} did not answer in time.")
    if isinstance(error, APIConnectionError):
        return TranscriberFailed(f"{_NAME} broke off.")
    return TranscriberFailed(f"{_NAME} failed.")


def _heard(body: bytes, wanted: Ask) -> Heard:
    try:
        answer = json.loads(body)
        words = [
            Word(each["word"], round(each["start"] * 1000), round(each["end"] * 1000))
            for each in answer.get("words") or ()
        ]
        segments = answer.get("segments") or ()
        if not words:
            words = [word for segment in segments for word in _spread(segment)]
        else:
            words = _punctuated(words, str(answer.get("text", "")))
        language = answer.get("language")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TranscriberFailed(f"{_NAME} answered with something unreadable.") from error
    code = _CODES.get(str(language).lower(), wanted.language) if language else wanted.language
    return Heard(words=tuple(words), language=code, language_confidence=None, raw=body)


def _spread(segment: dict[str, Any]) -> list[Word]:
    """Give the words of a segment without times of their own a share of it, by their length."""
    texts = str(segment["text"]).split()
    start, end = segment["start"] * 1000, segment["end"] * 1000
    letters = sum(len(text) for text in texts) or 1
    words, at = [], start
    for text in texts:
        until = at + (end - start) * len(text) / letters
        words.append(Word(text, round(at), round(until), None, segment.get("speaker")))
        at = until
    return words


def _punctuated(words: list[Word], text: str) -> list[Word]:
    """Give words back the punctuation that only the text has, where both have the same words."""
    written = text.split()
    if len(written) != len(words):
        return words
    return [
        Word(text, word.start_ms, word.end_ms) for text, word in zip(written, words, strict=True)
    ]


# OpenAI names languages in English; these are the ones most spoken on telephones.
_CODES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "italian": "it",
    "portuguese": "pt", "dutch": "nl", "polish": "pl", "russian": "ru", "turkish": "tr",
    "chinese": "zh", "japanese": "ja", "korean": "ko", "hindi": "hi", "arabic": "ar",
    "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs",
    "ukrainian": "uk", "greek": "el", "hebrew": "he", "vietnamese": "vi", "thai": "th",
    "indonesian": "id", "romanian": "ro", "hungarian": "hu",
}  # fmt: skip
