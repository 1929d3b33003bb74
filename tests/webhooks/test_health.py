"""How the inbox fares, over the API and for Prometheus: every figure where people look."""

import math
from contextlib import suppress
from datetime import timedelta
from typing import TypeAlias

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlmodel import col, update

from backend.calls import reconciliation
from backend.calls.models import CallStatus
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.webhooks.health import as_health, as_metrics, read_figures
from backend.webhooks.models import Rejection, Webhook
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import rejections, settled
from tests.support.retell_side import RetellSide, deliver
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.service import Service, running_service, test_settings
from tests.support.waiting import until

Samples: TypeAlias = dict[tuple[str, ...], float]


def _samples(figures: str, org_slug: str | None) -> Samples:
    """Read an organisation's metrics, or those of none, by name and further labels."""
    return {
        (sample.name, *(value for name, value in sample.labels.items() if name != "org")): (
            sample.value
        )
        for family in text_string_to_metric_families(figures)
        for sample in family.samples
        if sample.labels.get("org") == org_slug
    }


async def _metrics(customer: Customer) -> Samples:
    response = await customer.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return _samples(response.text, customer.org.slug)


async def test_an_inbox_without_webhooks_has_nothing_to_tell(customer: Customer) -> None:
    health = await customer.get("/webhooks/health")
    metrics = await _metrics(customer)

    seconds_since_worker = health.pop("seconds_since_worker")
    url = f"{customer.settings.own_url}/webhook/retell/{customer.org.slug}"
    assert health == {
        "webhook_url": url,
        "received": 0, "applied": 0, "ignored": 0, "failed": 0, "waiting": 0, "duplicates": 0,
        "rejected": {}, "missed": 0, "repaired_calls": 0, "last_repaired_at": None,
        "oldest_gap_seconds": None, "last_received_at": None, "seconds_since_last": None,
        "oldest_waiting_seconds": None, "silence_is_suspicious": False,
        "last_compared_at": None, "comparison_failing_since": None, "comparison_failure": None,
    }  # fmt: skip
    assert 0 <= seconds_since_worker < 15
    assert math.isnan(metrics["ringback_webhooks_seconds_since_last",])
    assert metrics["ringback_webhooks", "applied"] == 0


async def test_health_and_metrics_count_what_came_by_what_became_of_it(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.started(), side.ended(), side.ended())
    await settled(customer, b"not JSON", {"event": "chat_ended"})
    await deliver(customer.client, customer.org.slug, b"{}", **{"X-Retell-Signature": "no"})

    async def noted() -> list[Rejection]:
        return await rejections(customer)

    await until(noted, "the rejection to be noted")
    health, metrics = await customer.get("/webhooks/health"), await _metrics(customer)

    figures = {name: health[name] for name in ("received", "applied", "ignored", "failed")}
    assert figures == {"received": 4, "applied": 2, "ignored": 1, "failed": 1}
    assert (health["duplicates"], health["waiting"]) == (1, 0)
    assert health["rejected"] == {"malformed_header": 1}
    assert 0 <= health["seconds_since_last"] < 60
    assert health["last_received_at"] is not None
    assert metrics["ringback_webhooks", "applied"] == 2
    assert metrics["ringback_webhooks", "failed"] == 1
    assert metrics["ringback_webhooks_duplicates",] == 1
    assert metrics["ringback_webhooks_rejected", "malformed_header"] == 1
    assert 0 <= metrics["ringback_webhooks_seconds_since_last",] < 60


