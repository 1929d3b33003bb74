"""A campaign from its start to its end, as its owner sees it."""

from datetime import timedelta

from backend.platform import clock
from tests.campaigns.lists import add, campaign_in, contact_in, contacts, draft, started
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import Sandbox

MIKE, NOBODY, BUSY, VOICEMAIL = "+14155550110", "+14155550101", "+14155550102", "+14155550103"
OTHER, THIRD = "+14155550188", "+14155550187"


async def test_everybody_is_called_once_and_ends_with_a_name(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()

    campaign = await started(customer, agent, [MIKE, NOBODY, BUSY, VOICEMAIL], voicemail="done")

    done = await campaign_in(customer, campaign, "completed")
    ends = {
        number: (each["state"], each["reason"], each["attempts"])
        for number, each in (await contacts(customer, campaign)).items()
    }
    assert ends == {
        MIKE: ("done", "completed", 1),
        VOICEMAIL: ("done", "voicemail_left", 1),
        NOBODY: ("exhausted", "no_answer", 1),
        BUSY: ("exhausted", "busy", 1),
    }
    assert done["counts"] | {"contacts": 4, "done": 2, "exhausted": 2} == done["counts"]
    assert len(await sandbox.calls()) == 4
    story = await contact_in(customer, campaign, MIKE, "done")
    (attempt,) = story["attempts_made"]
    call = await customer.get(f"/calls/{attempt['call_id']}")
    assert call["metadata"] == {
        "campaign_id": campaign["id"],
        "contact_id": story["id"],
        "attempt": 1,
    }


async def test_a_draft_and_a_scheduled_one_call_nobody(customer: Customer) -> None:
    agent = await customer.published_agent()
    later = (clock.now() + timedelta(days=1)).isoformat()
    left = await draft(customer, agent)
    await add(customer, left, [MIKE])

    scheduled = await started(customer, agent, [OTHER], starts_at=later)
    # What is placed after them is dialled, so they would have been.
    placed = await customer.call(agent, to_number=THIRD)
    await customer.call_in(placed["id"], "ended", "in_progress", "not_connected")

    assert scheduled["status"] == "scheduled"
    listed = (await customer.get("/calls"))["items"]
    assert [each["id"] for each in listed] == [placed["id"]]


async def test_who_is_suppressed_is_refused_by_name_and_costs_no_attempt(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    await customer.post("/suppressions", {"to_number": MIKE})

    campaign = await started(customer, agent, [MIKE])

    await campaign_in(customer, campaign, "completed")
    refused = await contact_in(customer, campaign, MIKE, "refused")
    assert (refused["reason"], refused["attempts"]) == ("suppressed", 0)
    assert refused["attempts_made"] == []


async def test_what_it_calls_for_is_said_before_it_starts(customer: Customer) -> None:
    agent = await customer.published_agent()
    campaign = await draft(customer, agent, purpose=None)
    await add(customer, campaign, [MIKE])

    for wrong in (None, "marketing"):
        await customer.patch(f"/campaigns/{campaign['id']}", {"purpose": wrong})
        refused = await customer.client.post(f"/api/v1/campaigns/{campaign['id']}/start")

        problem = problem_of(refused, 422, "campaign-not-ready")
        assert pointers(problem) == ["/purpose"]


async def test_without_contacts_or_the_field_it_asks_for_it_does_not_start(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    path = "/api/v1/campaigns"
    empty = await draft(customer, agent)
    problem_of(await customer.client.post(f"{path}/{empty['id']}/start"), 422, "campaign-not-ready")
    asking = await draft(customer, agent, done_when={"field": "outcome", "in": ["ok"]})
    await add(customer, asking, [MIKE])

    refused = await customer.client.post(f"{path}/{asking['id']}/start")

    assert pointers(problem_of(refused, 422, "campaign-not-ready")) == ["/done_when/field"]


async def test_a_campaign_of_another_organisation_is_not_there(
    customer: Customer, stranger: Customer
) -> None:
    campaign = await draft(stranger, await stranger.published_agent())

    found = await customer.client.get(f"/api/v1/campaigns/{campaign['id']}")

    problem_of(found, 404, "campaign-not-found")


async def test_a_campaign_goes_on_with_a_version_of_its_own_agent_whatever_is_changed(
    customer: Customer,
) -> None:
    first, other = await customer.published_agent(), await customer.published_agent()
    await customer.post(f"/agents/{first['id']}/publish")
    later = (clock.now() + timedelta(days=1)).isoformat()
    campaign = await started(customer, first, [MIKE], starts_at=later)
    assert campaign["agent_version"] == 2
    path = f"/campaigns/{campaign['id']}"

    assert (await customer.patch(path, {"agent_version": None}))["agent_version"] == 2
    assert (await customer.patch(path, {"agent_id": other["id"]}))["agent_version"] == 1
