"""Made-up vectors, as many as wanted, and a server that embeds texts with more of the same.

They lie as those of real texts do: in bundles, in far fewer directions than they have numbers. Each
is one of 2,000 centers in 24 dimensions, evenly chosen, with a normal deviation of 0.5 of theirs,
turned into 384 dimensions by one random map, with normal noise of a tenth on each, of length one.
"""

import json
import sys
import zlib
from typing import Any

import numpy as np
import uvicorn
from numpy.typing import NDArray

DIMENSIONS = 384
NAME = "openai/points"
_INNER = 24
_CENTERS = 2000
_SPREAD = 0.5
_NOISE = 0.1
_MADE = np.random.default_rng(1)
_MAP = _MADE.standard_normal((_INNER, DIMENSIONS))
_PLACES = _MADE.standard_normal((_CENTERS, _INNER))


def points(count: int, seed: int) -> NDArray[np.float32]:
    """Make so many; the same for the same seed."""
    chance = np.random.default_rng(seed)
    inner = _PLACES[chance.integers(_CENTERS, size=count)]
    inner = inner + _SPREAD * chance.standard_normal((count, _INNER))
    made = inner @ _MAP / np.sqrt(_INNER) + _NOISE * chance.standard_normal((count, DIMENSIONS))
    scaled: NDArray[np.float32] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("f4")
    return scaled


def embedded(text: str) -> list[float]:
    vector: list[float] = points(1, zlib.crc32(text.encode()))[0].tolist()
    return vector


async def app(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    answer: dict[str, Any] = {"status": "ready"}
    if scope["method"] == "POST":
        data = [
            {"object": "embedding", "index": number, "embedding": embedded(text)}
            for number, text in enumerate(json.loads(body)["input"])
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        answer = {"object": "list", "data": data, "model": "points", "usage": usage}
    content = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), lifespan="off", log_level="warning")
