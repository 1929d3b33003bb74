"""Look-ups in the settings, as an administrator makes and tries one, in Chromium."""

import re

import pytest
from playwright.async_api import expect

from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.customers import Customer
from tests.support.sandbox import Sandbox
from tests.support.service import PASSWORD


@pytest.mark.journey
async def test_a_look_up_is_made_tried_and_seen_to_refuse(
    dialer: Customer, sandbox: Sandbox
) -> None:
    answer = {"allowed": False, "reason": "It is on the national list.", "line_type": "mobile"}
    await sandbox.control("PUT", "/lookup/answers", {"+14155550100": answer})
    async with chromium() as browser, visiting(browser, dialer.settings.own_url) as page:
        await page.goto("/settings?section=rules")
        await log_in(page, dialer.user.email, PASSWORD)
        await page.get_by_role("button", name="New look-up").click()
        await page.get_by_label("Name").fill("National list")
        await page.get_by_label("Address").fill(f"{sandbox.url}/lookup/dial")
        await page.get_by_label("Service: calls people expect").check()
        await assert_accessible(page, "a new look-up")
        await page.get_by_role("button", name="Create look-up").click()
        secret = page.get_by_role("textbox", name="Secret")
        await expect(secret).to_have_value(re.compile("^whsec_"))
        await page.get_by_role("button", name="Done").click()

        await page.get_by_role("button", name="Try it: National list").click()
        await page.get_by_role("button", name="Ask now").click()
        await expect(page.get_by_text("It is on the national list, line: mobile")).to_be_visible()
        await assert_accessible(page, "a look-up that is tried")
        await page.get_by_role("button", name="Close").last.click()

        agent = await dialer.published_agent()
        body = {"agent_id": agent["id"], "to_number": "+14155550100"}
        await dialer.post("/compliance/check", body)
        await page.reload()
        asked = page.get_by_role("region", name="Look-ups before a dial")
        await expect(asked.get_by_text("Refused", exact=True)).to_be_visible()
        await expect(asked.get_by_text("Answers", exact=True)).to_be_visible()
        await assert_accessible(page, "look-ups and what they were asked")
