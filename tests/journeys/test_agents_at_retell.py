"""Agents here and at Retell, brought together in Chromium against the real processes."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.conftest import Install
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.retell_account import RetellAccount


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_what_somebody_changed_at_retell_is_taken_into_the_draft(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer, account = await running.customer(), RetellAccount(running.sandbox)
        agent = await customer.published_agent(prompt="Ask kindly for all stops.")
        path = f"/agents/{agent['id']}"
        await page.goto(path)
        await log_in(page)
        await page.get_by_role("button", name="More").click()
        await page.get_by_role("menuitem", name="Compare with Retell").click()
        await expect(page.get_by_text("Nothing differs", exact=True)).to_be_visible()

        await account.edit(agent, {"voice_speed": 1.4}, prompt="Ask rudely for all stops.")
        await page.get_by_role("button", name="Compare again").click()
        await expect(page.get_by_text("2 settings differ")).to_be_visible()
        prompt = page.get_by_role("group", name="Prompt", exact=True)
        await expect(prompt.locator("del")).to_have_text("kindly")
        await expect(prompt.locator("ins")).to_have_text("rudely")
        await assert_accessible(page)
        await page.get_by_role("link", name="Agents", exact=True).first.click()
        await page.get_by_role("link", name="Changed at Retell").click()

        await customer.patch(path, {"begin_message": "Not published yet."})
        await page.get_by_role("button", name="Take it into the draft").click()
        dialog = page.get_by_role("dialog", name="Take what is at Retell?")
        await dialog.get_by_role("button", name="Take it into the draft").click()
        await expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has changed")
        await dialog.get_by_role("button", name="Read it again").click()
        await page.get_by_role("button", name="Take it into the draft").click()
        await expect(dialog.get_by_text("Not published yet.")).to_be_visible()
        await assert_accessible(page)
        await dialog.get_by_role("button", name="Take it into the draft").click()

        await expect(page.get_by_text("The draft has what is live at Retell")).to_be_visible()
        await page.get_by_role("button", name="Publish", exact=True).click()
        publishing = page.get_by_role("dialog", name="Publish Check-in")
        await publishing.get_by_role("button", name="Publish", exact=True).click()
        await expect(page.get_by_text("Nothing differs", exact=True)).to_be_visible()
        taken = await customer.get(path)
        assert (taken["prompt"], taken["voice_speed"]) == ("Ask rudely for all stops.", 1.4)
        assert (taken["published_version"], taken["sync_state"]) == (2, "in_sync")


async def test_retell_gets_what_is_here_again_also_when_it_was_deleted_there(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer, account = await running.customer(), RetellAccount(running.sandbox)
        agent = await customer.published_agent()
        await account.edit(agent, {"voice_speed": 1.4})
        await page.goto(f"/agents/{agent['id']}?tab=retell")
        await log_in(page)
        await expect(page.get_by_role("group", name="Speed")).to_contain_text("1.4")

        await page.get_by_role("button", name="Overwrite at Retell").click()
        dialog = page.get_by_role("dialog", name="Overwrite what is at Retell?")
        await dialog.get_by_role("button", name="Overwrite at Retell").click()
        await expect(page.get_by_text("Nothing differs", exact=True)).to_be_visible()
        live = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
        assert live["voice_speed"] == 1

        await account.ask("DELETE", f"/delete-agent/{agent['retell_agent_id']}")
        await page.get_by_role("button", name="Compare again").click()
        await expect(page.get_by_text("The agent is gone at Retell")).to_be_visible()
        await expect(page.get_by_role("link", name="Gone at Retell")).to_be_visible()
        await assert_accessible(page)
        await page.get_by_role("button", name="Re-create").click()
        dialog = page.get_by_role("dialog", name="Re-create at Retell?")
        await dialog.get_by_role("button", name="Re-create").click()
        await expect(page.get_by_text("Nothing differs", exact=True)).to_be_visible()
        again = await customer.get(f"/agents/{agent['id']}")
        assert again["retell_agent_id"] != agent["retell_agent_id"]


async def test_a_retell_that_is_down_is_told_and_asked_again(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        agent = await customer.published_agent()
        await running.provider.end()
        await page.goto(f"/agents/{agent['id']}?tab=retell")
        await log_in(page)
        told = page.get_by_role("alert").filter(has_text="Retell cannot be reached")
        await expect(told).to_be_visible()
        await running.restart(running.provider)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_text("Nothing differs", exact=True)).to_be_visible()


async def test_an_agent_made_at_retell_is_taken_over(install: Install, browser: Browser) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer, account = await running.customer(), RetellAccount(running.sandbox)
        await page.goto("/agents")
        await log_in(page)
        await page.get_by_role("button", name="Import from Retell").first.click()
        dialog = page.get_by_role("dialog", name="Take over an agent from Retell")
        await expect(dialog.get_by_text("There is no voice agent at Retell")).to_be_visible()
        await assert_accessible(page)
        await dialog.get_by_role("button", name="Close").click()

        known = await customer.published_agent()
        llm = await account.ask("POST", "/create-retell-llm", {"general_prompt": "Sell {{what}}."})
        engine = {"type": "retell-llm", "llm_id": llm["llm_id"]}
        made = {"agent_name": "Sales", "voice_id": "11labs-Adrian", "response_engine": engine}
        theirs = await account.ask("POST", "/create-agent", made)
        await page.get_by_role("button", name="Import from Retell").first.click()
        await expect(dialog.get_by_role("listitem")).to_have_count(2)
        already = dialog.get_by_role("link", name="Show Check-in, which is here already")
        await expect(already).to_have_attribute("href", f"/agents/{known['id']}")
        await assert_accessible(page)
        await dialog.get_by_role("textbox", name="Name or id").fill("nobody")
        await expect(dialog.get_by_text("No agent at Retell is called so.")).to_be_visible()
        await dialog.get_by_role("textbox", name="Name or id").fill("sal")
        await dialog.get_by_role("button", name="Take over Sales").click()

        await expect(page.get_by_role("heading", name="Sales", level=1)).to_be_visible()
        await expect(page.get_by_role("textbox", name="Prompt")).to_have_value("Sell {{what}}.")
        taken = await customer.get(f"/agents/{page.url.rpartition('/')[2]}")
        assert taken["retell_agent_id"] == theirs["agent_id"]
        assert [each["name"] for each in taken["variables"]] == ["what"]
