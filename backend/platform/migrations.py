"""Bringing the database's tables to what the code expects, with Alembic."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from loguru import logger
from sqlalchemy import Connection, TextClause, text

BATCH = 50_000


def config(dsn: str) -> Config:
    """Point Alembic at a database and at our revisions, in a checkout or in an installed wheel."""
    package = Path(__file__).parents[1]
    installed = package / "migrations"
    folder = installed if installed.exists() else package.parent / "alembic"
    alembic = Config()
    alembic.set_main_option("script_location", str(folder).replace("%", "%%"))
    alembic.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    alembic.attributes["dsn"] = dsn
    return alembic


def move(connection: Connection, table: str, key: str, *statements: str) -> None:
    """Change what a table holds, a part at a time, telling how far it is.

    Each statement is run for the rows whose key is above `:after` and up to `:until`. One for all
    of a large table would say nothing for minutes, and begin anew when it is ended.
    """
    after, done = UUID(int=0), 0
    total = connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - a migration's
    # Versions before 18 know no largest of several UUIDs.
    last = text(
        f"select key from (select {key} as key from {table} where {key} > :after "  # noqa: S608 - a migration's
        f"order by {key} limit {BATCH}) as part order by key desc limit 1"
    )
    part = text(f"select count(*) from {table} where {key} > :after and {key} <= :until")  # noqa: S608 - a migration's
    while until := connection.scalar(last, {"after": after}):
        done += connection.scalar(part, {"after": after, "until": until}) or 0
        for statement in statements:
            connection.execute(text(statement), {"after": after, "until": until})
        after = until
        logger.info("migration.moves", table=table, done=done, of=total)


def add_index(
    op: Operations,
    name: str,
    table: str,
    columns: Sequence[str | TextClause],
    *,
    where: TextClause | None = None,
) -> None:
    """Build an index of a large table, to which others go on writing.

    To be called before anything else of a migration, which it does outside of the transaction: when
    it is ended, the migration begins anew, and what it left of the index is built again.
    """
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_where=where, postgresql_concurrently=True)


def upgrade(dsn: str) -> None:
    command.upgrade(config(dsn), "head")


def write(dsn: str, message: str) -> None:
    """Write a revision for what the models have and an up-to-date database has not."""
    command.upgrade(config(dsn), "head")
    command.revision(config(dsn), message=message, autogenerate=True)


def is_known(revision: str) -> bool:
    scripts = ScriptDirectory.from_config(config(""))
    return any(script.revision == revision for script in scripts.walk_revisions())


def head() -> str | None:
    return ScriptDirectory.from_config(config("")).get_current_head()


def check_roundtrip(dsn: str) -> None:
    """On an empty database: up, compare with the models, one down, and up again."""
    alembic = config(dsn)
    command.upgrade(alembic, "head")
    command.check(alembic)
    command.downgrade(alembic, "-1")
    command.upgrade(alembic, "head")
