"""The live board in a browser: from asking for the page to the first number on it, and its script.

Needs Chromium. A page that was there before has its script in the browser's cache; both are timed.
"""

import asyncio
import sys
import time
from contextlib import ExitStack
from statistics import median

import pytest
from _report import report
from _stage import EMAIL, HERE, PASSWORD, RINGBACK, stage
from playwright.async_api import Browser, BrowserContext, Page, expect

sys.path.insert(0, str(HERE.parent))

from tests.support.admin_ui import log_in
from tests.support.browser import chromium

VISITS = 10


def main() -> None:
    with ExitStack() as stack:
        url = stack.enter_context(stage()).serve(*RINGBACK, "serve").url
        try:
            asyncio.run(measure(url))
        except pytest.skip.Exception as no_browser:
            print(no_browser, file=sys.stderr)


async def measure(url: str) -> None:
    async with chromium() as browser:
        cookies = await logged_in(browser, url)
        first, script_bytes = [], 0
        for _ in range(VISITS):
            context = await browser.new_context(base_url=url)
            await context.add_cookies(cookies)
            page = await context.new_page()
            first.append(await visit(page))
            script_bytes = await page.evaluate(SCRIPT_BYTES)
            again = [await visit(page) for _ in range(VISITS)]
            await context.close()
    report(
        "board",
        visits=VISITS,
        first_median_seconds=round(median(first), 2),
        first_slowest_seconds=round(max(first), 2),
        again_median_seconds=round(median(again), 2),
        to_reach_seconds=1.5,
        script_kilobytes=round(script_bytes / 1000),
        script_to_reach_kilobytes=300,
    )


# As sent: compressed.
SCRIPT_BYTES = """
performance.getEntriesByType("resource")
    .filter(({ name }) => name.endsWith(".js"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
"""


async def visit(page: Page) -> float:
    """Open the board, and return how long it took until it can be used, live and with numbers."""
    began = time.perf_counter()
    await page.goto("/", wait_until="commit")
    await expect(page.get_by_role("button", name="New call")).to_be_enabled()
    await expect(page.get_by_text("The line is quiet")).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return time.perf_counter() - began


async def logged_in(browser: Browser, url: str) -> "list[dict[str, object]]":
    context: BrowserContext = await browser.new_context(base_url=url)
    page = await context.new_page()
    await page.goto("/")
    await log_in(page, EMAIL, PASSWORD)
    await expect(page.get_by_text("The line is quiet")).to_be_visible()
    cookies = await context.cookies()
    await context.close()
    return cookies


if __name__ == "__main__":
    main()
