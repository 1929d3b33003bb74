"""OpenAI's embeddings: vectors by the words of a text, the same each time, and no language model.

Words that mean much the same on the phone share a direction, so that a search by meaning has
something to find; so do words with the same beginning.
"""

import base64
import hashlib
import json
import math
import re
import struct
from typing import Any

from backend.sandbox.llm.request import ProtocolError

DIMENSIONS = 256
_MOST_INPUTS = 2048
_STEM = 5
# Each line is one direction.
_SAME = (
    "late delay delayed behind running overdue tardy",
    "tire tyre wheel puncture flat",
    "broken breakdown damaged defect repair fix",
    "angry upset furious annoyed unhappy complain complaint",
    "cancel cancellation terminate quit",
    "price cost expensive fee charge bill invoice money pay",
    "doctor physician clinic appointment visit",
    "truck lorry vehicle car trailer",
    "dock warehouse receiver unload unloading",
    "traffic jam congestion accident crash",
)
_DIRECTION = {word: line.split()[0] for line in _SAME for word in line.split()}
_SILENT = frozenset(
    "a and are at for from i in is it of on or the to was we with you".split()  # noqa: SIM905 - prose
)


def embeddings_body(body: dict[str, Any]) -> dict[str, Any]:
    """Answer a request, in the form that was asked for. Raises ProtocolError."""
    model, given = body.get("model"), body.get("input")
    if not isinstance(model, str) or not model:
        raise ProtocolError(400, "you must provide a model parameter")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise ProtocolError(400, "'$.input' is invalid.", param="input")
    if not 0 < len(texts) <= _MOST_INPUTS or not all(texts):
        raise ProtocolError(400, "'$.input' is invalid.", param="input")
    length = body.get("dimensions", DIMENSIONS)
    if not isinstance(length, int) or not 0 < length <= DIMENSIONS:
        raise ProtocolError(400, "'$.dimensions' is invalid.", param="dimensions")
    form = body.get("encoding_format", "float")
    data = [
        {
            "object": "embedding",
            "index": number,
            "embedding": _written(vector_of(text, length), form),
        }
        for number, text in enumerate(texts)
    ]
    tokens = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def vector_of(text: str, length: int = DIMENSIONS) -> list[float]:
    """Add up a direction for each word, and make the sum as long as one."""
    total = [0.0] * length
    words = [word for word in re.findall(r"\w+", text.lower()) if word not in _SILENT]
    for word in words or ["nothing"]:
        for place, sign in _places(_DIRECTION.get(word, word[:_STEM]), length):
            total[place] += sign
    size = math.hypot(*total)
    return [each / size for each in total] if size else [1.0, *total[1:]]


def _places(direction: str, length: int) -> list[tuple[int, float]]:
    digest = hashlib.sha256(direction.encode()).digest()
    return [
        (int.from_bytes(digest[at : at + 2]) % length, 1.0 if digest[at + 2] % 2 else -1.0)
        for at in range(0, 24, 3)
    ]


def _written(vector: list[float], form: str) -> list[float] | str:
    if form == "base64":
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return vector


def read_body(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ProtocolError(400, "We could not parse the JSON body of your request.")
    return body
