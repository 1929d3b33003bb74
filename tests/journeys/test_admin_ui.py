"""The admin UI in Chromium, against the real processes and the sandbox."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from backend.auth.models import Role
from backend.platform import db, ui
from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support import builders
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium

# About 15 seconds from the first word to the last: time to watch.
SLOWLY = ("--speed", "0.4")
FIRST_LOAD_LIMIT = 300_000
# The model gives a quote that was not said, so a person has to look.
INVENTION = {"kind": "invented_quote", "params": {"fields": ["delay_reason"]}}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_from_the_first_login_to_an_approved_record(
    install: Install, browser: Browser
) -> None:
    async with install(sandbox=SLOWLY) as running, visiting(browser, running.urls[0]) as page:
        await running.sandbox.control("POST", "/llm/faults", INVENTION)
        await page.goto("/")
        await log_in(page)

        await page.get_by_role("button", name="Driver check-in").click()
        await page.get_by_role("button", name="Publish Driver check-in").click()
        await page.get_by_role("button", name="Place the first call").click()
        dialog = page.get_by_role("dialog", name="New call")
        number = dialog.get_by_role("textbox", name="Number", exact=True)
        await number.press_sequentially("4155550110")
        await expect(number).to_have_value("(415) 555-0110")
        await dialog.get_by_role("button", name="Call now").click()
        await expect(dialog.get_by_text("Enter a value for Driver name.")).to_be_visible()
        await expect(dialog.get_by_label("Driver name")).to_be_focused()
        await dialog.get_by_label("Driver name").fill("Mike")
        await dialog.get_by_label("Load number").fill("7891-B")
        await dialog.get_by_role("button", name="Call now").click()

        await follow_the_call(page)
        record = page.get_by_role("region", name="Record", exact=True)
        await expect(record.get_by_text("Needs review")).to_be_visible()
        await light_a_proof(page)
        await record.get_by_role("button", name="Correct Delay reason").click()
        await record.get_by_label("Delay reason").fill("construction on I-10")
        await record.get_by_role("button", name="Keep").click()
        await record.get_by_label("Why (optional)").fill("Heard it myself")
        await record.get_by_role("button", name="Save corrections").click()
        await expect(record.get_by_text("Corrected", exact=True)).to_be_visible()

        await page.get_by_role("tab", name="Revisions").click()
        latest = page.get_by_role("article", name="Revision 2")
        await expect(latest.get_by_text("construction on I-10")).to_be_visible()
        await expect(latest.get_by_text("Heard it myself")).to_be_visible()


async def follow_the_call(page: Page) -> None:
    """Watch it move by itself: the page is never loaded again."""
    await page.evaluate("window.wasNotReloaded = true")
    steps = page.get_by_role("list", name="How far the call has come")
    await expect(steps.locator("[aria-current=step]")).to_have_text("In progress")
    turns = page.get_by_role("list", name="What was said").get_by_role("listitem")
    await expect(turns.nth(3)).to_be_visible()
    await expect(steps.get_by_text("Record: needs review")).to_be_visible(timeout=60_000)
    assert await page.evaluate("window.wasNotReloaded")


async def light_a_proof(page: Page) -> None:
    record = page.get_by_role("region", name="Record", exact=True)
    proven = record.get_by_role("button", name=re.compile("^Current location"))
    await proven.hover()
    await expect(page.get_by_role("region", name="Transcript").locator("mark")).to_be_visible()


async def test_approving_a_record_takes_one_click(install: Install, browser: Browser) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        await running.sandbox.control("POST", "/llm/faults", INVENTION)
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        await page.goto(f"/calls/{call['id']}")
        await log_in(page)

        await page.get_by_role("button", name="Approve", exact=True).click()

        record = page.get_by_role("region", name="Record", exact=True)
        await expect(record.get_by_text("Approved", exact=True)).to_be_visible()
        assert (await customer.get(f"/calls/{call['id']}/record"))["status"] == "corrected"


async def test_the_key_that_approves_saves_what_was_corrected(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        await running.sandbox.control("POST", "/llm/faults", INVENTION)
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        await page.goto("/review")
        await log_in(page)
        record = page.get_by_role("region", name="Record", exact=True)

        await record.get_by_role("button", name="Correct Delay reason").press("Enter")
        await expect(record.get_by_label("Delay reason")).to_be_focused()
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.type("construction on I-10")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Live board").click()
        await page.get_by_role("button", name="Stay").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await page.keyboard.press("a")

        await expect(page.get_by_text("All caught up")).to_be_visible()
        saved = await customer.get(f"/calls/{call['id']}/record")
        assert saved["origin"] == "correction"
        assert saved["data"]["delay_reason"] == "construction on I-10"


async def test_a_time_is_corrected_by_the_clock_of_the_agents_zone(
    install: Install, browser: Browser
) -> None:
    elsewhere = {"timezone_id": "Asia/Tokyo", "locale": "en-US"}
    async with (
        install() as running,
        visiting(browser, running.urls[0], **elsewhere) as page,
    ):
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        zone = (await customer.get(f"/agents/{call['agent_id']}"))["time_zone"]
        await page.goto(f"/calls/{call['id']}")
        await log_in(page)
        record = page.get_by_role("region", name="Record", exact=True)

        await record.get_by_role("button", name="Correct ETA").click()
        await record.get_by_label(f"ETA ({zone})").fill("2026-11-23T08:00")
        await page.keyboard.press("Enter")
        await expect(record.get_by_text("Nov 23, 2026, 8:00")).to_be_visible()
        await record.get_by_role("button", name="Save corrections").click()
        await expect(record.get_by_text("Corrected", exact=True)).to_be_visible()

        local = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo(zone))
        saved = (await customer.get(f"/calls/{call['id']}/record"))["data"]["eta"]
        assert datetime.fromisoformat(saved) == local
        await find_words(page)


async def find_words(page: Page) -> None:
    """Go from match to match, round to the first again."""
    search = page.get_by_label("Search the transcript")
    marks = page.get_by_role("region", name="Transcript").locator("mark[aria-current]")
    await search.fill("you")
    told = page.get_by_role("status").filter(has_text=re.compile(r"^\d+ of \d+$"))
    await expect(told).to_have_text(re.compile("^1 of "))
    await expect(marks).to_be_in_viewport()
    await search.press("Enter")
    await expect(told).to_have_text(re.compile("^2 of "))
    await search.press("Shift+Enter")
    await search.press("Shift+Enter")
    await expect(told).to_have_text(re.compile(r"^(\d+) of \1$"))
    await expect(marks).to_be_in_viewport()


async def test_logging_in_and_out(install: Install, browser: Browser) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        await page.goto("/calls?status=ended")
        await log_in(page, password="something else")
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(page.get_by_label("Password", exact=True)).to_have_value("")

        await log_in(page)

        await expect(page).to_have_url(re.compile(r"/calls\?status=ended$"))
        await page.get_by_role("button", name="Administrator").click()
        await page.get_by_role("menuitem", name="Log out").click()
        await expect(page).to_have_url(re.compile("/login"))
        await page.goto("/calls")
        await expect(page.get_by_role("button", name="Log in")).to_be_visible()


async def test_a_login_that_ends_elsewhere_leads_back_to_where_one_was(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        await page.goto("/calls?q=%2B14155550100")
        await log_in(page)
        await expect(page.get_by_text("No call matches")).to_be_visible()
        await page.request.post("/api/v1/auth/logout")

        await expect(page.get_by_text("Your session has ended")).to_be_visible()
        await log_in(page)

        await expect(page.get_by_text("No call matches")).to_be_visible()


async def test_a_lost_connection_is_told_and_made_up_for(
    install: Install, browser: Browser
) -> None:
    # The worker keeps the embedded PostgreSQL running meanwhile.
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        await page.goto("/")
        await log_in(page)
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        call = await place_call(customer)
        finished = page.get_by_role("region", name="Just finished")
        await customer.record_of(call["id"])
        await expect(finished.get_by_role("listitem")).to_have_count(1)

        await running.apis[0].end()
        await expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
        await running.restart(running.apis[0])
        await expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=30_000)

        again = await place_call(await running.customer())
        await customer.record_of(again["id"])
        await expect(finished.get_by_role("listitem")).to_have_count(2)


async def test_a_reviewer_corrects_but_places_no_calls(install: Install, browser: Browser) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        call = await place_call(customer)
        await customer.record_of(call["id"])
        me = await customer.get("/auth/me")
        async with db.transaction(customer.sessions) as session:
            await builders.user(
                session, UUID(me["organisation"]["id"]), role=Role.REVIEWER, email="qa@example.com"
            )
        await page.goto("/calls")
        await log_in(page, "qa@example.com")

        await page.get_by_role("row").nth(1).get_by_role("link").click()
        record = page.get_by_role("region", name="Record", exact=True)
        await expect(record.get_by_role("button", name="Correct Driver status")).to_be_visible()
        await expect(page.get_by_role("button", name="Re-run extraction")).to_have_count(0)
        await page.get_by_role("link", name="Live board").click()
        await expect(page.get_by_role("heading", name="On the phone")).to_be_visible()
        await expect(page.get_by_role("button", name="New call")).to_have_count(0)


async def test_the_board_loads_little_script(install: Install, browser: Browser) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        await page.goto("/")
        await log_in(page)
        await expect(page.get_by_text("The line is quiet")).to_be_visible()
        scripts: set[str] = set()
        page.on("request", lambda request: scripts.add(request.url))
        await page.reload()
        await expect(page.get_by_text("The line is quiet")).to_be_visible()

        names = [Path(url).name for url in scripts if url.endswith(".js") and "/assets/" in url]
        sizes = [(ui.STATIC / "assets" / f"{name}.gz").stat().st_size for name in names]
        assert names
        assert sum(sizes) <= FIRST_LOAD_LIMIT


async def test_an_invited_colleague_sets_a_password_and_logs_in(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        await page.goto("/settings?section=users")
        await log_in(page)
        await page.get_by_role("button", name="Invite user").click()
        dialog = page.get_by_role("dialog", name="Invite user")
        await dialog.get_by_label("Name").fill("Dana Reyes")
        await dialog.get_by_label("E-mail").fill("dana@example.com")
        await dialog.get_by_role("button", name="Invite").click()
        link = await page.get_by_label("Link", exact=True).input_value()
        path = link[link.index("/set-password") :]

        async with visiting(browser, running.urls[0]) as theirs:
            await theirs.goto(path)
            await theirs.get_by_label("New password").fill("a horse and a staple")
            await theirs.get_by_label("Once more").fill("another one")
            await theirs.get_by_role("button", name="Set the password").click()
            await expect(theirs.get_by_text("Passwords don't match.")).to_be_visible()
            await assert_accessible(theirs)
            await theirs.get_by_label("Once more").fill("a horse and a staple")
            await theirs.get_by_role("button", name="Set the password").click()
            await expect(theirs.get_by_text("Your password is set.")).to_be_visible()
            await log_in(theirs, "dana@example.com", "a horse and a staple")
            await expect(theirs.get_by_role("button", name="Dana Reyes")).to_be_visible()

        # The link worked once, and says so in the words of whoever opens it again.
        await page.goto(path)
        await page.get_by_label("New password").fill("a third thing")
        await page.get_by_label("Once more").fill("a third thing")
        await page.get_by_role("button", name="Set the password").click()
        await expect(page.get_by_role("alert")).to_contain_text("The link is not valid any more")


async def test_an_organisation_sets_its_limits_and_keys(install: Install, browser: Browser) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        await page.goto("/settings?section=organisation")
        await log_in(page)
        await page.get_by_label("Calls per minute, at most").fill("30")
        await page.get_by_role("combobox", name="Caller id").fill("555 0199")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Write it with + and the country")).to_be_visible()
        await page.get_by_role("combobox", name="Caller id").fill("+14155550199")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()

        await page.get_by_role("button", name="Set OpenAI key").click()
        dialog = page.get_by_role("dialog", name="OpenAI key")
        await dialog.get_by_label("Key", exact=True).fill("made-up-key-1234")
        await dialog.get_by_role("button", name="Save key").click()
        await expect(page.get_by_role("button", name="Change OpenAI key")).to_be_visible()
        await page.get_by_role("button", name="Test the connection").click()
        await expect(page.get_by_text("Key accepted")).to_be_visible()
        await assert_accessible(page)

        stored = await customer.get("/organisation")
        assert (stored["calls_per_minute"], stored["from_number"]) == (30, "+14155550199")
        assert [key["name"] for key in stored["keys"]] == ["openai_api_key"]
        assert "made-up-key-1234" not in await page.content()
