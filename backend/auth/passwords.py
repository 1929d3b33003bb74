"""Hashing passwords with argon2, away from the event loop and from database connections."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from pwdlib import PasswordHash
from pydantic import Field, SecretStr

SHORTEST = 8

NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=SHORTEST,
        max_length=1024,
        description="8 to 1,024 characters.",
        examples=["three-words-of-your-own"],
    ),
]

_hasher = PasswordHash.recommended()
# Each hash takes 64 MiB and a processor: many logins at once wait rather than take all of both.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
# Verified against when there is nothing to verify, so that all answers take the same time. Written
# out, because making one costs every start of every process as much as a login.
_DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$ND7pxces9r8pMVEBQL9SXA"
    "$25OXxwLuafLFgzpwA70+3r4Tyfr/eFnh6zGdbY4ucPo"
)


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(password: str, stored_hash: str | None) -> bool:
    """Compare. With no hash to compare with, do the same work and say no."""
    loop = asyncio.get_running_loop()
    against = stored_hash or _DUMMY_HASH
    matches = await loop.run_in_executor(_threads, _hasher.verify, password, against)
    return matches and stored_hash is not None
