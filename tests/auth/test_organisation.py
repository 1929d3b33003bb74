"""What an organisation sets for itself; above all its keys, which nobody reads back."""

import asyncio
from typing import Any

import asyncpg
import pytest

from backend.auth import organisations
from backend.auth.models import KeyName, Role
from backend.platform import db
from backend.platform.sealing import SealBroken
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.retell_side import RetellSide, deliver
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import SECRET
from tests.support.signing import as_sent, sign
from tests.support.waiting import until

ORGANISATION = "/api/v1/organisation"
OWN_KEY = "key_of_this_company_alone"


async def set_keys(customer: Customer, **keys: str | None) -> dict[str, Any]:
    detail: dict[str, Any] = await customer.patch("/organisation", {"keys": keys})
    return detail


def shown(detail: dict[str, Any]) -> dict[str, str]:
    return {key["name"]: key["ends_with"] for key in detail["keys"]}


async def test_keys_are_set_removed_and_never_shown(customer: Customer) -> None:
    response = await customer.client.patch(
        ORGANISATION,
        json={
            "keys": {
                "retell_webhook_key": OWN_KEY,
                "openai_api_key": None,
                "deepgram_api_key": None,
                "assemblyai_api_key": None,
            }
        },
    )

    assert OWN_KEY not in response.text
    assert shown(response.json()) == {"retell_api_key": "", "retell_webhook_key": "lone"}
    assert shown(await customer.get("/organisation")) == shown(response.json())


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
async def test_others_see_the_settings_without_the_keys(customer: Customer, role: Role) -> None:
    colleague = await customer.colleague(role)

    detail = await colleague.get("/organisation")

    assert detail["from_number"] == "+14155550199"
    assert detail["keys"] == []


async def test_a_dump_of_the_database_shows_no_key(customer: Customer) -> None:
    await set_keys(customer, anthropic_api_key=OWN_KEY)

    url = customer.settings.database.url
    assert url is not None
    connection = await asyncpg.connect(url.get_secret_value())
    try:
        tables = await connection.fetch(
            "select relname from pg_class where relkind = 'r' "
            "and relnamespace = 'public'::regnamespace"
        )
        for (table,) in tables:
            row = await connection.fetchval(
                f'select count(*) from "{table}" as r '  # noqa: S608 - names of our own tables
                "where r::text like $1 or r::text like $2",
                f"%{OWN_KEY}%",
                f"%{OWN_KEY.encode().hex()}%",
            )
            assert row == 0, table
    finally:
        await connection.close()


async def test_webhooks_are_verified_with_the_organisations_own_key(
    customer: Customer, stranger: Customer
) -> None:
    await set_keys(customer, retell_webhook_key=OWN_KEY)
    body = as_sent(RetellSide(None).started())
    own = {"X-Retell-Signature": sign(body, OWN_KEY)}

    assert (await deliver(customer.client, customer.org.slug, body, **own)).status_code == 204
    with_the_other_key = await deliver(customer.client, customer.org.slug, body)
    problem_of(with_the_other_key, 401, "signature-refused")
    for_another = await deliver(customer.client, stranger.org.slug, body, **own)
    problem_of(for_another, 401, "signature-refused")


async def test_a_key_counts_from_the_answer_on_whoever_asked_meanwhile(
    customer: Customer,
) -> None:
    url = customer.settings.database.url
    assert url is not None
    body = as_sent(RetellSide(None).started())
    connection = await asyncpg.connect(url.get_secret_value())

    async def is_waiting() -> bool:
        statement = (
            "select exists (select from pg_locks where not granted "
            "and relation = 'audit_entries'::regclass)"
        )
        waits: bool = await connection.fetchval(statement)
        return waits

    try:
        async with connection.transaction():
            # The change is made, and its commit waits for the entry in the audit log.
            await connection.execute("lock table audit_entries in share mode")
            changing = asyncio.create_task(set_keys(customer, retell_webhook_key=OWN_KEY))
            await until(is_waiting, "the change to wait")
            meanwhile = await deliver(customer.client, customer.org.slug, body)
        await changing
    finally:
        await connection.close()

    assert meanwhile.status_code == 204
    own = {"X-Retell-Signature": sign(body, OWN_KEY)}
    assert (await deliver(customer.client, customer.org.slug, body, **own)).status_code == 204


async def test_without_keys_an_organisation_has_not_those_of_the_environment(
    customer: Customer,
) -> None:
    await set_keys(customer, retell_api_key=None)

    check = await customer.post("/organisation/retell-check")
    webhook = await deliver(customer.client, customer.org.slug, RetellSide(None).started())

    assert check["ok"] is False
    assert check["webhook_key_set"] is False
    problem_of(webhook, 401, "signature-refused")


