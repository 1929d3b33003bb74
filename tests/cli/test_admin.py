import json
from pathlib import Path

from backend.auth import sessions as logins
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.wiring import build
from tests.cli.conftest import Ringback
from tests.support.commands import FAILED, USAGE, Command
from tests.support.service import SECRET

OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"
EMAIL, PASSWORD = "dispatcher@example.com", "correct horse battery"


def create_user(ringback: Ringback, dsn: str, *arguments: str, password: str = PASSWORD) -> Command:
    return ringback("admin", "user", "create", *arguments, "--password", password, DATABASE_URL=dsn)


async def log_in(settings: Settings, email: str) -> Caller:
    engine = db.create_engine(settings.database)
    sessions: Sessions = db.create_sessions(engine, build(settings))
    login = await logins.log_in(sessions, email, PASSWORD, secret_keys=(SECRET,))
    await engine.dispose()
    return login.caller


async def test_a_created_user_can_log_in(ringback: Ringback, settings: Settings, dsn: str) -> None:
    command = create_user(ringback, dsn, EMAIL, "--name", "Dana", "--role", "reviewer")

    assert command.code == 0, command.said
    assert command.stdout == f"Created reviewer {EMAIL} of default.\n"
    caller = await log_in(settings, EMAIL)
    assert (caller.name, caller.role, caller.org_slug) == ("Dana", "reviewer", "default")


def test_an_address_is_taken_once(ringback: Ringback, dsn: str) -> None:
    assert create_user(ringback, dsn, EMAIL).code == 0

    again = create_user(ringback, dsn, EMAIL.upper())

    assert again.code == FAILED
    assert f"There is a user with the address {EMAIL} already." in again.stderr
    assert "Traceback" not in again.stderr


def test_an_organisation_that_is_not_there_is_named(ringback: Ringback, dsn: str) -> None:
    command = create_user(ringback, dsn, EMAIL, "--org", "nowhere")

    assert command.code == FAILED
    assert "There is no organisation 'nowhere'." in command.stderr


def test_no_database_is_made_to_look_after_one(ringback: Ringback, tmp_path: Path) -> None:
    (tmp_path / ".ringback" / "demo" / "postgres").mkdir(parents=True)

    command = ringback("admin", "org", "create", "acme", DATABASE_URL="")

    assert command.code == FAILED
    said = " ".join(command.stderr.split())
    assert "DATA_DIR .ringback holds no database. The demo's is in .ringback/demo." in said
    assert [entry.name for entry in (tmp_path / ".ringback").iterdir()] == ["demo"]


def test_what_is_no_address_is_refused(ringback: Ringback, dsn: str) -> None:
    command = create_user(ringback, dsn, "dispatcher")

    assert command.code == USAGE
    assert "not a valid email address" in command.stderr


def test_a_short_password_is_refused_and_not_shown(ringback: Ringback, dsn: str) -> None:
    command = create_user(ringback, dsn, EMAIL, password="hunter2")

    assert command.code == USAGE
    assert "at least 8 characters" in command.stderr
    assert "hunter2" not in command.said


def test_the_api_is_documented_as_it_is(ringback: Ringback) -> None:
    command = ringback("admin", "openapi")

    assert command.code == 0
    assert json.loads(command.stdout) == json.loads(OPENAPI.read_text())
    assert command.stdout == OPENAPI.read_text()
