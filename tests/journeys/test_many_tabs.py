"""Many tabs of the admin UI in one browser: they share one connection to the feed."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from backend.auth.models import Role
from backend.platform import db
from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support import builders
from tests.support.admin_ui import log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service
from tests.support.waiting import until

# Browsers open six connections to a host; a feed takes one for good.
TABS = 8


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def open_tabs(page: Page, count: int) -> list[Page]:
    """Open the board in so many tabs, of which the page is the first."""
    tabs = [page]
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    while len(tabs) < count:
        tabs.append(await page.context.new_page())
        await tabs[-1].goto("/")
    for tab in tabs:
        await expect(tab.get_by_text("Live", exact=True)).to_be_visible()
    return tabs


async def open_streams(customer: Service) -> int:
    shown = (await customer.client.get("/metrics")).text
    found = re.search(r"^ringback_feed_streams (\d+)", shown, re.MULTILINE)
    assert found is not None
    return int(found[1])


async def have_seen(tabs: list[Page], calls: int) -> None:
    for tab in tabs:
        finished = tab.get_by_role("region", name="Just finished")
        await expect(finished.get_by_role("listitem")).to_have_count(calls)


async def test_eight_tabs_share_one_stream_which_no_tab_takes_with_it(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        await page.goto("/")
        await log_in(page)
        tabs = await open_tabs(page, TABS)
        assert await open_streams(customer) == 1

        await place_call(customer)
        await have_seen(tabs, 1)

        # The one that was there first.
        await tabs.pop(0).close()
        await place_call(customer)
        await have_seen(tabs, 2)
        assert await open_streams(customer) == 1

        await tabs[-1].goto("/calls")
        rows = tabs[-1].get_by_role("row").filter(has_text="+1 415 555 0100")
        await expect(rows).to_have_count(2)


async def test_tabs_without_shared_workers_have_a_stream_each(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        await page.context.add_init_script("delete window.SharedWorker")
        await page.goto("/")
        await log_in(page)
        tabs = await open_tabs(page, 3)
        assert await open_streams(customer) == 3

        await place_call(customer)
        await have_seen(tabs, 1)


async def test_who_logs_out_in_one_tab_is_logged_out_in_all_and_the_next_person_sees_their_own(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        me = await customer.get("/auth/me")
        async with db.transaction(customer.sessions) as session:
            await builders.user(
                session, UUID(me["organisation"]["id"]), role=Role.REVIEWER, email="qa@example.com"
            )
        await page.goto("/")
        await log_in(page)
        _, second, third = await open_tabs(page, 3)

        await page.get_by_role("button", name="Administrator").click()
        await page.get_by_role("menuitem", name="Log out").click()
        for tab in (page, second, third):
            await expect(tab.get_by_role("button", name="Log in")).to_be_visible()

        async def nothing_is_open() -> bool:
            return await open_streams(customer) == 0

        await until(nothing_is_open, "the stream to end")
        await log_in(page, "qa@example.com")
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        # As when it is looked at; tabs without a window never are.
        await second.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
        await third.reload()
        for tab in (page, second, third):
            await expect(tab.get_by_role("button", name="Somebody")).to_be_visible()
        assert await open_streams(customer) == 1
