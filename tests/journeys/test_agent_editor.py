"""Configuring agents and reviewing records in Chromium, against the real processes."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from backend.auth.models import Role
from backend.platform import db
from tests.journeys.conftest import Install
from tests.journeys.test_admin_ui import INVENTION
from tests.journeys.test_call import place_call
from tests.support import builders
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def new_agent(customer: Service) -> dict[str, Any]:
    agent: dict[str, Any] = await customer.post(
        "/agents", {"name": "Route planning", "prompt": "Ask for all stops."}
    )
    return agent


async def choose(page: Page, label: str, option: str) -> None:
    await page.get_by_role("combobox", name=label).last.click()
    await page.get_by_role("option", name=option, exact=True).click()


async def test_a_nested_record_is_built_by_hand_and_published(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        agent = await new_agent(customer)
        await page.goto(f"/agents/{agent['id']}?tab=record")
        await log_in(page)

        await page.get_by_role("button", name="Add a field", exact=True).click()
        await page.get_by_role("textbox", name="Name", exact=True).fill("stops")
        await choose(page, "Kind", "List")
        await choose(page, "Item type", "Group of fields")
        await page.get_by_role("button", name="Add a field to each of them").click()
        await page.get_by_role("textbox", name="Name", exact=True).last.fill("city")
        await page.get_by_role("textbox", name="What to look for").last.fill("The town.")
        await assert_accessible(page)
        await page.get_by_role("button", name="Save draft").click()
        await expect(page.get_by_role("region", name="Unsaved changes")).to_have_count(0)
        await page.get_by_role("button", name="Publish", exact=True).click()
        dialog = page.get_by_role("dialog", name="Publish Route planning")
        await dialog.get_by_role("button", name="Publish", exact=True).click()
        await expect(page.get_by_text("Live: version 1")).to_be_visible()

        await page.get_by_text("JSON Schema", exact=True).click()
        await expect(page.get_by_role("textbox", name="JSON Schema")).to_have_value(
            re.compile('"stops"')
        )
        published = await customer.get(f"/agents/{agent['id']}")
        stops = published["record_schema"]["properties"]["stops"]
        assert stops["items"]["properties"]["city"]["description"] == "The town."
        assert published["published_version"] == 1


async def test_of_two_who_edit_one_draft_the_second_is_told_and_decides(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        agent = await new_agent(customer)
        await page.goto(f"/agents/{agent['id']}")
        await log_in(page)
        name = page.get_by_role("textbox", name="Name", exact=True)
        await name.fill("Mine")

        await customer.patch(f"/agents/{agent['id']}", {"name": "Theirs"})
        await page.get_by_role("button", name="Save draft").click()
        refused = page.get_by_role("alert", name="Somebody else has changed")
        await expect(refused).to_be_visible()
        assert (await customer.get(f"/agents/{agent['id']}"))["name"] == "Theirs"

        await page.get_by_role("button", name="Save anyway").click()
        await expect(page.get_by_role("heading", name="Mine", level=1)).to_be_visible()
        assert (await customer.get(f"/agents/{agent['id']}"))["name"] == "Mine"


async def test_a_reviewer_reads_agents_and_changes_none(install: Install, browser: Browser) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        agent = await new_agent(customer)
        me = await customer.get("/auth/me")
        async with db.transaction(customer.sessions) as session:
            await builders.user(
                session, UUID(me["organisation"]["id"]), role=Role.REVIEWER, email="qa@example.com"
            )
        await page.goto(f"/agents/{agent['id']}")
        await log_in(page, "qa@example.com")

        name = page.get_by_role("textbox", name="Name", exact=True)
        await expect(name).to_have_value("Route planning")
        await expect(name).not_to_be_editable()
        await expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
        await page.get_by_role("link", name="Agents", exact=True).first.click()
        await expect(page.get_by_role("link", name=re.compile("Route planning"))).to_be_visible()
        await expect(page.get_by_role("button", name="New agent")).to_have_count(0)


async def test_the_review_queue_is_worked_by_the_keyboard(
    install: Install, browser: Browser
) -> None:
    async with install() as running, visiting(browser, running.urls[0]) as page:
        await running.sandbox.control("POST", "/llm/faults", INVENTION)
        customer = await running.customer()
        calls = []
        for _ in range(2):
            calls.append(await place_call(customer))
            await customer.record_of(calls[-1]["id"])
        await page.goto("/review")
        await log_in(page)
        queue = page.get_by_role("navigation", name="Records to review")
        await expect(queue.get_by_role("button")).to_have_count(2)
        await assert_accessible(page)

        await page.keyboard.press("j")
        # The oldest stands first.
        await expect(page).to_have_url(re.compile(calls[1]["id"]))
        await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
        await page.keyboard.press("a")

        await expect(queue.get_by_role("button")).to_have_count(1)
        records = [await customer.get(f"/calls/{call['id']}/record") for call in calls]
        assert sorted(record["status"] for record in records) == ["corrected", "needs_review"]


async def test_what_is_unsaved_when_the_login_ends_is_there_after_the_next(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running, visiting(browser, running.urls[0]) as page:
        customer = await running.customer()
        agent = await new_agent(customer)
        await page.goto(f"/agents/{agent['id']}")
        await log_in(page)
        name = page.get_by_role("textbox", name="Name", exact=True)
        await name.fill("Mine")
        await page.request.post("/api/v1/auth/logout")

        await expect(page.get_by_text("Your session has ended")).to_be_visible()
        await log_in(page)

        await expect(name).to_have_value("Mine")
        await page.get_by_role("button", name="Save draft").click()
        await expect(page.get_by_role("region", name="Unsaved changes")).to_have_count(0)
        assert (await customer.get(f"/agents/{agent['id']}"))["name"] == "Mine"
