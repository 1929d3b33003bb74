"""A walk through the admin UI: every page, section, tab and dialog, one after the other."""

import re
from collections.abc import AsyncIterator

from playwright.async_api import Page, expect


async def walk(page: Page, call: str, live_agent: str, draft_agent: str) -> AsyncIterator[str]:
    """Show each place and give its name. The page is logged in; the others are ids of things.

    The live agent has records, and differs from what is at Retell. A back-test is made of them.
    """
    async for name in _lists(page):
        yield name
    async for name in _backtest(page, live_agent):
        yield name
    await page.goto(f"/calls/{call}")
    async for name in _tabs(page, "call"):
        yield name
    await page.goto(f"/agents/{live_agent}")
    async for name in _tabs(page, "agent"):
        yield name
        if name == "agent-at-retell":
            async for way in _dialog(page, "Overwrite at Retell", "overwrite-at-retell"):
                yield way
            async for way in _dialog(page, "Take it into the draft", "take-from-retell"):
                yield way
    await page.goto(f"/agents/{draft_agent}")
    await _is_shown(page)
    yield "agent-draft"
    async for name in _dialog(page, "Publish", "publish"):
        yield name
    async for name in _settings(page):
        yield name


async def _settings(page: Page) -> AsyncIterator[str]:
    await page.goto("/settings")
    await _is_shown(page)
    for section in await page.get_by_role("navigation", name="Settings").get_by_role("link").all():
        label = await section.inner_text()
        await section.click()
        await _is_shown(page)
        yield f"settings-{_slug(label)}"


async def _lists(page: Page) -> AsyncIterator[str]:
    for path, dialogs in (
        ("calls", ["New call", "Import calls"]),
        ("agents", ["New agent", "Import from Retell"]),
        ("search?q=the", []),
        ("insights", []),
        ("monitor", []),
        ("review", []),
        ("backtests", ["Try on past calls"]),
        ("campaigns", ["New campaign"]),
        ("destinations", ["New destination"]),
        ("quality", []),
        ("quality/review", []),
        ("quality/policies", ["New policy"]),
        ("quality/calibrations", ["New calibration"]),
        ("nowhere", []),
    ):
        await page.goto(f"/{path}")
        await _is_shown(page)
        yield "not-found" if path == "nowhere" else _slug(path)
        for dialog in dialogs:
            async for name in _dialog(page, dialog, _slug(dialog)):
                yield name
    async for name in _policy(page):
        yield name
    async for name in _everywhere(page):
        yield name


async def _everywhere(page: Page) -> AsyncIterator[str]:
    """Show what opens over a page: actions on several calls, saved views, the palette."""
    await page.goto("/calls")
    await _is_shown(page)
    await page.get_by_role("checkbox", name="Select all calls shown").check()
    await expect(page.get_by_role("region", name="Selected calls")).to_be_visible()
    yield "calls-selected"
    async for name in _dialog(page, "Call again", "call-again"):
        yield name
    await page.get_by_role("button", name="Assign", exact=True).click()
    await expect(page.get_by_role("menuitem", name="Nobody")).to_be_visible()
    yield "assign-calls"
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="More", exact=True).click()
    await expect(page.get_by_label("At least this long")).to_be_visible()
    yield "more-filters"
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("At least this long")).to_be_hidden()
    await page.get_by_role("button", name="Views").click()
    await page.get_by_role("menuitem", name="Save this view…").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    yield "save-view"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.keyboard.press("Control+k")
    await expect(page.get_by_label("Find a page, a call or an agent")).to_be_visible()
    yield "palette"
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Find a page, a call or an agent")).to_be_hidden()


async def _backtest(page: Page, agent: str) -> AsyncIterator[str]:
    await page.goto(f"/backtests?agent={agent}")
    await page.get_by_role("button", name="Choose these calls").click()
    await expect(page.get_by_text("Nothing has been asked yet.")).to_be_visible()
    yield "backtest-ready"
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_text("Done, nothing replaced")).to_be_visible()
    await _is_shown(page)
    yield "backtest"
    async for name in _dialog(page, "Replace the records", "replace-records"):
        yield name


async def _policy(page: Page) -> AsyncIterator[str]:
    await page.goto("/quality/policies")
    await page.get_by_role("button", name="New policy").first.click()
    await page.get_by_role("dialog").get_by_role("button", name="Support").click()
    await page.get_by_role("button", name="Greets and says who calls", expanded=False).click()
    await _is_shown(page)
    yield "policy-criterion"
    async for name in _tabs(page, "policy"):
        yield name
    async for name in _dialog(page, "Publish", "publish-policy"):
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
