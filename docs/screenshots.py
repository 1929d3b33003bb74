"""Takes pictures from a demo of its own: every page, light and dark, into `build/screenshots`.

The few that documents show go to `docs/images` as well, small.

Run by `make screenshots`. Needs Chromium (Debian: `apt-get install chromium`).
"""

import asyncio
import base64
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.async_api import Browser, Page, expect  # noqa: E402 - tests/ is beside docs/

from backend.cli.demo import EMAIL, PASSWORD  # noqa: E402
from tests.support.admin_ui import log_in, visiting  # noqa: E402
from tests.support.browser import chromium  # noqa: E402
from tests.support.processes import free_port, is_ready, processes_in, says  # noqa: E402
from tests.support.retell_account import RetellAccount  # noqa: E402
from tests.support.sandbox import Sandbox  # noqa: E402
from tests.support.ui_walk import walk  # noqa: E402

IMAGES = ROOT / "docs/images"
PICTURES = ROOT / "build/screenshots"
SHOWN = {"board-light", "call-light", "call-timeline-dark"}
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# Whom the demo calls: the number decides what is played.
PEOPLE = {
    "Driver check-in": "+14155550110",
    "Emergency protocol": "+14155550111",
    "Sales qualification": "+14155550112",
    "Appointment reminder": "+14155550115",
}
SPOKEN = re.compile("In progress.*(Agent|Caller)", re.DOTALL)
DRAFT = "Route planning"
NOT_REACHED = ("+14155550101", "+14155550102", "+14155550103")

# What a browser can do: draw the picture, and give it back as WebP.
AS_WEBP = """async (png) => {
  const picture = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.85 });
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""


async def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="ringback-screenshots-"))
    try:
        async with demo(folder) as (url, sandbox), chromium() as browser:
            call_id = await fill(browser, url, sandbox)
            for scheme in ("light", "dark"):
                await take_all(browser, url, sandbox, call_id, scheme)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[tuple[str, Sandbox]]:
    with processes_in(folder) as processes:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        process = processes.start(
            "demo", "ringback", "demo", "--no-calls", DATA_DIR=str(folder / "data"), PORT=str(port)
        )
        await is_ready(url, process)
        await says(process, "Ctrl-C")
        said = await says(process, "Sandbox: ")
        sandbox = Sandbox(said.rpartition("Sandbox: ")[2].strip())
        try:
            yield url, sandbox
        finally:
            await process.end()


async def fill(browser: Browser, url: str, sandbox: Sandbox) -> str:
    """Place calls and wait for their records. Return the one with the most to show."""
    # One value without a proof, for a person to look at.
    fault = {"kind": "invented_quote", "params": {"fields": ["delay_reason"]}}
    async with visiting(browser, url) as page:
        await page.goto("/")
        await log_in(page, EMAIL, PASSWORD)
        await expect(page.get_by_text("On the phone")).to_be_visible()
        draft = {"name": DRAFT, "prompt": "Ask {{driver_name}} for all stops of the day."}
        await page.request.post("/api/v1/agents", data=draft)
        await place(page, *NOT_REACHED)
        for call_id in (await place(page, *PEOPLE.values())).values():
            await has_record(page, call_id)
        await sandbox.control("POST", "/llm/faults", fault)
        (shown,) = (await place(page, PEOPLE["Driver check-in"])).values()
        await has_record(page, shown)
        await sandbox.control("DELETE", "/llm/faults")
        agent = (await agents_by_name(page))["Driver check-in"]
        prompt = agent["prompt"].replace("One question", "Two questions")
        await RetellAccount(sandbox).edit(agent, {"voice_speed": 1.2}, prompt=prompt)
        return shown


async def place(page: Page, *numbers: str) -> dict[str, str]:
    """Call these numbers, each by the agent it suits. Return the calls' ids."""
    agents = await agents_by_name(page)
    ids = {}
    for number in numbers:
        name = next((name for name, known in PEOPLE.items() if known == number), "Driver check-in")
        variables = {
            each["name"]: each["example"] for each in agents[name]["variables"] if each["example"]
        }
        body = {"agent_id": agents[name]["id"], "to_number": number, "variables": variables}
        placed = await page.request.post("/api/v1/calls", data=body)
        ids[number] = (await placed.json())["id"]
    return ids


