"""The weights that tell voices apart, read from a package of which nothing else is used.

They are GE2E's as Resemblyzer has them (Apache-2.0), a checkpoint of PyTorch's: a pickle, which
could run anything. Its hash is checked first, and only the names of plain arrays are known in it.
"""

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]

PACKAGE = "resemblyzer"
SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
_FILE = "pretrained.pt"
_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class WeightsRefused(ValueError):
    """These are not the weights they should be."""


def find_weights() -> Path | None:
    """Return where the weights are; None when their package is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / _FILE


def read_weights(path: Path) -> Weights:
    """Read the file whose hash is known, and no other. Raises WeightsRefused."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise WeightsRefused(f"{path} is not the file it should be.")
    return read_checkpoint(content)


def read_checkpoint(content: bytes) -> Weights:
    """Read the arrays of a checkpoint's `model_state`, in the format before PyTorch 1.6."""
    file = BytesIO(content)
    if (_Plain(file).load(), _Plain(file).load()) != (_MAGIC, _PROTOCOL):
        raise WeightsRefused("This is no checkpoint.")
    _Plain(file).load()  # of the machine that wrote it
    reader = _Plain(file)
    state = reader.load()["model_state"]
    for key in _Plain(file).load():
        storage = reader.storages[key]
        (count,) = np.frombuffer(file.read(8), "<i8")
        storage.values = np.frombuffer(file.read(4 * int(count)), "<f4")
    return {name: each.array() for name, each in state.items() if isinstance(each, _Tensor)}


class _Storage:
    values: NDArray[np.float32]


class _Tensor:
    def __init__(self, storage: _Storage, offset: int, shape: tuple[int, ...]) -> None:
        self._storage, self._offset, self._shape = storage, offset, shape

    def array(self) -> NDArray[np.float32]:
        count = int(np.prod(self._shape))
        values = self._storage.values[self._offset : self._offset + count]
        return values.reshape(self._shape)


def _rebuild(storage: _Storage, offset: int, shape: tuple[int, ...], *_: object) -> _Tensor:
    return _Tensor(storage, offset, shape)


_KNOWN = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", "FloatStorage"): _Storage,
}


class _Plain(pickle.Unpickler):
    """Makes arrays, and nothing that runs."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise WeightsRefused(f"A checkpoint has no {module}.{name} in it.") from None

    def persistent_load(self, named: Any) -> _Storage:
        return self.storages.setdefault(named[2], _Storage())
