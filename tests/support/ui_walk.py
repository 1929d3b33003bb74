"""A walk through the admin UI: every page, section, tab and dialog, one after the other."""

import re
from collections.abc import AsyncIterator

from playwright.async_api import Page, expect


async def walk(page: Page, call: str, live_agent: str, draft_agent: str) -> AsyncIterator[str]:
    """Show each place and give its name. The page is logged in; the others are ids of things."""
    async for name in _lists(page):
        yield name
    await page.goto(f"/calls/{call}")
    async for name in _tabs(page, "call"):
        yield name
    await page.goto(f"/agents/{live_agent}")
    async for name in _tabs(page, "agent"):
        yield name
    await page.goto(f"/agents/{draft_agent}")
    await _is_shown(page)
    yield "agent-draft"
    async for name in _dialog(page, "Publish", "publish"):
        yield name
    await page.goto("/settings")
    await _is_shown(page)
    for section in await page.get_by_role("navigation", name="Settings").get_by_role("link").all():
        label = await section.inner_text()
        await section.click()
        await _is_shown(page)
        yield f"settings-{_slug(label)}"


async def _lists(page: Page) -> AsyncIterator[str]:
    for path, dialog in (
        ("calls", "New call"),
        ("agents", "New agent"),
        ("review", None),
        ("nowhere", None),
    ):
        await page.goto(f"/{path}")
        await _is_shown(page)
        yield "not-found" if path == "nowhere" else path
        if dialog:
            async for name in _dialog(page, dialog, _slug(dialog)):
                yield name


async def _tabs(page: Page, of: str) -> AsyncIterator[str]:
    await _is_shown(page)
    for tab in await page.get_by_role("tab").all():
        await tab.click()
        await _is_shown(page)
        yield f"{of}-{_slug(await tab.inner_text())}"


async def _dialog(page: Page, button: str, name: str) -> AsyncIterator[str]:
    await page.get_by_role("button", name=button, exact=True).first.click()
    shown = page.get_by_role("dialog")
    await expect(shown).to_be_visible()
    await _is_shown(page)
    yield name
    await page.keyboard.press("Escape")
    await expect(shown).to_be_hidden()


async def _is_shown(page: Page) -> None:
    """Wait until what belongs to the place is there instead of its outline."""
    await expect(page.get_by_role("heading", level=1).first).to_be_visible()
    await expect(page.locator(".mantine-Skeleton-root, .mantine-Loader-root")).to_have_count(0)


def _slug(label: str) -> str:
    return re.sub(r"\W+", "-", label.strip().lower())