async def test_the_check_asks_retell_and_says_what(customer: Customer, sandbox: Sandbox) -> None:
    good = await customer.post("/organisation/retell-check")
    path = {"path": "/v3/list-calls"}
    await sandbox.add_fault(target="api", match=path, kind="status", status=403)
    bad = await customer.post("/organisation/retell-check")

    assert good["ok"] is True
    assert good["retell_organisation"]
    assert good["webhook_url"].endswith(f"/webhook/retell/{customer.org.slug}")
    assert good["from_number"] == "+14155550199"
    assert [each["failure"] for each in good["asked"]] == [None] * 4
    assert bad["ok"] is False
    assert "POST /v3/list-calls" in bad["reason"]
    assert [each["request"] for each in bad["asked"] if each["failure"]] == ["POST /v3/list-calls"]
    assert bad["retell_organisation"] == good["retell_organisation"]


async def test_a_key_that_retell_does_not_know_is_not_saved(customer: Customer) -> None:
    before = await customer.get("/organisation")
    unknown = {"keys": {"retell_api_key": "key_that_retell_does_not_know"}}

    refused = await customer.client.patch(ORGANISATION, json=unknown)

    assert pointers(problem_of(refused, 422, "key-refused")) == ["/keys/retell_api_key"]
    assert "key_that" not in refused.text
    assert await customer.get("/organisation") == before


async def test_a_key_is_saved_also_while_retell_says_nothing(
    customer: Customer, sandbox: Sandbox
) -> None:
    path = {"path": "/get-api-key-info"}
    await sandbox.add_fault(target="api", match=path, kind="status", status=500)

    detail = await set_keys(customer, retell_api_key=API_KEY)

    assert "retell_api_key" in shown(detail)


async def test_a_call_without_caller_id_says_whose_number_is_not_used(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    await customer.patch("/organisation", {"from_number": None})

    body = {"agent_id": agent["id"], "to_number": "+14155550100"}
    refused = await customer.client.post("/api/v1/calls", json=body)

    (error,) = problem_of(refused, 422, "call-invalid")["errors"]
    assert "RETELL_FROM_NUMBER is not used with an organisation's own key" in error["message"]
    assert (await customer.post("/organisation/retell-check"))["from_number"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"keys": {"retell_api_key": "short"}}, "/keys/retell_api_key"),
        ({"keys": {"retell_api_key": "has spaces in it"}}, "/keys"),
        ({"keys": {"other_key": OWN_KEY}}, "/keys/other_key"),
        ({"from_number": "4155550199"}, "/from_number"),
        ({"llm_model": "gpt"}, "/llm_model"),
        ({"calls_per_minute": 0}, "/calls_per_minute"),
        ({"slug": "other"}, "/slug"),
        ({"name": None}, "/name"),
    ],
)
async def test_what_is_no_setting_is_refused_with_its_place_and_without_the_key(
    customer: Customer, body: dict[str, Any], pointer: str
) -> None:
    response = await customer.client.patch(ORGANISATION, json=body)

    assert pointers(problem_of(response, 422, "invalid-request")) == [pointer]
    assert "has spaces" not in response.text
    assert OWN_KEY not in response.text


async def test_the_audit_log_says_which_keys_and_not_what_they_are(customer: Customer) -> None:
    await set_keys(customer, retell_webhook_key=OWN_KEY)

    (entry,) = (await customer.get("/audit", action="update_organisation"))["items"]

    assert entry["details"]["keys_set"] == ["retell_webhook_key"]
    assert OWN_KEY not in repr(entry)


async def test_keys_are_encrypted_anew_when_the_secret_changes(customer: Customer) -> None:
    other = "another secret that is long enough too"
    org_id = customer.org.id

    async with db.transaction(customer.sessions) as session:
        await organisations.reseal_keys(session, org_id=org_id, secret_keys=(other, SECRET))

    async with db.transaction(customer.sessions) as session:
        (sealed, *_) = [
            key
            for key in await organisations.list_keys(session, org_id)
            if key.name is KeyName.RETELL_API_KEY
        ]
    assert organisations.unseal(sealed, (other,)) == API_KEY
    with pytest.raises(SealBroken):
        organisations.unseal(sealed, (SECRET,))


async def test_without_the_secret_keys_can_still_be_set_again(customer: Customer) -> None:
    async with db.transaction(customer.sessions) as session:
        other = ("another secret that is long enough too", SECRET)
        await organisations.reseal_keys(session, org_id=customer.org.id, secret_keys=other)

    response = await deliver(customer.client, customer.org.slug, RetellSide(None).started())
    problem_of(response, 503, "seal-broken")

    removed = dict.fromkeys(("openai_api_key", "deepgram_api_key", "assemblyai_api_key"))
    await set_keys(customer, retell_api_key=API_KEY, **removed)
    again = await deliver(customer.client, customer.org.slug, RetellSide(None).started())
    assert again.status_code == 204
