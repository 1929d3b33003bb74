"""Embedding on this machine, in processes of their own that are kept while they are used.

What is native code there cannot take the service with it. Questions, for which somebody waits, have
a process apart from passages, which are embedded when the machine has nothing better to do.
"""

import base64
import os
import struct
from collections.abc import Sequence
from typing import Any

from backend.providers.embedding.errors import (
    EmbedderFailed,
    EmbedderNotUsable,
    EmbedderTimedOut,
)
from backend.providers.embedding.local_model import find_weights
from backend.providers.kept_process import KeptProcess

_IDLE_SECONDS = 600.0
_ANSWER_SECONDS = 300.0
_LOWEST_PRIORITY = 19
_UNREADABLE = "The process for it answered with something unreadable."


class LocalEmbedder:
    def __init__(self) -> None:
        self._questions = _process(niceness=0, threads=max(1, (os.cpu_count() or 2) // 2))
        self._passages = _process(niceness=_LOWEST_PRIORITY, threads=1)

    def hurry(self) -> None:
        """Have passages embedded as questions are, where nothing else is to be done."""
        self._passages = self._questions

    async def embed(
        self, texts: Sequence[str], *, is_question: bool, seconds: float | None = None
    ) -> list[list[float]]:
        """Embed some texts, the questions before the passages. Raises EmbedderNotUsable.

        Raises EmbedderTimedOut after so many seconds, waiting for its turn included.
        """
        process = self._questions if is_question else self._passages
        asked = {"texts": list(texts), "is_question": is_question}
        try:
            answer = await process.ask(asked, seconds=seconds, is_urgent=is_question)
        except TimeoutError:
            raise EmbedderTimedOut("Embedding on this machine takes too long now.") from None
        if "refused" in answer:
            raise EmbedderNotUsable(f"{answer['refused']} Run `make local` again.")
        if "failure" in answer:
            raise EmbedderFailed(f"Embedding failed on this machine ({answer['failure']}).")
        return _read(answer, len(texts))

    async def close(self) -> None:
        await self._questions.close()
        await self._passages.close()


def _process(*, niceness: int, threads: int) -> KeptProcess:
    return KeptProcess(
        "backend.providers.embedding.local_process",
        lambda: (str(find_weights()), str(niceness)),
        failed=EmbedderFailed,
        idle_seconds=_IDLE_SECONDS,
        answer_seconds=_ANSWER_SECONDS,
        environment={"OMP_NUM_THREADS": str(threads)},
    )


def _read(answer: dict[str, Any], count: int) -> list[list[float]]:
    try:
        form, content = f"<{answer['dimensions']}f", base64.b64decode(answer["vectors"])
        vectors = [list(vector) for vector in struct.iter_unpack(form, content)]
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise EmbedderFailed(_UNREADABLE) from error
    if len(vectors) != count:
        raise EmbedderFailed(_UNREADABLE)
    return vectors
