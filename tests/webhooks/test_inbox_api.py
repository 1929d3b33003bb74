"""The inbox over the API: listed, shown, applied again."""

from typing import Any

import httpx
import pytest
from sqlmodel import col, update

from backend.auth.models import Role
from backend.cli import admin
from backend.platform import db, ids
from backend.webhooks.models import Webhook, WebhookState
from tests.support.customers import Customer
from tests.support.inbox import event_names, send, settled, stored_webhooks, the_call
from tests.support.problems import problem_of
from tests.support.retell_side import RetellSide
from tests.support.signing import as_sent
from tests.support.waiting import until


async def _change(customer: Customer, **columns: Any) -> None:
    """Put columns of all the customer's webhooks to other values."""
    async with db.transaction(customer.sessions) as session:
        await session.exec(
            update(Webhook).where(col(Webhook.org_id) == customer.org.id).values(**columns)
        )


async def _replay(customer: Customer, webhook_id: str) -> httpx.Response:
    return await customer.client.post(f"/api/v1/webhooks/{webhook_id}/replay")


async def _settled_again(customer: Customer, webhook_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        webhook: dict[str, Any] = await customer.get(f"/webhooks/{webhook_id}")
        return webhook if webhook["state"] != WebhookState.RECEIVED else None

    return await until(probe, "the webhook to be applied again")


async def test_the_inbox_lists_newest_first_by_state_and_in_pages(customer: Customer) -> None:
    agent = await customer.published_agent()
    mine = RetellSide(agent["retell_agent_id"])
    await settled(customer, mine.started(), b"not JSON", mine.ended(), b"nor this")
    await settled(customer, RetellSide("agent_of_nobody").ended())

    first = await customer.get("/webhooks", limit=3)
    second = await customer.get("/webhooks", limit=3, cursor=first["next_cursor"])
    by_state = {
        state.value: [
            item["event"] for item in (await customer.get("/webhooks", state=state))["items"]
        ]
        for state in WebhookState
    }

    listed = first["items"] + second["items"]
    assert [item["event"] for item in listed] == [
        "call_ended",
        None,
        "call_ended",
        None,
        "call_started",
    ]
    assert second["next_cursor"] is None
    assert by_state == {
        "received": [],
        "applied": ["call_ended", "call_started"],
        "ignored": ["call_ended"],
        "failed": [None, None],
    }
    applied = listed[-1]
    assert applied["call_id"] == (await the_call(customer))["id"]
    assert applied["retell_call_id"] == mine.call_id
    assert (applied["attempts"], applied["repeats"], applied["error"]) == (1, 0, None)
    assert applied["applied_at"] is not None
    assert "body" not in applied


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "state=lost", "cursor=7"])
async def test_a_list_that_cannot_be_given_is_refused_with_the_parameter(
    customer: Customer, query: str
) -> None:
    response = await customer.client.get(f"/api/v1/webhooks?{query}")

    document = problem_of(response, 422, "invalid-request")
    assert document["errors"][0]["pointer"] == f"query:{query.partition('=')[0]}"


async def test_only_administrators_see_the_body(customer: Customer) -> None:
    body = as_sent(RetellSide("agent_of_nobody").ended(note="¿qué?"))
    (received,) = await settled(customer, body)
    path = f"/webhooks/{received['id']}"

    seen = {role: await (await customer.colleague(role)).get(path) for role in Role}

    assert seen[Role.ADMIN]["body"] == body.decode()
    assert seen[Role.ADMIN]["headers"]["x-retell-signature"].startswith("v=")
    assert (seen[Role.MANAGER]["body"], seen[Role.REVIEWER]["body"]) == (None, None)


async def test_reviewers_may_not_apply_webhooks_again(customer: Customer) -> None:
    (received,) = await settled(customer, b"not JSON")

    response = await _replay(await customer.colleague(Role.REVIEWER), received["id"])

    problem_of(response, 403, "role-missing")


async def test_another_organisations_webhook_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    (received,) = await settled(customer, b"not JSON")

    shown = await stranger.client.get(f"/api/v1/webhooks/{received['id']}")
    replayed = await _replay(stranger, received["id"])

    for response in (shown, replayed, await _replay(customer, str(ids.new_id()))):
        problem_of(response, 404, "webhook-not-found")
    assert (await stranger.get("/webhooks"))["items"] == []


async def test_a_replayed_webhook_is_applied_from_the_bytes_that_came(customer: Customer) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await send(customer, side.ended())
    # As after an outage in which all attempts were used up.
    await settled(customer)
    await _change(customer, state=WebhookState.FAILED, error="The database was gone.")
    (failed,) = (await customer.get("/webhooks", state="failed"))["items"]

    response = await _replay(customer, failed["id"])

    assert response.status_code == 202
    assert (response.json()["state"], response.json()["error"]) == ("received", None)
    replayed = await _settled_again(customer, failed["id"])
    assert (replayed["state"], replayed["attempts"]) == ("applied", 2)


async def test_replaying_what_was_applied_changes_and_announces_nothing(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    received = await settled(customer, side.started(), side.ended())
    before = await the_call(customer)
    announced = await event_names(customer, before["id"])

    for webhook in received:
        assert (await _replay(customer, webhook["id"])).status_code == 202
    await settled(customer)

    assert await the_call(customer) == before
    assert await event_names(customer, before["id"]) == announced


async def test_a_webhook_whose_body_is_no_longer_kept_cannot_be_replayed(
    customer: Customer,
) -> None:
    (received,) = await settled(customer, b"not JSON")
    await _change(customer, body=None)

    response = await _replay(customer, received["id"])

    problem_of(response, 409, "webhook-body-pruned")
    assert (await customer.get(f"/webhooks/{received['id']}"))["state"] == "failed"


async def test_the_command_replays_in_bulk_by_state_and_event(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = await customer.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.started(), side.ended(), side.analyzed(), b"not JSON")
    await _change(customer, state=WebhookState.FAILED)
    work: list[Any] = []
    monkeypatch.setattr(admin, "with_database", work.append)

    admin.replay(event="call_ended", org=customer.org.slug, since=None, limit=10)
    admin.replay(event=None, org=customer.org.slug, since=None, limit=2)
    for run in work:
        await run(customer.sessions, customer.settings)

    await settled(customer)
    states = {row.event: row.state.value for row in await stored_webhooks(customer)}
    assert states == {
        "call_started": "applied",
        "call_ended": "applied",
        "call_analyzed": "applied",
        None: "failed",
    }
    assert capsys.readouterr().out.splitlines() == [
        "1 webhooks are to be applied again.",
        "2 webhooks are to be applied again.",
    ]
