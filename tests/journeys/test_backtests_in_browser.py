"""Extraction tried again over past calls, in Chromium against the real processes."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_what_a_schema_would_make_of_past_calls_is_seen_before_anything_is_replaced(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        call = await place_call(customer)
        made = await customer.record_of(call["id"])
        said = made["data"]["current_location"]
        correction = {"data": {"current_location": "Somewhere else"}}
        await customer.patch(f"/calls/{call['id']}/record", correction)

        await page.goto(f"/agents/{call['agent_id']}?tab=record")
        await log_in(page)
        await page.get_by_role("link", name="Try on past calls").click()
        dialog = page.get_by_role("dialog", name="Try on past calls")
        await expect(dialog.get_by_label("Version", exact=True).first).to_be_visible()
        await assert_accessible(page)
        await dialog.get_by_role("button", name="Choose these calls").click()
        await expect(page.get_by_text("Nothing has been asked yet.")).to_be_visible()
        await page.get_by_role("button", name="Start").click()

        await expect(page.get_by_text("Done, nothing replaced")).to_be_visible()
        trial = page.get_by_role("region", name="Call by call").get_by_role("article")
        await expect(trial).to_contain_text("Somewhere else")
        await assert_accessible(page)
        assert (await customer.get(f"/calls/{call['id']}/record"))["revision"] == 2

        await page.get_by_role("button", name="Replace the records").click()
        asked = page.get_by_role("dialog", name="Replace the records?")
        await asked.get_by_label("Also replace records that a person vouches for").check()
        await asked.get_by_role("button", name="Replace", exact=True).click()
        await expect(page.get_by_text("Records replaced")).to_be_visible()
        replaced = await customer.get(f"/calls/{call['id']}/record")
        assert (replaced["revision"], replaced["data"]["current_location"]) == (3, said)
        await page.get_by_role("link", name="Back-tests").click()
        await expect(page.get_by_role("row").nth(1)).to_contain_text("Records replaced")
