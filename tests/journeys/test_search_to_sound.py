"""From what somebody remembers of a call to the moment it was said, and to hearing it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service
from tests.support.waiting import until

_PLAYS = "() => { const a = document.querySelector('audio'); return !!a && a.currentTime > 0 }"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def _embedded(service: Service, calls: int) -> dict[str, Any] | None:
    stands: dict[str, Any] = await service.get("/search/meaning")
    return stands if stands["state"] == "ready" and stands["embedded_calls"] == calls else None


async def test_a_moment_is_found_by_what_it_means_and_heard(
    install: Install, browser: Browser
) -> None:
    async with install(EMBEDDER="openai/sandbox-stand-in") as running:
        customer = await running.customer()
        for _ in range(2):
            await place_call(customer)
        await until(lambda: _embedded(customer, 2), "both calls to be embedded", patience=60)

        async with visiting(browser, running.urls[0]) as page:
            await page.goto("/search")
            await log_in(page)
            await page.get_by_text("Meaning", exact=True).click()
            await page.get_by_role("textbox", name="What was said").fill("tardy")
            moments = page.get_by_role("article")
            await expect(moments).not_to_have_count(0)
            await assert_accessible(page, "what was found")

            await moments.first.get_by_role("link", name="More like this").click()
            await expect(page.get_by_text("More like one moment")).to_be_visible()
            await expect(page.get_by_role("status").get_by_text("in other calls")).to_be_visible()

            await moments.first.get_by_role("link", name="Play from").click()
            await page.wait_for_function(_PLAYS, timeout=20_000)
