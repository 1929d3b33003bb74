"""Real conversations through the whole service: `dialogues.py FILE [--count 10]`.

Each line of the file is a dialogue with a record schema of its own and the values that are true of
it. For each, an agent is created and published, a call placed, the sandbox plays the dialogue and
sends its signed webhooks, and the call's feed is followed until its record is there. Compared with
what is true, the stand-in model's values are a plain figure: it is no language model.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from _customer import Customer, customer_of
from _report import in_ms, report
from _stage import RINGBACK, stage

AT_ONCE = 8
DIALOGUE_SECONDS = 120.0
LAST = ("record.extracted", "record.needs_review", "record.failed")
NO_RECORD = ("call.not_connected", "call.failed", "call.canceled")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="dialogues as JSON lines")
    parser.add_argument("--count", type=int, help="only the first so many")
    given = parser.parse_args()
    if given.file is None:
        report("dialogues", skipped="needs a file: dialogues.py FILE [--count 10]")
        return
    lines = given.file.read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()][: given.count]
    with stage() as running:
        options = ("--speed", "100", "--dialogues", str(given.file.resolve()))
        sandbox = running.sandbox(*options)
        service = running.serve(
            *RINGBACK,
            "up",
            RETELL_BASE_URL=sandbox,
            OPENAI_BASE_URL=f"{sandbox}/v1",
            LLM_MODEL="openai/sandbox-stand-in",
            DIAL_STARTS_PER_SECOND="100",
            DIAL_TICK_SECONDS="0.1",
        )
        played = asyncio.run(play_all(service.url, dialogues))
    _report(dialogues, played)


async def play_all(url: str, dialogues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Play them, some at once, and return each call with its record."""
    turn = asyncio.Semaphore(AT_ONCE)
    async with customer_of(url) as customer:
        return await asyncio.gather(*(play(customer, dialogue, turn) for dialogue in dialogues))


async def play(
    customer: Customer, dialogue: dict[str, Any], turn: asyncio.Semaphore
) -> dict[str, Any]:
    """Play one dialogue as a customer would."""
    async with turn, asyncio.timeout(DIALOGUE_SECONDS):
        schema = dialogue["record_schema"]
        agent = await customer.published_agent(f"Dialogue {dialogue['id']}", record_schema=schema)
        began = time.monotonic()
        placed = {
            "agent_id": agent["id"],
            "to_number": "+14155550100",
            "metadata": {"sandbox_dialogue": dialogue["id"]},
        }
        call = await customer.ask("POST", "/calls", placed)
        async for heard in customer.follow(f"/calls/{call['id']}/events", since="0"):
            if heard.name in (*LAST, *NO_RECORD):
                break
        seconds = time.monotonic() - began
        return {**await customer.ask("GET", f"/calls/{call['id']}"), "seconds": seconds}


def _report(dialogues: list[dict[str, Any]], played: list[dict[str, Any]]) -> None:
    records = [call["record"] or {} for call in played]
    statuses = [record.get("status", "none") for record in records]
    given = [
        record["evidence"].get(slot, {}).get("found", False)
        for record in records
        for slot, value in record.get("data", {}).items()
        if value is not None
    ]
    pairs = [
        (_plain(record.get("data", {}).get(slot)), {_plain(value) for value in accepted})
        for dialogue, record in zip(dialogues, records, strict=True)
        for slot, accepted in dialogue["truth"].items()
    ]
    turns_kept = sum(
        len(call["transcript"]) == len(dialogue["turns"])
        for dialogue, call in zip(dialogues, played, strict=True)
    )
    report(
        "dialogues",
        dialogues=len(dialogues),
        records={status: statuses.count(status) for status in sorted(set(statuses))},
        whole_transcripts=turns_kept,
        true_values=len(pairs),
        of_these_answered=sum(bool(value) for value, _ in pairs),
        of_these_agree=sum(value in accepted for value, accepted in pairs),
        values_given=len(given),
        with_a_quote_that_is_found=sum(given),
        placed_to_record=in_ms([call["seconds"] for call in played], 0.5, 0.95),
    )
    missing = sum(status not in {"valid", "needs_review"} for status in statuses)
    if missing:
        sys.exit(f"{missing} calls ended without a record")


def _plain(value: Any) -> str:
    return "" if value is None else re.sub(r"[\W_]+", " ", str(value)).strip().casefold()


if __name__ == "__main__":
    main()
