"""The ledger of erased subjects: who and what must not come back, as keyed hashes alone.

A number can be guessed from a plain hash of it. So these are made with a key, which is in the
database encrypted with SECRET_KEY: whoever has the database alone learns nothing from them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, Column, LargeBinary, bindparam, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, sealing
from backend.platform.tables import Table, enum_column, instant_column

_ABOUT = "ledger of erased subjects"
_KEY_BYTES = 32
_ENTERED_AT_ONCE = 1000


class SubjectKind(StrEnum):
    NUMBER = "number"
    CALL = "call"
    CALL_AT_RETELL = "call_at_retell"
    # A number that asked not to be called again: that is kept, though nothing else is.
    OPT_OUT = "opt_out"


class ErasedSubject(Table, table=True):
    """A number or a call that was erased. What a number did after `erased_at` is new."""

    __tablename__ = "erased_subjects"

    org_id: UUID = Field(primary_key=True, foreign_key="organisations.id")
    digest: bytes = Field(sa_column=Column("digest", LargeBinary, primary_key=True))
    kind: SubjectKind = Field(sa_column=enum_column(SubjectKind, "kind"))
    erasure_id: UUID = Field(index=True)
    erased_at: datetime = Field(sa_column=instant_column("erased_at", nullable=False))


class LedgerKey(Table, table=True):
    """The key of the hashes, encrypted with SECRET_KEY. One row, once anything was erased."""

    __tablename__ = "ledger_keys"

    id: int = Field(default=1, primary_key=True)
    sealed: bytes
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


def digest_of(key: bytes, org_id: UUID, kind: SubjectKind, value: str) -> bytes:
    about = f"{org_id} {kind.value} {value}"
    return hmac.digest(key, about.encode(), hashlib.sha256)


async def find_key(session: AsyncSession, secret_keys: Sequence[str]) -> bytes | None:
    """Return the key of the ledger; None: nothing was ever erased."""
    sealed = (await session.exec(select(LedgerKey.sealed))).one_or_none()
    return None if sealed is None else open_key(sealed, secret_keys)


async def ensure_key(
    session: AsyncSession, secret_keys: Sequence[str], sealed: bytes | None = None
) -> bytes:
    """Return the key of the ledger; make it, or take the one that is given, if there is none."""
    if sealed is None:
        sealed = sealing.seal(secrets.token_hex(_KEY_BYTES), _ABOUT, secret_keys[0])
    values = {"id": 1, "sealed": sealed, "created_at": clock.now()}
    await session.exec(insert(LedgerKey).values(values).on_conflict_do_nothing())
    # It was there, or has just been made.
    return open_key((await session.exec(select(LedgerKey.sealed))).one(), secret_keys)


def open_key(sealed: bytes, secret_keys: Sequence[str]) -> bytes:
    return bytes.fromhex(sealing.unseal(sealed, _ABOUT, secret_keys))


async def reseal_key(session: AsyncSession, secret_keys: Sequence[str]) -> int:
    """Encrypt the ledger's key with the current SECRET_KEY. Return how many there are."""
    row = (await session.exec(select(LedgerKey).with_for_update())).one_or_none()
    if row is None:
        return 0
    row.sealed = sealing.seal(open_key(row.sealed, secret_keys).hex(), _ABOUT, secret_keys[0])
    return 1


@dataclass(frozen=True)
class Names:
    """What a call that comes from Retell goes by; `number` is that of the other side."""

    retell_call_id: str
    own_id: UUID | None
    number: str | None
    began_at: datetime | None


async def is_erased(
    session: AsyncSession, secret_keys: Sequence[str], org_id: UUID, call: Names
) -> bool:
    """Tell whether a call was erased, or whoever it was with after it had begun."""
    key = await find_key(session, secret_keys)
    if key is None:
        return False
    names = {
        SubjectKind.CALL_AT_RETELL: call.retell_call_id,
        SubjectKind.CALL: str(call.own_id) if call.own_id else None,
        SubjectKind.NUMBER: call.number,
    }
    digests = [digest_of(key, org_id, kind, name) for kind, name in names.items() if name]
    return any(
        entry.kind is not SubjectKind.NUMBER
        or call.began_at is None
        or call.began_at <= entry.erased_at
        for entry in await _find(session, org_id, digests)
    )


async def enter(
    session: AsyncSession,
    org_id: UUID,
    digests: Sequence[tuple[SubjectKind, bytes]],
    *,
    erasure_id: UUID,
    at: datetime,
) -> None:
    """Enter what is erased. Of the same twice, the later time holds."""
    rows = [
        {
            "org_id": org_id,
            "digest": digest,
            "kind": kind,
            "erasure_id": erasure_id,
            "erased_at": at,
        }
        for kind, digest in sorted(set(digests), key=lambda entry: entry[1])
    ]
    statement = insert(ErasedSubject)
    new = statement.excluded
    later = {
        "erased_at": func.greatest(col(ErasedSubject.erased_at), new.erased_at),
        "erasure_id": new.erasure_id,
    }
    for begin in range(0, len(rows), _ENTERED_AT_ONCE):
        some = statement.values(rows[begin : begin + _ENTERED_AT_ONCE])
        await session.exec(
            some.on_conflict_do_update(index_elements=["org_id", "digest"], set_=later)
        )


async def find_opt_outs(
    session: AsyncSession, secret_keys: Sequence[str], org_id: UUID, names: Sequence[str]
) -> dict[str, datetime]:
    """Find which of these names are kept as not to be called, and since when they are erased."""
    key = await find_key(session, secret_keys)
    if key is None:
        return {}
    named = {digest_of(key, org_id, SubjectKind.OPT_OUT, name): name for name in names}
    entries = await _find(session, org_id, named)
    return {named[entry.digest]: entry.erased_at for entry in entries}


async def _find(
    session: AsyncSession, org_id: UUID, digests: Iterable[bytes]
) -> Sequence[ErasedSubject]:
    any_digest = func.any(bindparam(None, list(digests), ARRAY(LargeBinary)))
    statement = select(ErasedSubject).where(
        ErasedSubject.org_id == org_id, col(ErasedSubject.digest) == any_digest
    )
    return (await session.exec(statement)).all()
