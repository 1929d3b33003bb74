"""From a policy to scores that people believe, in Chromium against the real processes."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from backend.auth.models import Role
from backend.platform import db
from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support import builders
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service
from tests.support.waiting import until


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_a_policy_is_written_and_published_scores_a_call_and_is_rated_blind(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        agent = await customer.get(f"/agents/{call['agent_id']}")

        await page.goto("/quality/policies")
        await log_in(page)
        await write_policy(page, agent["name"])
        policy = (await customer.get("/policies"))["items"][0]
        assert (policy["published_version"], len(policy["applies_to"])) == (1, 1)

        await page.goto(f"/calls/{call['id']}?tab=evaluation")
        await page.get_by_role("button", name="Score this call").click()
        scored = await evaluation_of(customer, call["id"])
        panel = page.get_by_role("region", name="Evaluation")
        await expect(panel.get_by_role("group", name="Score")).to_contain_text("assed")
        await expect(panel.get_by_text("measured by a rule").first).to_be_visible()
        await assert_accessible(page, "an evaluation")
        quoted = next(
            each for each in scored["results"] if each["evidence"]["quote"] and each["proven_by"]
        )
        await panel.get_by_role("button", name=quoted["name"]).first.click()
        await expect(page.locator("[data-proof] mark").first).to_be_visible()

        await calibrate(page, customer, policy)


async def write_policy(page: Page, agent: str) -> None:
    """Start from a preset, add a criterion, say whose calls it is for, and publish it."""
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
    await page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Scores calls: version 1")).to_be_visible()


async def evaluation_of(customer: Service, call_id: str) -> dict[str, Any]:
    async def probe() -> dict[str, Any] | None:
        call = await customer.get(f"/calls/{call_id}")
        found: dict[str, Any] | None = call["evaluation"]
        return found if found and found["status"] != "pending" else None

    return await until(probe, "the call to be scored")


async def calibrate(page: Page, customer: Service, policy: dict[str, Any]) -> None:
    """Ask two people to rate the call that was scored, and rate it as one of them."""
    async with db.transaction(customer.sessions) as session:
        org_id = UUID((await customer.get("/auth/me"))["organisation"]["id"])
        await builders.user(session, org_id, role=Role.REVIEWER)
    await page.goto("/quality/calibrations")
    await page.get_by_role("button", name="New calibration").click()
    dialog = page.get_by_role("dialog", name="New calibration")
    await dialog.get_by_role("combobox", name="Policy").click()
    await page.get_by_role("option", name=policy["name"]).click()
    await dialog.get_by_role("combobox", name="Raters").click()
    for option in await page.get_by_role("listbox").get_by_role("option").all():
        await option.click()
    await page.keyboard.press("Escape")
    await dialog.get_by_role("button", name="Start").click()
    await rate(page)
    await expect(page.get_by_text("1 of 2 ratings are in.")).to_be_visible()


async def rate(page: Page) -> None:
    rating = page.get_by_role("region", name="Your rating")
    await expect(rating).to_be_visible()
    for question in await rating.get_by_role("group").all():
        if await question.get_by_role("radiogroup").count():
            await question.locator("label").first.click()
    await rating.get_by_role("button", name="Save rating").click()
