"""Results by e-mail, read as the simulated mail server took them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from backend.destinations import upkeep
from backend.destinations.letters import write_letter
from backend.platform import db
from backend.records.models import RecordStatus
from tests.destinations.happenings import a_record_is_made, calls_end
from tests.support.customers import Customer, new_customer
from tests.support.sandbox import Sandbox
from tests.support.service import running_service, test_settings
from tests.support.waiting import until

TO = "dispatch@example.com"


@pytest.fixture
async def mailing(postgres: str, dsn: str, sandbox: Sandbox) -> AsyncIterator[Customer]:
    """An organisation of a service with a mail server."""
    smtp_url = (await sandbox.control("GET", "/mail/server"))["smtp_url"]
    settings = test_settings(
        dsn, sandbox, smtp={"url": smtp_url, "sender": "Ringback <a@b.example>"}
    )
    async with running_service(settings) as running, new_customer(running) as customer:
        yield customer


async def mails(sandbox: Sandbox, count: int) -> list[dict[str, Any]]:
    async def probe() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = await sandbox.control("GET", "/mail/all")
        return found if len(found) >= count else None

    return await until(probe, f"{count} mails")


async def test_a_mail_begins_with_the_value_and_its_quote_and_is_tried_again_when_refused(
    mailing: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("POST", "/mail/refusals", {"answers": ["451 Try again later"]})
    body = {"name": "Dispatch", "kind": "email", "config": {"to": [TO, TO]}}
    made = await mailing.post("/destinations", body | {"events": ["record.extracted"]})
    (call,) = await calls_end(mailing)
    evidence = {"eta": {"quote": "at <noon>", "turns": [0], "start_ms": 0, "found": True}}
    await a_record_is_made(mailing, call, data={"eta": "12:00", "load": None}, evidence=evidence)

    async def was_refused() -> bool:
        found = (await mailing.get("/deliveries", destination_id=made["id"]))["items"]
        return [each["last_error"] for each in found] == ["The mail server answered 451."]

    await until(was_refused, "the refusal to be told")
    (delivery,) = (await mailing.get("/deliveries", destination_id=made["id"]))["items"]
    await mailing.post(f"/deliveries/{delivery['id']}/replay")

    (mail,) = await mails(sandbox, 1)
    assert mail["to"] == [TO]
    assert mail["subject"] == "Call record: 12:00"
    assert mail["text"].splitlines()[2:4] == ["eta: 12:00", '    "at <noon>"']
    assert "at &lt;noon&gt;" in mail["html"]
    assert "load" not in mail["text"]
    assert f"/calls/{call.id}" in mail["text"]
    assert mail["headers"]["message-id"] == f"<{delivery['id']}@ringback>"


async def test_an_example_is_mailed_at_once(mailing: Customer, sandbox: Sandbox) -> None:
    body = {"name": "Dispatch", "kind": "email", "config": {"to": [TO]}}
    made = await mailing.post("/destinations", body | {"events": ["record.extracted"]})

    tested = await mailing.post(f"/destinations/{made['id']}/test")

    assert tested["delivered"] is True
    (mail,) = await mails(sandbox, 1)
    assert mail["text"].strip() == tested["body"].strip()


async def test_administrators_are_told_once_that_a_destination_was_switched_off(
    mailing: Customer, sandbox: Sandbox
) -> None:
    body = {"name": "CRM <x>", "kind": "webhook", "config": {"url": "https://crm.example.com/h"}}
    made = await mailing.post("/destinations", body | {"events": ["call.ended"]})
    async with db.transaction(mailing.sessions) as session:
        statement = text(
            "update destinations set failing_since = now() - interval '6 days' where id = :id"
        )
        await (await session.connection()).execute(statement, {"id": made["id"]})

    for _ in range(2):
        await upkeep.switch_off_failing(mailing.sessions)

    (mail,) = await mails(sandbox, 1)
    assert mail["to"] == [mailing.user.email]
    assert mail["subject"] == "Switched off: CRM <x>"
    assert "Every attempt has failed for five days." in mail["text"]
    assert "CRM &lt;x&gt;" in mail["html"]


async def test_without_a_mail_server_a_mail_destination_is_refused(shop: Customer) -> None:
    body = {"name": "Dispatch", "kind": "email", "config": {"to": [TO]}, "events": []}
    response = await shop.client.post("/api/v1/destinations", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/kind"


def test_a_quote_that_was_not_found_proves_nothing_and_is_not_shown() -> None:
    data = {
        "call": {"id": "c1", "failure": None, "status_reason": "user_hangup"},
        "record": {
            "status": RecordStatus.NEEDS_REVIEW,
            "data": {"late": True, "stops": [{"city": "Reno"}]},
            "evidence": {"late": {"quote": "never said", "found": False}},
        },
    }

    letter = write_letter("record.needs_review", data, "https://calls.example.com")

    assert "never said" not in letter.text + letter.html
    assert "late: yes" in letter.text
    assert "stops: city: Reno" in letter.text
    assert letter.subject == "Call record to review: yes, city: Reno"
