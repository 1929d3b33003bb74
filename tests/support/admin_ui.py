"""The admin UI in a browser, as a person uses it: by what is written on the screen."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from backend.platform import ui
from tests.support.service import EMAIL, PASSWORD

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"

# Processes share the machine with browsers and other tests.
expect.set_options(timeout=20_000)


@asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Page]:
    """Open a window of its own. An exception in the page's own script is a failure."""
    if not (ui.STATIC / "index.html").exists():
        pytest.fail("The admin UI is not built: make ui")
    context = await browser.new_context(base_url=url, reduced_motion="reduce", **options)
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda message: broken.extend(_violation(message.text)))
    try:
        yield page
    finally:
        await context.close()
    assert broken == []


def _violation(text: str) -> list[str]:
    return [text] if "Content Security Policy" in text else []


async def log_in(page: Page, email: str = EMAIL, password: str = PASSWORD) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Log in").click()


async def assert_accessible(page: Page, place: str = "the page") -> None:
    """Hold what is on the screen to axe's rules for WCAG AA: no serious or critical finding."""
    await page.evaluate(AXE.read_text())
    findings = await page.evaluate(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })"
    )
    serious = [
        {
            "rule": each["id"],
            "where": [f"{node['html'][:160]} {node['failureSummary']}" for node in each["nodes"]],
        }
        for each in findings["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
    assert serious == [], f"{place}: {json.dumps(serious, indent=2)}"
