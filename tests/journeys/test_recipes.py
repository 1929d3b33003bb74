"""The recipes of the docs, run as they stand there: a call's record reaches each receiver once."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.conftest import Install
from tests.journeys.test_call import place_call
from tests.support.processes import Processes, free_port, processes_in
from tests.support.receiver import receiving
from tests.support.service import Service
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/destinations.md").read_text(encoding="utf-8")
# Google's services, as far as the script uses them: a sheet is a list of rows.
GOOGLE = """
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { readFileSync } from "node:fs";

const rows = [];
const sheet = {
  getLastRow: () => rows.length,
  getRange: (top, left, height, width) => ({
    getValues: () => Array.from({ length: height }, (_, at) =>
      Array.from({ length: width }, (_, to) => rows[top - 1 + at]?.[left - 1 + to] ?? "")),
  }),
  appendRow: (row) => rows.push(row),
};
const services = {
  LockService: { getScriptLock: () => ({ waitLock() {}, releaseLock() {} }) },
  SpreadsheetApp: { getActiveSpreadsheet: () => ({ getSheets: () => [sheet] }) },
  HtmlService: { createHtmlOutput: (html) => html },
};
const script = readFileSync("script.js", "utf8");
const doPost = new Function(...Object.keys(services), `${script}; return doPost;`)(
  ...Object.values(services),
);
createServer(async (request, response) => {
  if (request.method === "GET") return response.end(JSON.stringify(rows));
  const parameter = Object.fromEntries(new URL(request.url, "http://localhost").searchParams);
  response.end(doPost({ parameter, postData: { contents: await text(request) } }));
}).listen(process.env.PORT);
"""


def recipe(language: str, marker: str) -> str:
    """Take the block of the docs in which a word is."""
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)
    (found,) = (block for block in blocks if marker in block)
    return str(found)


async def set_up(customer: Service, url: str, marker: str = "") -> dict[str, Any]:
    settings = json.loads(recipe("json", marker)) if marker else {"events": ["record.extracted"]}
    wanted = {"name": marker or "Node", "kind": "webhook", "config": {"url": url}}
    made: dict[str, Any] = await customer.post("/destinations", wanted | settings)
    return made


async def run_node(processes: Processes, name: str, code: str, port: int, **settings: str) -> None:
    """Run a program, and wait until it answers."""
    (processes.folder / f"{name}.mjs").write_text(code, encoding="utf-8")
    processes.start(name, "node", f"{name}.mjs", PORT=str(port), **settings)

    async def answers() -> bool:
        async with httpx.AsyncClient() as client:
            try:
                await client.get(f"http://127.0.0.1:{port}/")
            except httpx.TransportError:
                return False
        return True

    await until(answers, f"{name} to answer", patience=60)


async def until_delivered(
    customer: Service, made: list[dict[str, Any]], attempts: int
) -> list[dict[str, Any]]:
    async def probe() -> list[dict[str, Any]] | None:
        found = [await customer.get("/deliveries", destination_id=each["id"]) for each in made]
        items = [item for each in found for item in each["items"]]
        states = [(each["status"], each["attempts"]) for each in items]
        return items if states == [("delivered", attempts)] * len(made) else None

    return await until(probe, f"each to be taken at attempt {attempts}", patience=60)


async def test_a_record_reaches_each_receiver_of_the_docs_once_also_when_it_is_sent_again(
    install: Install, tmp_path: Path
) -> None:
    folder = tmp_path / "receivers"
    folder.mkdir()
    (folder / "node_modules").symlink_to(ROOT / "frontend/node_modules")
    (folder / "script.js").write_text(recipe("js", "doPost"), encoding="utf-8")
    node_port, sheet_port = free_port(), free_port()
    async with install(OUTBOUND_ALLOW="127.0.0.1") as running, receiving() as slack:
        with processes_in(folder) as processes:
            customer = await running.customer()
            crm = await set_up(customer, f"http://127.0.0.1:{node_port}/")
            node = recipe("js", "standardwebhooks")
            await run_node(processes, "node", node, node_port, RINGBACK_SECRET=crm["secret"])
            await run_node(processes, "sheet", GOOGLE, sheet_port)
            sheet = f"http://127.0.0.1:{sheet_port}/?secret=long+and+random"
            made = [crm, await set_up(customer, sheet, '"row"')]
            made.append(await set_up(customer, slack.url, '"text"'))

            call = await place_call(customer)
            sent = await until_delivered(customer, made, attempts=1)
            # The receiver has the old secret still, which signs along.
            await customer.post(f"/destinations/{crm['id']}/rotate-secret")
            for each in sent:
                await customer.post(f"/deliveries/{each['id']}/replay")
            await until_delivered(customer, made, attempts=2)

            assert (folder / "node.log").read_text() == f"record.extracted {call['id']}\n"
            async with httpx.AsyncClient() as client:
                (row,) = (await client.get(sheet)).json()
            assert row[0] == f"{call['id']} 1"
            assert row[2:] == [call["variables"]["driver_name"], "delayed"]
            text = f"{call['variables']['driver_name']}: delayed"
            assert [each.json for each in slack.received] == [{"text": text}] * 2
