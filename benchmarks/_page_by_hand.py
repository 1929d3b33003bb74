"""The yardstick of a page of calls: the list a competent person writes, without Ringback.

FastAPI and SQLModel with asyncpg over the same rows: a token checked by PyJWT, the newest fifty
calls of its organisation with the state of their records, given by a response model.
"""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import JSON, Column
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

SECRET = os.environ["SECRET_KEY"]
DSN = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://")

engine = create_async_engine(DSN)
sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
app = FastAPI()


class CallBase(SQLModel):
    id: UUID = Field(primary_key=True)
    agent_id: UUID
    agent_version: int | None
    source: str
    status: str
    status_reason: str | None
    failure: str | None
    answered_by: str
    answered_by_source: str | None
    to_number: str | None
    from_number: str | None
    retell_call_id: str | None
    scheduled_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    summary: str | None
    sentiment: str | None
    recording_id: UUID | None
    language: str | None


class Call(CallBase, table=True):
    __tablename__ = "calls"

    org_id: UUID
    variables: dict[str, str] = Field(sa_column=Column(JSON))
    call_metadata: dict[str, Any] = Field(sa_column=Column("metadata", JSON))
    known: dict[str, Any] = Field(sa_column=Column(JSON))


class Record(SQLModel, table=True):
    __tablename__ = "records"

    id: UUID = Field(primary_key=True)
    call_id: UUID
    is_current: bool
    status: str


class CallRead(CallBase):
    variables: dict[str, str]
    call_metadata: dict[str, Any]
    cost: Any
    recording_url: str | None
    record_status: str | None


class CallsPage(BaseModel):
    items: list[CallRead]
    next_cursor: UUID | None


async def open_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


def read_organisation(
    given: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
) -> UUID:
    try:
        return UUID(jwt.decode(given.credentials, SECRET, algorithms=["HS256"])["org"])
    except (jwt.InvalidTokenError, KeyError):
        raise HTTPException(401) from None


@app.get("/api/v1/calls")
async def list_calls(
    org_id: Annotated[UUID, Depends(read_organisation)],
    session: Annotated[AsyncSession, Depends(open_session)],
    limit: int = 50,
    cursor: UUID | None = None,
) -> CallsPage:
    statement = (
        select(Call, Record.status)
        .outerjoin(Record, (col(Record.call_id) == Call.id) & col(Record.is_current).is_(True))
        .where(Call.org_id == org_id)
        .order_by(col(Call.id).desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(col(Call.id) < cursor)
    rows = (await session.exec(statement)).all()
    return CallsPage(
        items=[_show(call, status) for call, status in rows[:limit]],
        next_cursor=rows[limit - 1][0].id if len(rows) > limit else None,
    )


def _show(call: Call, record_status: str | None) -> CallRead:
    return CallRead(
        **call.model_dump(),
        cost=call.known["cost"][1] if "cost" in call.known else None,
        recording_url=f"/api/v1/calls/{call.id}/recording",
        record_status=record_status,
    )


@app.get("/health/ready")
async def ready() -> None:
    """Say that the server answers."""


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), access_log=False, log_level="error")
