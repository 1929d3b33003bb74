"""The first organisation and its administrator, made from the settings at start."""

import asyncio
from typing import Any

import pytest
from pwdlib import PasswordHash
from sqlmodel import select

from backend.auth import passwords, service, sessions as logins
from backend.auth.errors import CredentialsRefused, EmailTaken
from backend.auth.models import Organisation, Role, User
from backend.cli import running
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from tests.support import builders
from tests.support.sandbox import Sandbox
from tests.support.service import EMAIL, PASSWORD, SECRET, test_settings
from tests.support.waiting import until_one_waits_for_a_lock


async def everyone(sessions: Sessions) -> list[tuple[str, str, str]]:
    async with db.transaction(sessions) as session:
        found = await session.exec(select(Organisation.slug, User.email, User.role).join(User))
        return [(slug, email, role) for slug, email, role in found.all()]


async def test_the_first_administrator_is_made_at_start(
    settings: Settings, sessions: Sessions
) -> None:
    await running.prepare(settings)

    assert await everyone(sessions) == [("default", EMAIL, Role.ADMIN)]


async def test_processes_that_start_at_once_make_one_between_them(
    settings: Settings, sessions: Sessions
) -> None:
    await asyncio.gather(*(running.prepare(settings) for _ in range(4)))

    assert await everyone(sessions) == [("default", EMAIL, Role.ADMIN)]


async def test_a_process_that_starts_while_another_makes_one_waits_for_it(
    settings: Settings, sessions: Sessions
) -> None:
    async with db.transaction(sessions) as session:
        await service.ensure_default_organisation(session)

    async with db.transaction(sessions) as session:
        org = await service.ensure_default_organisation(session)
        assert not await service.has_admin(session, org.id)
        second = asyncio.create_task(running.prepare(settings))
        await until_one_waits_for_a_lock(sessions)
        await builders.user(session, org.id, email=EMAIL)
    await second

    assert await everyone(sessions) == [("default", EMAIL, Role.ADMIN)]


async def test_a_later_start_changes_neither_password_nor_people(
    dsn: str, sandbox: Sandbox, settings: Settings, sessions: Sessions
) -> None:
    await running.prepare(settings)
    other = {"email": "other@example.com", "password": "another password"}

    await running.prepare(test_settings(dsn, sandbox, admin=other))

    assert await everyone(sessions) == [("default", EMAIL, Role.ADMIN)]
    login = await logins.log_in(sessions, EMAIL, PASSWORD, secret_keys=(SECRET,))
    assert login.caller.email == EMAIL


async def test_without_an_administrator_in_the_settings_none_is_made(
    dsn: str, sandbox: Sandbox, sessions: Sessions
) -> None:
    nobody: dict[str, Any] = {"email": None, "password": None}

    await running.prepare(test_settings(dsn, sandbox, admin=nobody))

    assert await everyone(sessions) == []


async def test_an_address_is_taken_in_every_spelling_and_organisation(sessions: Sessions) -> None:
    async with db.transaction(sessions) as session:
        one = await builders.organisation(session)
        other = await builders.organisation(session)
        await builders.user(session, one.id, email="Anna@Example.com")

    with pytest.raises(EmailTaken):
        async with db.transaction(sessions) as session:
            await builders.user(session, other.id, email="anna@example.COM")
    assert len(await everyone(sessions)) == 1


def test_looking_for_an_unknown_account_takes_as_much_work_as_a_wrong_password() -> None:
    (recommended,) = PasswordHash.recommended().hashers

    assert recommended.identify(passwords._DUMMY_HASH)
    assert not recommended.check_needs_rehash(passwords._DUMMY_HASH)


async def test_a_password_is_kept_as_a_hash_only(sessions: Sessions) -> None:
    async with db.transaction(sessions) as session:
        org = await builders.organisation(session)
        user = await builders.user(session, org.id, password="a password to keep")

    assert user.password_hash is not None
    assert "a password" not in user.password_hash
    assert user.password_hash.startswith("$argon2id$")
    with pytest.raises(CredentialsRefused):
        await logins.log_in(sessions, user.email, user.password_hash, secret_keys=(SECRET,))
