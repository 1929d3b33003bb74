"""Weights come as a pickle, which could run anything: nothing but plain arrays is read."""

import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from backend.providers.transcription.voice_weights import (
    WeightsRefused,
    read_checkpoint,
    read_weights,
)

# An array of two rows: PyTorch's function for it, the storage's key, where it begins, its shape.
ARRAY = (
    b"ctorch._utils\n_rebuild_tensor_v2\n("
    b"(S'storage'\nctorch\nFloatStorage\nS'key'\nS'cpu'\nI7\nNtQ"
    b"I1\n(I2\nI3\nt(I3\nI1\ntI00\ntR"
)


def _checkpoint(value: bytes, magic: int = 0x1950A86A20F9469CFC6C) -> bytes:
    """Write a checkpoint as PyTorch did before 1.6: pickles first, then what storages hold."""
    about = [pickle.dumps(each, 2) for each in (magic, 1001, {"little_endian": True})]
    state = b"}S'model_state'\n}S'weight'\n" + value + b"ss."
    held = struct.pack("<q7f", 7, *range(7))
    return b"".join([*about, state, pickle.dumps(["key"], 2), held])


def test_arrays_of_a_checkpoint_are_read() -> None:
    weights = read_checkpoint(_checkpoint(ARRAY))

    assert set(weights) == {"weight"}
    assert np.array_equal(weights["weight"], [[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("named", ["posix system", "builtins eval", "torch load", "os path"])
def test_a_checkpoint_that_names_anything_else_is_refused_before_it_runs(
    named: str, tmp_path: Path
) -> None:
    sign = tmp_path / "sign"
    module, _, name = named.partition(" ")
    runs = f"c{module}\n{name}\n(S'touch {sign}'\ntR".encode()

    with pytest.raises(WeightsRefused, match=rf"no {module}\.{name}"):
        read_checkpoint(_checkpoint(runs))

    assert not sign.exists()


def test_what_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(WeightsRefused):
        read_checkpoint(_checkpoint(ARRAY, magic=1))


def test_a_file_of_another_hash_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "pretrained.pt"
    file.write_bytes(_checkpoint(ARRAY))

    with pytest.raises(WeightsRefused, match="not the file it should be"):
        read_weights(file)
