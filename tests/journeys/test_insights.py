"""From a figure to the calls it is made of, and from a new version to what it does otherwise."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from backend.agents.models import Agent, AgentVersion
from backend.calls.models import AnsweredBy
from backend.platform import clock, db
from backend.records.models import RecordStatus
from tests.journeys.conftest import Install
from tests.support import builders
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.service import Service
from tests.support.waiting import until

# Where a day begins and ends otherwise than where the service runs.
CHICAGO = {"timezone_id": "America/Chicago"}
SCHEMA = {
    "type": "object",
    "properties": {"outcome": {"type": "string", "enum": ["done", "refused"]}},
}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def _agent(customer: Service) -> Agent:
    org_id = UUID((await customer.get("/auth/me"))["organisation"]["id"])
    async with db.transaction(customer.sessions) as session:
        return await builders.published_agent(
            session, org_id, name="Driver check-in", record_schema=SCHEMA
        )


async def _calls(
    customer: Service, agent: Agent, at: datetime, *, human: int, of: int, **columns: Any
) -> None:
    async with db.transaction(customer.sessions) as session:
        for n in range(of):
            is_human = n < human
            call = await builders.call(
                session,
                agent,
                created_at=at + timedelta(seconds=n),
                answered_by=AnsweredBy.HUMAN if is_human else AnsweredBy.VOICEMAIL,
                duration_ms=60_000,
                check_at=None,
                **columns,
            )
            data = {"outcome": "done" if is_human else "refused"}
            await builders.record(session, call, status=RecordStatus.VALID, data=data)


async def _shows(page: Page, calls: int) -> None:
    await expect(page).to_have_url(re.compile("/calls"))
    await expect(page.get_by_role("status").get_by_text(f"{calls} calls")).to_be_visible()
    # The first row names the columns.
    await expect(page.get_by_role("row")).to_have_count(calls + 1)


async def test_a_charts_point_leads_to_the_calls_that_it_counts(
    install: Install, browser: Browser
) -> None:
    async with install(workers=0) as running:
        customer = await running.customer()
        agent = await _agent(customer)
        noon = clock.now().replace(hour=18, minute=0, second=0, microsecond=0)
        await _calls(customer, agent, noon - timedelta(days=2), human=3, of=5)
        await _calls(customer, agent, noon - timedelta(days=4), human=2, of=2)

        async with visiting(browser, running.urls[0], **CHICAGO) as page:
            await page.goto("/insights")
            await log_in(page)
            chart = page.get_by_role("region", name="Calls answered by people, by day")
            await expect(chart.get_by_text("In all: 71.4%, of 7")).to_be_visible()
            await assert_accessible(page, "insights")

            await chart.locator("a", has=page.locator("title", has_text=": 60%")).click()
            await _shows(page, 3)

            await page.go_back()
            await chart.get_by_text("Table", exact=True).click()
            day = chart.get_by_role("row").filter(has_text="100%").get_by_role("link")
            await day.focus()
            await page.keyboard.press("Enter")
            await _shows(page, 2)

            await page.goto("/insights?metric=calls&by=agent")
            bars = page.get_by_role("region", name="Number of calls, by agent")
            await bars.get_by_role("link", name="Driver check-in").click()
            await _shows(page, 7)


async def test_an_author_sees_that_a_new_version_does_worse(
    install: Install, browser: Browser
) -> None:
    async with install() as running:
        customer = await running.customer()
        agent = await _agent(customer)
        now = clock.now()
        await _calls(customer, agent, now - timedelta(hours=9), human=50, of=60)
        async with db.transaction(customer.sessions) as session:
            stored = await session.get_one(Agent, agent.id)
            stored.published_version = 2
            session.add(
                AgentVersion(
                    org_id=agent.org_id,
                    agent_id=agent.id,
                    version=2,
                    schema_version=1,
                    config=stored.config,
                    retell_version=1,
                )
            )
        await _calls(customer, agent, now - timedelta(hours=1), human=10, of=50, agent_version=2)

        async def compared() -> bool:
            found = (await customer.get("/insights/versions"))["items"]
            return [each["verdict"] for each in found] == ["drift"]

        await until(compared, "the new version to be compared", patience=180)

        async with visiting(browser, running.urls[0]) as page:
            await page.goto(f"/agents/{agent.id}?tab=history")
            await log_in(page)
            await expect(page.get_by_text("Differs from version 1")).to_be_visible()
            await expect(page.get_by_text("50 calls, against 60 of version 1.")).to_be_visible()
            answered = page.get_by_role("row").filter(has_text="Calls answered by people")
            await expect(answered).to_contain_text("Fell a lot")
            await expect(answered).to_contain_text("20%")
            await expect(answered).to_contain_text("to ")
            everything = page.get_by_role("button", name=re.compile("^Show all .*version 2"))
            await everything.focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_text("Too few to say").first).to_be_visible()
            await assert_accessible(page, "history")

            await answered.get_by_role("link").click()
            bars = page.get_by_role("region", name="Calls answered by people, by version")
            await expect(bars.get_by_role("link", name=re.compile("version 2"))).to_be_visible()
            versions = page.get_by_role("region", name="New versions")
            await expect(versions.get_by_text("Differs from version 1")).to_be_visible()
            await assert_accessible(page, "insights with a new version")
