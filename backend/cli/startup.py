"""From settings to something that can run: the secret, the database, the first administrator."""

import asyncio
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
from loguru import logger
from pydantic import SecretStr

from backend.auth import service as auth, users
from backend.auth.models import Role
from backend.platform import db, migrations
from backend.platform.db import Sessions
from backend.platform.embedded_postgres.server import embedded_postgres
from backend.platform.errors import AppError
from backend.platform.settings import GivenSettings, Settings, SettingsInvalid


class StartFailed(AppError):
    code, title = "start-failed", "The service cannot start"


class NoDatabase(AppError):
    code, title = "no-database", "There is no database to work on"


@contextmanager
def ready_settings(given: GivenSettings) -> Iterator[Settings]:
    """Fill in what may be left out: with no DATABASE_URL, an embedded PostgreSQL runs meanwhile."""
    url = given.database.url
    if url is not None:
        if given.secret_key is None:
            raise SettingsInvalid(
                "SECRET_KEY is missing: with a database of your own it must be set, the same for "
                "all processes. Make one with `openssl rand -hex 32`."
            )
        dsn = url.get_secret_value()
        yield Settings.resolve(given, database_url=dsn, secret_key=given.secret_key)
        return
    make_data_dir(given.data_dir)
    secret_key = given.secret_key or SecretStr(_own_secret(given.data_dir))
    with embedded_postgres(given.data_dir) as dsn:
        yield Settings.resolve(given, database_url=dsn, secret_key=secret_key)


def refuse_no_database(settings: GivenSettings) -> None:
    """Refuse to make an embedded database for a command that only looks after one."""
    folder = settings.data_dir
    if settings.database.url is not None or (folder / "postgres").exists():
        return
    hint = (
        f" The demo's is in {folder / 'demo'}." if (folder / "demo" / "postgres").exists() else ""
    )
    raise NoDatabase(
        f"DATABASE_URL is not set, and DATA_DIR {folder} holds no database.{hint} Set one of the "
        "two to where the service runs, or start it first with `ringback up`."
    )


def make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # Several processes may start at once, so that each tries it with a file of its own.
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise StartFailed(
            f"DATA_DIR {data_dir} cannot be written to ({error.strerror}). Set DATA_DIR to a "
            "folder that can."
        ) from error


def secret_keys(given: GivenSettings) -> tuple[str, ...]:
    """Return what a running service has as SECRET_KEY and SECRET_KEY_PREVIOUS."""
    current = given.secret_key
    if current is None:
        if not (given.data_dir / "secret_key").exists():
            raise SettingsInvalid(f"SECRET_KEY is not set, and {given.data_dir} holds none.")
        current = SecretStr(_own_secret(given.data_dir))
    keys = (current, given.secret_key_previous)
    return tuple(key.get_secret_value() for key in keys if key is not None)


def _own_secret(data_dir: Path) -> str:
    """Read the secret kept in the data folder. Of processes that make it at once, one wins."""
    path = data_dir / "secret_key"
    if not path.exists():
        _write_whole(path, secrets.token_hex(32))
    kept = path.read_text().strip()
    if len(kept) < 32:
        raise StartFailed(f"{path} does not hold a secret. Delete it, or set SECRET_KEY.")
    return kept


def _write_whole(path: Path, text: str) -> None:
    """Make the file with all of its text in one step, unless it is there by then."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as draft:
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft.name)


def refuse_taken_port(settings: GivenSettings) -> None:
    """Find out now, with a sentence, rather than after everything else has started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise StartFailed(
                f"PORT {settings.port} on HOST {settings.host} cannot be used "
                f"({error.strerror}). Stop what uses it, or set PORT to another."
            ) from error


async def ensure_accounts(sessions: Sessions, settings: Settings) -> None:
    """Make organisation `default`, and its first administrator if the settings name one."""
    async with db.transaction(sessions) as session:
        org = await auth.ensure_default_organisation(session)
        if await auth.has_admin(session, org.id):
            return
        if settings.admin.email is None or settings.admin.password is None:
            logger.warning("accounts.no_administrator", hint="ringback admin user create")
            return
        await users.create_user(
            session,
            org.id,
            email=settings.admin.email,
            password=settings.admin.password.get_secret_value(),
            name="Administrator",
            role=Role.ADMIN,
        )
        logger.info("accounts.administrator_created")


def migrate(settings: Settings) -> None:
    """Bring the tables to this release's. Raises StartFailed for those of a later one."""
    _known_revision(settings)
    migrations.upgrade(settings.database.direct_dsn)


def refuse_old_tables(settings: Settings) -> None:
    """Refuse to run on tables of another revision; only `up` and `migrate` change them."""
    found, wanted = _known_revision(settings), migrations.head()
    if found != wanted:
        raise StartFailed(
            f"The database is at revision {found or 'none'}, this release needs {wanted}. "
            "Run `ringback migrate` first."
        )


def _known_revision(settings: Settings) -> str | None:
    found = asyncio.run(_revision(settings.database.direct_dsn))
    if found is not None and not migrations.is_known(found):
        raise StartFailed(
            f"The database is at revision {found}, which this release does not know: a later one "
            "has migrated it. Run that one, or restore a backup from before."
        )
    return found


async def _revision(dsn: str) -> str | None:
    connection = await asyncpg.connect(dsn)
    try:
        revision: str = await connection.fetchval("select version_num from alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    else:
        return revision
    finally:
        await connection.close()
