"""Settings: what `.env.example` promises, what is made of values, and how wrong ones are told."""

from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from pydantic import BaseModel

from backend.platform.configuration.groups import RetellSettings
from backend.platform.settings import GivenSettings, SettingsInvalid, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from a machine where nothing is set."""
    for name in _variables(GivenSettings):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def _variables(model: type[BaseModel], prefix: str = "") -> set[str]:
    names = set()
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names |= _variables(field.annotation, f"{prefix}{name}_")
        else:
            names.add(f"{prefix}{name}".upper())
    return names


def refusal() -> str:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert "\n" not in refused.value.detail
    assert refused.value.detail.endswith(".")
    return refused.value.detail


def test_the_example_has_a_line_for_every_setting_and_no_others() -> None:
    assert set(dotenv_values(EXAMPLE)) == _variables(GivenSettings)


def test_the_example_sets_what_would_be_so_without_it() -> None:
    assert GivenSettings(_env_file=EXAMPLE) == GivenSettings(_env_file=None)


def test_every_line_of_the_example_says_what_it_is_for() -> None:
    lines = [line for line in EXAMPLE.read_text().splitlines() if "=" in line.partition("#")[0]]

    assert all(line.partition("#")[2].strip() for line in lines)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=1111\nHOST=0.0.0.0\n")
    monkeypatch.setenv("PORT", "2222")

    settings = load_settings()

    assert (settings.host, settings.port) == ("0.0.0.0", 2222)


def test_an_empty_variable_counts_as_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _variables(GivenSettings):
        monkeypatch.setenv(name, "")

    assert load_settings() == GivenSettings(_env_file=None)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("example.com", "http://example.com:8000"),
    ],
)
def test_its_own_address_follows_from_host_and_port(host: str, url: str) -> None:
    assert GivenSettings(_env_file=None, host=host).own_url == url


def test_a_public_address_goes_before_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://ringback.example.com/")

    assert load_settings().own_url == "https://ringback.example.com"


@pytest.mark.parametrize(
    ("set_to", "keys"),
    [
        ({}, ()),
        ({"api_key": "a"}, ("a",)),
        ({"api_key": "a", "webhook_key": "w"}, ("w",)),
        ({"api_key": "a", "webhook_key_previous": "p"}, ("a", "p")),
        ({"webhook_key": "w", "webhook_key_previous": "p"}, ("w", "p")),
    ],
)
def test_webhooks_may_be_signed_with_the_current_key_and_the_one_before(
    set_to: dict[str, Any], keys: tuple[str, ...]
) -> None:
    assert GivenSettings(_env_file=None, retell=RetellSettings(**set_to)).webhook_keys == keys


def test_a_url_for_sqlalchemy_is_taken_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://user:pass@host/name")

    url = load_settings().database.url

    assert url is not None
    assert url.get_secret_value() == "postgresql://user:pass@host/name"


def test_origins_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example.com, http://localhost:5173/,")

    assert load_settings().cors_origins == ("https://a.example.com", "http://localhost:5173")


def test_a_level_may_be_written_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")

    assert load_settings().log.level == "DEBUG"


@pytest.mark.parametrize("name", ["DATABASE", "LOG", "EVENTS", "ADMIN"])
def test_a_variable_that_only_looks_like_a_setting_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "something of another program")

    assert load_settings() == GivenSettings(_env_file=None)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("CORS_ORIGINS", "example.com", "CORS_ORIGINS must be a URL such as"),
        (
            "TRUSTED_PROXIES",
            "127.0.0.1,proxy",
            "TRUSTED_PROXIES must be addresses or networks such as",
        ),
        ("OUTBOUND_ALLOW", "10.0.0.0/99", "OUTBOUND_ALLOW must be names, addresses or networks"),
        ("OUTBOUND_ALLOW", "10.0.0.256", "not 10.0.0.256"),
        ("OUTBOUND_ALLOW", "http://crm.internal", "not http://crm.internal"),
    ],
)
def test_an_entry_of_a_list_that_means_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)

    assert reason in refusal()


def test_hosts_and_networks_may_be_called_by_name_or_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OUTBOUND_ALLOW", "crm.internal, 10.0.5.7/24, ::1, localhost, 7-up.example.")

    assert len(load_settings().outbound_allow) == 5


def test_prices_that_are_no_json_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PRICES", "{gpt: 1}")

    assert "LLM_PRICES" in refusal()


def test_a_file_in_another_encoding_is_named() -> None:
    Path(".env").write_bytes("ADMIN_EMAIL=jürgen@example.com".encode("latin-1"))

    assert ".env" in refusal()


def test_secrets_are_in_no_message_and_no_printed_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets = {
        "SECRET_KEY": "hunter2",
        "ADMIN_PASSWORD": "hunter3",
        "DATABASE_URL": "mysql://root:hunter4@localhost/db",
        "DATABASE_DIRECT_URL": "hunter5",
        "RETELL_BASE_URL": "ftp://hunter6",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)

    said = refusal()

    assert all(f"{name} " in said for name in secrets)
    assert "hunter" not in said


def test_printed_settings_hide_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in _variables(GivenSettings) if "KEY" in name or "PASSWORD" in name]
    for name in names:
        monkeypatch.setenv(name, "swordfish" * 4)
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:swordfish@host/name")
    monkeypatch.setenv("ADMIN_EMAIL", "admin@example.com")

    assert len(names) >= 8
    assert "swordfish" not in repr(load_settings())