async def agents_by_name(page: Page) -> dict[str, Any]:
    answer = await page.request.get("/api/v1/agents")
    return {agent["name"]: agent for agent in (await answer.json())["items"]}


async def has_record(page: Page, call_id: str) -> None:
    for _ in range(600):
        answer = await page.request.get(f"/api/v1/calls/{call_id}")
        record: dict[str, Any] | None = (await answer.json())["record"]
        if record and record["status"] != "pending" and record["final"]:
            return
        await asyncio.sleep(0.1)
    raise SystemExit(f"Call {call_id} got no record.")


async def take_all(browser: Browser, url: str, sandbox: Sandbox, call_id: str, scheme: str) -> None:
    async with visiting(browser, url, color_scheme=scheme, **DESKTOP) as page:
        await page.goto("/")
        await expect(page.get_by_role("button", name="Log in")).to_be_visible()
        await take(page, f"login-{scheme}")
        await log_in(page, EMAIL, PASSWORD)
        await expect(page.get_by_text("On the phone")).to_be_visible()
        async with sandbox.at_speed(0.6):
            live = await place(page, *PEOPLE.values())
            await everybody_talks(page, len(live))
            await take(page, f"board-{scheme}")
        for call in live.values():
            await has_record(page, call)
        await take_proof(page, call_id, scheme)
        agents = await agents_by_name(page)
        draft, shown = agents[DRAFT]["id"], agents["Driver check-in"]["id"]
        async for place_name in walk(page, call_id, shown, draft):
            await take(page, f"{place_name}-{scheme}")
    async with visiting(browser, url, color_scheme=scheme, **PHONE) as page:
        await page.goto("/")
        await log_in(page, EMAIL, PASSWORD)
        await expect(page.get_by_text("On the phone")).to_be_visible()
        async with sandbox.at_speed(0.6):
            live = await place(page, PEOPLE["Driver check-in"])
            await everybody_talks(page, 1)
            await take(page, f"board-phone-{scheme}")
        await has_record(page, *live.values())
        await page.goto(f"/calls/{call_id}")
        await expect(page.get_by_role("region", name="Record", exact=True)).to_be_visible()
        await take(page, f"call-phone-{scheme}")


async def everybody_talks(page: Page, count: int) -> None:
    calls = page.get_by_role("region", name="On the phone").get_by_role("listitem")
    # The newest stands first.
    for place_on_board in range(count):
        await expect(calls.nth(place_on_board)).to_contain_text(SPOKEN)


async def take_proof(page: Page, call_id: str, scheme: str) -> None:
    await page.goto(f"/calls/{call_id}")
    record = page.get_by_role("region", name="Record", exact=True)
    await record.locator("li").nth(2).get_by_role("button").first.hover()
    await expect(page.locator("mark").first).to_be_visible()
    await take(page, f"call-{scheme}")
    await page.mouse.move(0, 0)


async def take(page: Page, name: str) -> None:
    await page.evaluate("document.fonts.ready")
    # What slides or fades in has arrived by then.
    await page.wait_for_timeout(450)
    png = await page.screenshot(path=PICTURES / f"{name}.png")
    print(f"build/screenshots/{name}.png")
    if name in SHOWN and page.context.browser:
        (IMAGES / f"{name}.webp").write_bytes(await as_webp(page.context.browser, png))
        print(f"docs/images/{name}.webp")


async def as_webp(browser: Browser, png: bytes) -> bytes:
    """Convert it in an empty page, whose policy does not forbid that."""
    blank = await browser.new_page()
    try:
        url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        return bytes(await blank.evaluate(AS_WEBP, url))
    finally:
        await blank.close()


asyncio.run(main())
