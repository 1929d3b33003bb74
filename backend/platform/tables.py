"""What every table is built from: the base class and the columns used everywhere."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    MetaData,
    String,
    Table as SqlTable,
    TypeDecorator,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import QueryableAttribute, defer
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import SQLModel


class Table(SQLModel):
    """Base of all tables.

    It carries its own metadata: a naming convention set later would come too late for models
    imported before, and their constraints would silently have no names.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def sql_table(model: type[Table]) -> SqlTable:
    """Return the table itself, for statements that SQLModel has no form for."""
    return cast("SqlTable", inspect(model).local_table)


def unread(attribute: object) -> ExecutableOption:
    """Leave a column unread, which SQLModel types as its value."""
    return defer(cast("QueryableAttribute[Any]", attribute))


class EnumText(TypeDecorator[StrEnum]):
    """Text that loads as its StrEnum; a plain String would load as `str`."""

    impl = String
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)


def enum_column(
    enum: type[StrEnum], name: str, *, nullable: bool = False, server_default: str | None = None
) -> Column[Any]:
    """Make a text column with a CHECK on the enum's values."""
    values = ", ".join(f"'{member.value}'" for member in enum)
    check = CheckConstraint(f"{name} in ({values})", name=name)
    return Column(name, EnumText(enum), check, nullable=nullable, server_default=server_default)


def json_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a JSONB column; Python's None is stored as SQL's NULL."""
    return Column(name, JSONB(none_as_null=True), nullable=nullable)


def document_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """Make a JSON column that keeps the order of members, which JSONB does not."""
    return Column(name, JSON(none_as_null=True), nullable=nullable)


def instant_column(name: str, *, nullable: bool = True) -> Column[datetime]:
    """Make a timestamp column that keeps its time zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
