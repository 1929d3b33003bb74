"""Whether the service is alive and ready."""

from functools import cache
from importlib import metadata
from typing import Literal

import asyncpg
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from backend.platform import db
from backend.platform.deps import SessionFactory

router = APIRouter(tags=["operation"])


def version() -> str:
    return metadata.version("ringback")


class Health(BaseModel):
    status: Literal["ok"] = Field(description="Alive.")
    version: str = Field(description="The release that runs.")


class Readiness(BaseModel):
    status: Literal["ready", "not_ready"] = Field(description="Whether requests can be served.")
    database: Literal["ok", "unreachable", "not_migrated"] = Field(
        description="Whether it answers and has the tables of this release."
    )
    time_zones: str = Field(
        description="The edition of the time zone database that local times go by.",
        examples=["2026.1"],
    )


@router.get("/health")
async def get_health() -> Health:
    """Tell that the process is alive."""
    return Health(status="ok", version=version())


@router.get("/health/ready", responses={503: {"model": Readiness}})
async def get_readiness(response: Response, sessions: SessionFactory) -> Readiness:
    """Check what requests depend on: the database, and that its tables are there."""
    try:
        async with db.transaction(sessions) as session:
            connection = await session.connection()
            await connection.execute(text("select 1 from organisations limit 1"))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        statement_failure = error.orig if isinstance(error, DBAPIError) else None
        cause = statement_failure.__cause__ if statement_failure else None
        is_there = isinstance(cause, asyncpg.UndefinedTableError)
        response.status_code = 503
        state: Literal["not_migrated", "unreachable"] = (
            "not_migrated" if is_there else "unreachable"
        )
        return Readiness(status="not_ready", database=state, time_zones=_time_zones())
    return Readiness(status="ready", database="ok", time_zones=_time_zones())


@cache
def _time_zones() -> str:
    return metadata.version("tzdata")
