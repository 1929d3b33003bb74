"""Has a process of ours go by a clock that a test drives: an instant written in a file.

Python imports this by itself where the folder is on its path, before anything of ours.
"""

import os
import struct
import sys
from datetime import UTC, datetime
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_FILE = Path(os.environ["DRIVEN_CLOCK"])  # noqa: TID251 - of a process under test


def seconds() -> float:
    """Read the instant, in seconds since 1970."""
    (at,) = struct.unpack("d", _FILE.read_bytes())
    return float(at)


def _now() -> datetime:
    return datetime.fromtimestamp(seconds(), UTC)


def _now_ms() -> int:
    return int(seconds() * 1000)


_OURS: dict[str, dict[str, Any]] = {
    "backend.platform.clock": {"local": _now, "follow": lambda *_: None},
    "backend.sandbox.clock": {"now_ms": _now_ms},
}


class _Driven(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        vars(module).update(_OURS[module.__name__])


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _OURS else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Driven(spec.loader)
        return spec


sys.meta_path.insert(0, _Finder())
