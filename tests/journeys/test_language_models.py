"""The language models of the settings, tried in Chromium against the real processes."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.conftest import Install
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium

MODEL = "openai/sandbox-stand-in"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_a_model_is_tried_and_says_in_words_what_is_wrong(
    install: Install, browser: Browser
) -> None:
    prices = f'{{"{MODEL}": [25, 200]}}'
    async with (
        install(workers=0, LLM_PRICES=prices) as running,
        visiting(browser, running.urls[0]) as page,
    ):
        await page.goto("/settings?section=models")
        await log_in(page)
        row = page.get_by_role("row", name=MODEL)
        await expect(row).to_contain_text("Makes records")
        await expect(row).to_contain_text("$0.25")
        await row.get_by_role("button", name=f"Test {MODEL}").click()
        await expect(page.get_by_role("status").get_by_text("It works")).to_be_visible()
        await assert_accessible(page)

        await running.sandbox.control("POST", "/llm/faults", {"kind": "connection_reset"})
        await row.get_by_role("button", name=f"Test {MODEL}").click()
        told = page.get_by_role("alert").filter(has_text="It cannot be reached, or failed")
        await expect(told).to_be_visible()

        model = page.get_by_label("Language model")
        await model.fill("gpt")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Write provider/model")).to_be_visible()
        await model.fill("anthropic/some-model")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Cannot be asked", exact=True)).to_be_visible()
        await assert_accessible(page)
        await page.get_by_role("button", name="Test anthropic/some-model").click()
        await expect(page.get_by_text("It cannot be asked with these settings")).to_be_visible()

        customer = await running.customer()
        assert (await customer.get("/organisation"))["llm_model"] == "anthropic/some-model"
