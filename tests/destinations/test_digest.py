"""One mail a day to each person, which each can end for themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given, strategies as st
from sqlalchemy import text

from backend.destinations import digest as digests
from backend.destinations.digest import DigestSender, first_attempt_at
from backend.destinations.parcel import Parcel
from backend.platform import clock, db
from backend.sandbox.mail.mailbox import Mailbox
from tests.destinations.happenings import a_record_is_made, again, calls_end
from tests.destinations.test_delivering import until_all
from tests.destinations.test_email import mailing as mailing, mails
from tests.support.customers import Customer
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings
from tests.support.waiting import until

ANN, BOB = "ann@example.com", "bob@example.com"
DAILY = {"to": [ANN, BOB], "daily_at": "08:00", "time_zone": "America/Los_Angeles"}


async def digest(mailing: Customer, **wanted: Any) -> dict[str, Any]:
    body = {"name": "Dispatch", "kind": "email", "config": DAILY, "events": ["record.extracted"]}
    made: dict[str, Any] = await mailing.post("/destinations", body | wanted)
    return made


async def it_is_time(mailing: Customer, made: dict[str, Any]) -> None:
    """Let the hour of the digest come."""
    async with db.transaction(mailing.sessions) as session:
        statement = text("update deliveries set next_attempt_at = now() where destination_id = :id")
        await (await session.connection()).execute(statement, {"id": made["id"]})


async def happen(mailing: Customer, count: int) -> None:
    for number, call in enumerate(await calls_end(mailing, count)):
        await a_record_is_made(mailing, call, data={"eta": f"{number}:00"})


async def test_everybody_gets_one_mail_with_all_that_happened(
    mailing: Customer, sandbox: Sandbox
) -> None:
    made = await digest(mailing)
    await happen(mailing, 3)
    await until_all(mailing, made["id"], "pending", count=3)
    assert await sandbox.control("GET", "/mail/all") == []

    await it_is_time(mailing, made)

    found = await mails(sandbox, 2)
    await until_all(mailing, made["id"], "delivered", count=3)
    assert sorted(mail["to"] for mail in found) == [[ANN], [BOB]]
    for mail in found:
        assert mail["subject"] == "Dispatch: 3 results"
        assert [f"eta: {number}:00" in mail["text"] for number in range(3)] == [True] * 3
        assert mail["html"].count("Open the call") == 3
    assert len(await sandbox.control("GET", "/mail/all")) == 2


async def test_whoever_ends_it_gets_no_more_and_the_others_do(
    mailing: Customer, sandbox: Sandbox
) -> None:
    made = await digest(mailing)
    await happen(mailing, 1)
    await until_all(mailing, made["id"], "pending", count=1)
    await it_is_time(mailing, made)
    first = next(mail for mail in await mails(sandbox, 2) if mail["to"] == [ANN])
    link = first["headers"]["list-unsubscribe"].strip("<>")
    assert first["headers"]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert link in first["text"]
    path = link[link.index("/api/") :]

    asked = await mailing.client.get(path, headers={"authorization": ""})
    assert ANN in asked.text
    assert "unsubscribed" not in (await mailing.get(f"/destinations/{made['id']}"))["config"]
    for _ in range(2):
        ended = await mailing.client.post(path, headers={"authorization": ""})
        assert ended.status_code == 200

    shown = await mailing.get(f"/destinations/{made['id']}")
    assert shown["config"]["unsubscribed"] == [ANN]
    await sandbox.control("POST", "/mail/reset")
    await happen(mailing, 1)
    await until_all(mailing, made["id"], "pending", "delivered", count=2)
    await it_is_time(mailing, made)
    (mail,) = await mails(sandbox, 1)
    assert mail["to"] == [BOB]

    changed = await mailing.patch(f"/destinations/{made['id']}", {"config": DAILY})
    assert changed["config"]["unsubscribed"] == [ANN]

    # Nor does a mail for each event go to somebody who wants none.
    await sandbox.control("POST", "/mail/reset")
    await mailing.patch(f"/destinations/{made['id']}", {"config": DAILY | {"daily_at": None}})
    await happen(mailing, 1)
    (mail,) = await mails(sandbox, 1)
    assert mail["to"] == [BOB]


async def test_a_day_with_very_many_results_is_one_mail_to_each(
    mailing: Customer, sandbox: Sandbox
) -> None:
    made = await digest(mailing, events=["call.ended"])
    (call,) = await calls_end(mailing)
    await again(mailing, call, times=250)
    waiting = f"/destinations/{made['id']}"

    async def all_wait() -> bool:
        return bool((await mailing.get(waiting))["health"]["waiting"] == 251)

    await until(all_wait, "all to be booked")
    await it_is_time(mailing, made)

    async def none_wait() -> bool:
        return bool((await mailing.get(waiting))["health"]["waiting"] == 0)

    await until(none_wait, "all to be delivered")
    subjects = [mail["subject"] for mail in await sandbox.control("GET", "/mail/all")]
    assert subjects == ["Dispatch: 251 results"] * 2


class SlowMailbox(Mailbox):
    """Has mails to `SLOW` wait for ever, and each of the others for as many as `together`."""

    def __init__(self, together: int) -> None:
        super().__init__()
        self.all_are_there = asyncio.Barrier(together)
        self.somebody_waits = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if SLOW in envelope.rcpt_tos:
            self.somebody_waits.set()
            await asyncio.Event().wait()
        await self.all_are_there.wait()
        return await super().handle_DATA(server, session, envelope)


SLOW = "slow@example.com"
PARCELS = [Parcel(UUID(int=1), "call.ended", clock.now(), "{}")]


@pytest.fixture
async def slow_mailbox(request: pytest.FixtureRequest) -> AsyncIterator[SlowMailbox]:
    mailbox = SlowMailbox(getattr(request, "param", 1))
    await mailbox.start()
    yield mailbox
    await mailbox.stop()


def sender(dsn: str, sandbox: Sandbox, mailbox: Mailbox, *to: str) -> DigestSender:
    smtp = {"url": f"smtp://127.0.0.1:{mailbox.port}", "sender": "Ringback <a@b.example>"}
    return DigestSender(test_settings(dsn, sandbox, smtp=smtp), UUID(int=2), "Dispatch", to)


@pytest.mark.parametrize("slow_mailbox", [4], indirect=True)
async def test_many_get_it_at_once(dsn: str, sandbox: Sandbox, slow_mailbox: SlowMailbox) -> None:
    people = [f"{number}@example.com" for number in range(4)]

    (answer,) = await sender(dsn, sandbox, slow_mailbox, *people).send_all(PARCELS)

    assert answer.error is None
    assert str(answer.answer).splitlines() == [f"Taken: {each}" for each in people]
    assert len(slow_mailbox.mails) == 4


async def test_a_mail_that_hangs_is_given_up(
    dsn: str, sandbox: Sandbox, slow_mailbox: SlowMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_MAIL_SECONDS", 0.2)

    (answer,) = await sender(dsn, sandbox, slow_mailbox, SLOW).send_all(PARCELS)

    assert answer.error == "No answer within 0.2 s."
    assert answer.answer == f"Not taken: {SLOW}: No answer within 0.2 s."


async def test_a_worker_that_is_to_end_has_nobody_get_it_again(
    dsn: str, sandbox: Sandbox, slow_mailbox: SlowMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_AT_ONCE", 1)
    to = sender(dsn, sandbox, slow_mailbox, ANN, SLOW)
    sending = asyncio.create_task(to.send_all(PARCELS))
    await slow_mailbox.somebody_waits.wait()

    sending.cancel()
    (answer,) = await sending

    assert answer.error is None
    assert f"Taken: {ANN}" in str(answer.answer)
    assert f"Not taken: {SLOW}" in str(answer.answer)


async def test_a_worker_that_is_to_end_before_anybody_got_it_leaves_it_to_another(
    dsn: str, sandbox: Sandbox, slow_mailbox: SlowMailbox
) -> None:
    sending = asyncio.create_task(sender(dsn, sandbox, slow_mailbox, SLOW).send_all(PARCELS))
    await slow_mailbox.somebody_waits.wait()

    sending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_nobody_taking_it_is_an_error_and_nobody_being_left_is_none(
    dsn: str, sandbox: Sandbox, slow_mailbox: SlowMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_ALL_SECONDS", 0.2)
    (late,) = await sender(dsn, sandbox, slow_mailbox, SLOW).send_all(PARCELS)
    assert late.error == "There was no time left for it."

    (alone,) = await sender(dsn, sandbox, slow_mailbox).send_all(PARCELS)
    assert (alone.error, alone.answer) == (None, "Everybody has unsubscribed.")


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 80, "é"])
async def test_a_link_that_is_not_ours_ends_nothing(shop: Customer, token: str) -> None:
    for verb in ("GET", "POST"):
        response = await shop.client.request(verb, f"/api/v1/unsubscribe/{token}")
        assert response.status_code == 404
        assert response.json()["type"].endswith("link-invalid")


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-03-07T12:00:00", "2026-03-07T16:00:00"),
        # The clocks go forward in the night to the 8th: eight o'clock comes an hour sooner.
        ("2026-03-07T16:00:00", "2026-03-08T15:00:00"),
        ("2026-10-31T16:00:00", "2026-11-01T16:00:00"),
    ],
)
def test_a_digest_goes_out_by_the_clock_on_the_wall(now: str, at: str) -> None:
    booked = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert first_attempt_at(DAILY, booked) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_the_next_digest_is_within_a_day_and_the_change_of_clocks(now: datetime) -> None:
    waits = first_attempt_at(DAILY, now) - now
    assert 0 < waits.total_seconds() <= 25 * 3600
    assert first_attempt_at({"to": [ANN]}, now) == now
