"""A manager sets destinations up, sees that results arrive, and sends them again."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support.admin_ui import assert_accessible, log_in, visiting
from tests.support.browser import chromium
from tests.support.receiver import Receiver, receiving


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


class Desk:
    """The pages about destinations, as somebody uses them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def add(self, kind: str, **fields: str) -> None:
        await self.page.goto("/destinations")
        await self.page.get_by_role("button", name="New destination").click()
        await self.dialog.get_by_label("Kind").click()
        await self.page.get_by_role("option", name=kind, exact=True).click()
        for label, text in fields.items():
            await self.dialog.get_by_label(label.replace("_", " "), exact=True).fill(text)
        await assert_accessible(self.page, f"new destination: {kind}")
        await self.dialog.get_by_role("button", name="Add").click()

    async def choose(self, item: str) -> None:
        await self.page.get_by_role("button", name="More").click()
        await self.page.get_by_role("menuitem", name=item).click()
        await expect(self.dialog).to_be_visible()
        await assert_accessible(self.page, item)

    async def close(self) -> None:
        await self.page.keyboard.press("Escape")
        await expect(self.dialog).to_be_hidden()

    async def change_the_webhook(self) -> None:
        await self.page.get_by_role("button", name="Send an example").click()
        await expect(self.dialog.get_by_text("Taken", exact=True)).to_be_visible()
        await assert_accessible(self.page, "the example")
        await self.close()
        await self.choose("Change")
        await self.dialog.get_by_label("Name", exact=True).fill("CRM of the north")
        await self.dialog.get_by_role("button", name="Save").click()
        await expect(self.page.get_by_role("heading", name="CRM of the north")).to_be_visible()
        await self.choose("New secret")
        secret = self.dialog.get_by_label("Signing secret", exact=True)
        await expect(secret).to_have_value(re.compile("^whsec_"))
        await self.close()


async def send_it_again(desk: Desk, receiver: Receiver) -> None:
    """Replay what was delivered already, as many as the preview says."""
    before = len(receiver.received)
    await desk.page.get_by_role("button", name="Replay").click()
    await desk.dialog.get_by_label("Delivered already").check()
    again = desk.dialog.get_by_role("button", name=re.compile(r"Send \d+ again"))
    await expect(again).to_be_enabled()
    await assert_accessible(desk.page, "replay")
    await again.click()
    await expect(desk.dialog).to_be_hidden()
    await receiver.until_received(before + 1)


async def test_destinations_are_set_up_watched_and_sent_to_again(
    install: Install, browser: Browser
) -> None:
    async with (
        install(OUTBOUND_ALLOW="127.0.0.1") as running,
        receiving() as receiver,
        visiting(browser, running.urls[0]) as page,
    ):
        customer = await running.customer()
        await page.goto("/destinations")
        await log_in(page)
        await expect(page.get_by_role("button", name="New destination")).to_be_visible()
        desk = Desk(page)
        await desk.add("Webhook", Name="CRM", Address=receiver.url)
        await expect(desk.dialog.get_by_label("Signing secret", exact=True)).to_be_visible()
        await assert_accessible(page, "the secret")
        await desk.close()
        await desk.add(
            "Airflow",
            Name="Airflow",
            Address_of_Airflow=f"{running.sandbox.url}/airflow",
            DAG="on_call_result",
            User="admin",
            Password="admin",
        )
        await expect(page.get_by_role("link", name="Airflow")).to_be_visible()
        await desk.add("Files by day", Name="Warehouse")
        await expect(page.get_by_role("link", name="Warehouse")).to_be_visible()
        await assert_accessible(page, "destinations")
        await page.get_by_role("link", name="CRM").click()
        await desk.change_the_webhook()

        call = await place_call(customer)
        await customer.record_of(call["id"])
        await receiver.until_received(2)
        await page.goto(f"/calls/{call['id']}")
        await page.get_by_role("tab", name="Deliveries").click()
        await expect(page.get_by_text("Run success").first).to_be_visible(timeout=20_000)
        await assert_accessible(page, "the call's deliveries")
        await page.get_by_role("button", name="call.ended").first.click()
        await expect(desk.dialog.get_by_text("What is sent")).to_be_visible()
        await assert_accessible(page, "a delivery")
        await desk.close()
        await page.get_by_role("link", name="CRM of the north").first.click()
        await assert_accessible(page, "a destination")
        await send_it_again(desk, receiver)