async def test_repairs_and_gaps_are_told_and_make_silence_suspicious(room: Room) -> None:
    now = clock.now()
    yesterday, overdue = now - timedelta(hours=25), now - timedelta(seconds=90)
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
        await builders.call(session, agent, repaired=["ended", "analyzed"], repaired_at=now)
        await builders.call(session, agent, repaired=["ended"], repaired_at=yesterday)
        await builders.call(session, agent, status=CallStatus.IN_PROGRESS, check_at=overdue)

    async with db.transaction(room.runtime.sessions) as session:
        told = as_health(await read_figures(session, room.org.id))
        metrics = _samples((await as_metrics(session)).decode(), room.org.slug)

    assert (told.missed, told.repaired_calls, told.last_repaired_at) == (2, 1, now)
    assert told.oldest_gap_seconds is not None
    assert 90 <= told.oldest_gap_seconds < 150
    assert told.silence_is_suspicious
    assert metrics["ringback_webhooks_missed",] == 2
    assert metrics["ringback_calls_repaired",] == 1
    assert metrics["ringback_calls_oldest_gap_seconds",] >= 90
    assert metrics["ringback_webhooks_silence_is_suspicious",] == 1


async def test_a_webhook_after_the_last_repair_ends_the_suspicion(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
        await builders.call(session, agent, repaired=["ended"], repaired_at=clock.now())
        session.add(Webhook(org_id=room.org.id, body_sha256=b"1", body_bytes=2))
        await session.flush()

        told = as_health(await read_figures(session, room.org.id))

    assert not told.silence_is_suspicious
    assert told.waiting == 1
    assert told.oldest_waiting_seconds is not None


async def test_what_is_older_than_a_day_is_not_counted_any_more(customer: Customer) -> None:
    await settled(customer, b"not JSON")
    async with db.transaction(customer.sessions) as session:
        await session.exec(
            update(Webhook)
            .where(col(Webhook.org_id) == customer.org.id)
            .values(received_at=clock.now() - timedelta(hours=25))
        )

    health = await customer.get("/webhooks/health")

    assert (health["received"], health["failed"]) == (0, 0)
    assert health["seconds_since_last"] > 24 * 3600


async def test_figures_are_those_of_the_callers_organisation(
    customer: Customer, stranger: Customer
) -> None:
    await settled(stranger, b"not JSON")

    assert (await customer.get("/webhooks/health"))["received"] == 0
    assert (await _metrics(customer))["ringback_webhooks", "failed"] == 0


async def _sign_of_a_worker(api: Service) -> tuple[float | None, float]:
    health = await api.get("/webhooks/health")
    metrics = _samples((await api.client.get("/metrics")).text, None)
    return health["seconds_since_worker"], metrics["ringback_worker_seconds_since_sign",]


async def test_a_worker_that_is_gone_is_told_from_one_that_has_nothing_to_do(
    dsn: str, sandbox: Sandbox, api: Service
) -> None:
    never = await _sign_of_a_worker(api)
    async with running_service(test_settings(dsn, sandbox), api=False):

        async def has_come() -> bool:
            return (await _sign_of_a_worker(api))[0] is not None

        await until(has_come, "the worker's first sign")
    async with db.transaction(api.sessions) as session:
        away = text("update schedules set next_run_at = next_run_at - interval '1 hour'")
        await (await session.connection()).execute(away)
    gone = await _sign_of_a_worker(api)

    assert never[0] is None
    assert math.isnan(never[1])
    assert gone[0] is not None
    assert 3590 < gone[0] < 3660
    assert 3590 < gone[1] < 3660


async def test_a_loss_meter_that_cannot_ask_says_so(room: Room, sandbox: Sandbox) -> None:
    await room.agent()
    path = {"path": "/v3/list-calls"}
    await sandbox.add_fault(target="api", match=path, kind="status", status=403)
    with suppress(AppError):
        await reconciliation.sweep(room.runtime, room.org.id)

    async with db.transaction(room.runtime.sessions) as session:
        health = as_health(await read_figures(session, room.org.id))
        metrics = _samples((await as_metrics(session)).decode(), room.org.slug)

    assert health.comparison_failing_since is not None
    assert "not allow" in (health.comparison_failure or "")
    assert metrics["ringback_calls_comparison_failing",] == 1
    assert math.isnan(metrics["ringback_calls_seconds_since_compared",])
