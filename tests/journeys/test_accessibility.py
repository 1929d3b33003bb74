"""The admin UI can be used by everybody: every place of it, light and dark, wide and narrow."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.journeys.conftest import Install
from tests.journeys.test_admin_ui import INVENTION
from tests.journeys.test_call import place_call
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.retell_account import RetellAccount
from tests.support.ui_walk import walk

PHONE = ViewportSize(width=390, height=844)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_section_tab_and_dialog_can_be_used_by_everybody(
    install: Install, browser: Browser, scheme: str
) -> None:
    async with (
        install() as running,
        visiting(browser, running.urls[0], color_scheme=scheme) as page,
    ):
        customer = await running.customer()
        await running.sandbox.control("POST", "/llm/faults", INVENTION)
        call = await place_call(customer)
        await customer.record_of(call["id"])
        draft = await customer.post(
            "/agents", {"name": "Route planning", "prompt": "Ask {{name}} for all stops."}
        )
        agent = await customer.get(f"/agents/{call['agent_id']}")
        await RetellAccount(running.sandbox).edit(agent, {"voice_speed": 1.4}, prompt="Be rude.")
        await page.goto("/set-password#token=made-up")
        await expect(page.get_by_label("New password")).to_be_visible()
        await assert_accessible(page)
        await page.goto("/")
        await expect(page.get_by_role("button", name="Log in")).to_be_visible()
        await assert_accessible(page)
        await log_in(page)
        await running.sandbox.control("PUT", "/speed", {"speed": 0.2})
        await place_call(customer)
        await expect(page.get_by_text("In progress", exact=True)).to_be_visible()
        await assert_accessible(page)

        seen = []
        async for place in walk(page, call["id"], call["agent_id"], draft["id"]):
            await assert_accessible(page, place)
            seen.append(place)
        assert {"call-timeline", "publish", "replace-records", "settings-models"} <= set(seen)

        await page.set_viewport_size(PHONE)
        for path in ("/", "/calls", f"/calls/{call['id']}"):
            await page.goto(path)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            await assert_accessible(page, f"{path} on a phone")
        await page.get_by_role("button", name="Open the navigation").click()
        await expect(page.get_by_role("link", name="Live board")).to_be_visible()
        await assert_accessible(page, "the navigation on a phone")
