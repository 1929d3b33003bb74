"""From a policy to scores that people believe, in Chromium against the real processes."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from backend.auth.models import Role
from backend.platform import db
from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support import builders
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service

REVIEWER = "reviewer@example.com"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_a_policy_scores_a_call_and_people_override_dispute_and_calibrate_it(
    install: Install, browser: Browser
) -> None:
    async with (
        install() as running,
        visiting(browser, running.urls[0]) as manager,
        visiting(browser, running.urls[0]) as reviewer,
    ):
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        await add_reviewer(customer)
        scores = f"/calls/{call['id']}?tab=evaluation"

        await manager.goto("/quality/policies")
        await log_in(manager)
        await write_policy(manager, (await customer.get(f"/agents/{call['agent_id']}"))["name"])
        await back_test(manager)
        await publish(manager)
        policy = (await customer.get("/policies"))["items"][0]
        assert (policy["published_version"], len(policy["applies_to"])) == (1, 1)

        await manager.goto(scores)
        await see_it_scored(manager)
        await override(manager)
        await reviewer.goto(scores)
        await log_in(reviewer, REVIEWER)
        await comment(reviewer)
        await dispute(reviewer)
        await decide(manager)
        assert [each["revision"] for each in await revisions_of(customer, call)] == [1, 2, 3]

        await start_calibration(manager, policy)
        await rate(manager)
        await expect(manager.get_by_text("1 of 2 ratings are in.")).to_be_visible()
        await reviewer.goto("/quality/calibrations")
        await reviewer.get_by_role("link", name=f"{policy['name']}, version 1").click()
        await expect(reviewer.get_by_role("region", name="Verdicts side by side")).to_have_count(0)
        await rate(reviewer)
        await see_agreement(manager)


async def add_reviewer(customer: Service) -> None:
    async with db.transaction(customer.sessions) as session:
        org_id = UUID((await customer.get("/auth/me"))["organisation"]["id"])
        await builders.user(session, org_id, role=Role.REVIEWER, email=REVIEWER)


async def write_policy(page: Page, agent: str) -> None:
    """Start from a preset, add a criterion, and say whose calls it is for."""
    await page.get_by_role("button", name="New policy").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Support").click()
    await page.get_by_role("button", name="Add a criterion").click()
    await page.get_by_label("Name", exact=True).last.fill("Thanks the caller")
    await page.get_by_label("Question for the judge").fill("Did the agent thank the caller?")
    await page.get_by_role("tab", name="Which calls").click()
    await page.get_by_role("button", name="Add an agent").click()
    await page.get_by_role("combobox", name="Agent", exact=True).click()
    await page.get_by_role("option", name=agent).click()
    await page.get_by_role("button", name="Save draft").click()


async def back_test(page: Page) -> None:
    """Have the draft tried on the call there was, before anything is published."""
    await page.get_by_role("tab", name="Try it").click()
    tried = page.get_by_role("region", name="Back-test")
    await tried.get_by_role("button", name="Try on past calls").click()
    await expect(tried.get_by_text("1 of 1 calls tried.")).to_be_visible()
    await expect(tried.get_by_role("row").nth(1)).to_contain_text("→")
    await assert_accessible(page, "a back-test")


async def publish(page: Page) -> None:
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Scores calls: version 1")).to_be_visible()


async def see_it_scored(page: Page) -> None:
    """Have the call scored, and look at what proves a verdict."""
    await page.get_by_role("button", name="Score this call").click()
    panel = evaluation(page)
    await expect(panel.get_by_role("group", name="Score")).to_contain_text("assed")
    await expect(panel.get_by_text("measured by a rule").first).to_be_visible()
    await assert_accessible(page, "an evaluation")
    proven = panel.locator("[data-proof]:enabled", has_text="read twice")
    await proven.first.click()
    await expect(page.locator("li[data-proof] mark").first).to_be_visible()


async def override(page: Page) -> None:
    panel = evaluation(page)
    await panel.get_by_role("button", name="Override Thanks the caller").click()
    await panel.get_by_role("radiogroup").get_by_text("No", exact=True).click()
    await panel.get_by_label("Why (optional)").fill("Only to themselves.")
    await panel.get_by_role("button", name="Keep this").click()
    await panel.get_by_role("button", name="Save overrides").click()
    await expect(panel.get_by_text("Note: Only to themselves.")).to_be_visible()
    await expect(panel.get_by_text("by a person")).to_be_visible()


async def comment(page: Page) -> None:
    """Say something of the first turn."""
    turn = page.get_by_role("list", name="What was said").get_by_role("listitem").first
    await turn.get_by_role("button", name="Comment at").click()
    await turn.get_by_role("textbox").fill("No name is given.")
    await turn.get_by_role("button", name="Comment", exact=True).click()
    await expect(turn.get_by_role("listitem")).to_contain_text("No name is given.")
    await assert_accessible(page, "a comment")


async def dispute(page: Page) -> None:
    """Say as somebody who may not decide it that the evaluation is wrong."""
    panel = evaluation(page)
    await panel.get_by_role("button", name="Dispute").click()
    dialog = page.get_by_role("dialog", name="Dispute this evaluation")
    await dialog.get_by_label("What is wrong").fill("The agent thanks the driver in the end.")
    await dialog.get_by_role("button", name="Dispute").click()
    await expect(panel.get_by_text("A manager who did not raise it decides.")).to_be_visible()
    await expect(panel.get_by_role("button", name="Approve")).to_have_count(0)


async def decide(page: Page) -> None:
    """Turn the dispute down, in the queue and by its key."""
    await page.goto("/quality/review?status=disputed")
    panel = evaluation(page)
    await expect(panel.get_by_text("Disputed by Somebody")).to_be_visible()
    await assert_accessible(page, "a disputed evaluation")
    await page.keyboard.press("a")
    await expect(page.get_by_text("All caught up")).to_be_visible()


async def revisions_of(customer: Service, call: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/calls/{call['id']}/evaluation/revisions"
    revisions: list[dict[str, Any]] = await customer.get(path)
    return revisions


def evaluation(page: Page) -> Locator:
    return page.get_by_role("region", name="Evaluation")


async def start_calibration(page: Page, policy: dict[str, Any]) -> None:
    """Ask both people to rate the call that was scored."""
    await page.goto("/quality/calibrations")
    await page.get_by_role("button", name="New calibration").click()
    dialog = page.get_by_role("dialog", name="New calibration")
    await dialog.get_by_role("combobox", name="Policy").click()
    await page.get_by_role("option", name=policy["name"]).click()
    await dialog.get_by_role("combobox", name="Raters").click()
    options = page.get_by_role("listbox").get_by_role("option")
    await expect(options).to_have_count(2)
    for option in await options.all():
        await option.click()
    await page.keyboard.press("Escape")
    await dialog.get_by_role("button", name="Start").click()


async def rate(page: Page) -> None:
    rating = page.get_by_role("region", name="Your rating")
    await expect(rating).to_be_visible()
    for question in await rating.get_by_role("group").all():
        if await question.get_by_role("radiogroup").count():
            await question.locator("label").first.click()
    await rating.get_by_role("button", name="Save rating").click()
    await expect(rating).to_have_count(0)


async def see_agreement(page: Page) -> None:
    """Once all is in, whoever looks sees how far people and the model agree."""
    agreement = page.get_by_role("region", name="Agreement")
    await expect(agreement).to_be_visible()
    await agreement.get_by_role("button", name="Thanks the caller").click()
    await expect(agreement.get_by_text("Pair by pair (kappa)")).to_be_visible()
    await expect(page.get_by_role("region", name="Verdicts side by side")).to_be_visible()
    await assert_accessible(page, "a calibration")
