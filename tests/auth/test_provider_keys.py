"""Keys are tried before they are saved, and are used for nobody but whose they are."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import Response

from backend.auth.models import KeyName
from backend.auth.organisations import OrganisationSettings, update_organisation
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.providers.llm_errors import LlmNotUsable
from backend.providers.runtime import open_runtime
from backend.records.answer_model import answer_model
from tests.providers.openai_wire import Wire, called, completion, speaking_openai
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import SECRET

ORGANISATION = "/api/v1/organisation"
OWN_KEY = "sk-a-key-of-this-company-alone"
OF_THE_HOUSE = "sk-of-the-house"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with speaking_openai() as wire:
        yield wire


async def test_a_model_key_that_is_not_known_is_not_saved_and_nothing_else_is(
    customer: Customer, sandbox: Sandbox
) -> None:
    before = await customer.get("/organisation")
    changes = {"name": "Other", "keys": {"openai_api_key": OWN_KEY, "retell_api_key": API_KEY}}
    await sandbox.control("POST", "/llm/faults", {"kind": "key_unknown"})
    try:
        refused = await customer.client.patch(ORGANISATION, json=changes)
    finally:
        await sandbox.control("DELETE", "/llm/faults")

    problem = problem_of(refused, 422, "key-refused")
    assert pointers(problem) == ["/keys/openai_api_key"]
    assert problem["detail"] == "OpenAI does not know this key. Nothing was saved."
    assert OWN_KEY not in refused.text
    assert await customer.get("/organisation") == before


async def test_all_keys_that_are_not_known_are_told_at_once(
    customer: Customer, sandbox: Sandbox
) -> None:
    keys = {"openai_api_key": OWN_KEY, "retell_api_key": "key_that_retell_does_not_know"}
    await sandbox.control("POST", "/llm/faults", {"kind": "key_unknown"})
    try:
        refused = await customer.client.patch(ORGANISATION, json={"keys": keys})
    finally:
        await sandbox.control("DELETE", "/llm/faults")

    problem = problem_of(refused, 422, "key-refused")
    assert sorted(pointers(problem)) == ["/keys/openai_api_key", "/keys/retell_api_key"]


async def test_a_key_is_saved_also_while_its_provider_says_nothing(
    customer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/llm/faults", {"kind": "connection_reset"})
    try:
        saved = await customer.patch("/organisation", {"keys": {"openai_api_key": OWN_KEY}})
    finally:
        await sandbox.control("DELETE", "/llm/faults")

    assert "openai_api_key" in [key["name"] for key in saved["keys"]]


def said(provider: str) -> Response:
    """Answer as this provider does, with a record in which nothing was said."""
    if provider == "ollama":
        return completion({"role": "assistant", "content": "{}"})
    return called({})


def reached_at(settings: Settings, provider: str, wire: Wire, key: str | None) -> Settings:
    """Return settings of an installation that reaches a provider at this address."""
    changes: dict[str, Any] = {"base_url": wire.url, "api_key": key}
    fields = getattr(settings, provider).model_dump() | changes
    llm = settings.llm.model_copy(update={"model": f"{provider}/some-model"})
    return Settings(
        _env_file=None, **{**settings.model_dump(exclude={"llm"}), provider: fields, "llm": llm}
    )


async def asked_with(sessions: Sessions, settings: Settings, wire: Wire, org_id: Any) -> list[str]:
    """Ask as this organisation is asked for, and say with which keys it was."""
    own = OrganisationSettings(settings, sessions)
    async with open_runtime(settings, sessions, own, refuses=False) as process:
        runtime = await process.of(org_id)
        await runtime.llm.answer(
            system="Rules", user="late", answer_model=answer_model({"type": "object"})
        )
    return wire.keys


@pytest.mark.parametrize(
    ("provider", "of_the_house", "own", "sent"),
    [
        ("openai", OF_THE_HOUSE, OWN_KEY, OWN_KEY),
        ("openai", None, OWN_KEY, OWN_KEY),
        ("openai", None, None, "none"),
        ("ollama", None, None, "none"),
    ],
    ids=["own key", "own key at an open server", "an open server", "an open Ollama"],
)
async def test_an_organisation_asks_with_its_own_key_or_none(
    sessions: Sessions,
    settings: Settings,
    wire: Wire,
    provider: str,
    of_the_house: str | None,
    own: str | None,
    sent: str,
) -> None:
    async with db.transaction(sessions) as session:
        org = await builders.organisation(session)
        keys = {KeyName.OPENAI_API_KEY: own}
        await update_organisation(session, org.id, {}, keys, secret_key=SECRET)
    wire.will_answer(said(provider))

    keys_sent = await asked_with(
        sessions, reached_at(settings, provider, wire, of_the_house), wire, org.id
    )

    assert keys_sent == [f"Bearer {sent}"]


@pytest.mark.parametrize("provider", ["openai", "ollama"])
async def test_an_account_of_the_environment_is_not_asked_for_another_organisation(
    sessions: Sessions, settings: Settings, wire: Wire, provider: str
) -> None:
    async with db.transaction(sessions) as session:
        org = await builders.organisation(session)
        keys = {KeyName.OPENAI_API_KEY: None}
        await update_organisation(session, org.id, {}, keys, secret_key=SECRET)
    theirs = reached_at(settings, provider, wire, OF_THE_HOUSE)

    with pytest.raises(LlmNotUsable, match="another organization's"):
        await asked_with(sessions, theirs, wire, org.id)

    assert wire.requests == []


@pytest.mark.parametrize("provider", ["openai", "ollama"])
async def test_organisation_default_is_asked_for_with_the_environments_key(
    sessions: Sessions, settings: Settings, wire: Wire, provider: str
) -> None:
    async with db.transaction(sessions) as session:
        org = await builders.organisation(session, slug="default")
        keys = {KeyName.OPENAI_API_KEY: None}
        await update_organisation(session, org.id, {}, keys, secret_key=SECRET)
    wire.will_answer(said(provider))

    keys_sent = await asked_with(
        sessions, reached_at(settings, provider, wire, OF_THE_HOUSE), wire, org.id
    )

    assert keys_sent == [f"Bearer {OF_THE_HOUSE}"]
