"""Dialogues that are played, embedded, and looked for by what is true of them."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from _customer import Customer, customer_of
from _stage import RINGBACK, stage
from dialogues import play_all

MODES = ("text", "meaning", "hybrid")
WITHIN = 5
WAIT_SECONDS = 1800.0


def find_remembered(file: Path, embedder: str) -> dict[str, Any]:
    """Count for each kind of question and each mode how often the right call is among the first.

    `values` are a dialogue's true values alone, in the spelling that is listed last; `fields` have
    the names of their fields before them.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    with stage() as running:
        sandbox = running.sandbox("--speed", "100", "--dialogues", str(file.resolve()))
        service = running.serve(
            *RINGBACK,
            "up",
            RETELL_BASE_URL=sandbox,
            OPENAI_BASE_URL=f"{sandbox}/v1",
            LLM_MODEL="openai/sandbox-stand-in",
            DIAL_STARTS_PER_SECOND="100",
            DIAL_TICK_SECONDS="0.1",
            EMBEDDER=embedder,
        )
        stands, found = asyncio.run(_find(service.url, dialogues))
    return {
        "dialogues": len(dialogues),
        "embedder": stands["answered_by"],
        f"in_the_first_{WITHIN}_of_100": found,
    }


async def _find(url: str, dialogues: list[Any]) -> tuple[Any, dict[str, Any]]:
    played = await play_all(url, dialogues)
    async with customer_of(url) as customer:
        stands = await _embedded(customer, len(played))
        kinds = ("values", "fields")
        return stands, {kind: await _count(customer, dialogues, played, kind) for kind in kinds}


async def _embedded(customer: Customer, calls: int) -> Any:
    """Wait until all calls are read for their meaning."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        stands = await customer.ask("GET", "/search/meaning")
        if stands["state"] == "ready" and stands["embedded_calls"] >= calls:
            return stands
        assert time.monotonic() < until, stands
        await asyncio.sleep(0.5)


async def _count(
    customer: Customer, dialogues: list[Any], played: list[Any], kind: str
) -> dict[str, float]:
    hits = dict.fromkeys(MODES, 0)
    for dialogue, call in zip(dialogues, played, strict=True):
        asked = question(dialogue["truth"], with_fields=kind == "fields")
        for mode in MODES:
            answer = await customer.client.get(
                "/api/v1/search", params={"q": asked, "mode": mode, "limit": WITHIN}
            )
            found = answer.raise_for_status().json()
            assert found["mode"] == mode, found["instead"]
            hits[mode] += call["id"] in {each["call_id"] for each in found["items"]}
    return {mode: round(100 * count / len(dialogues), 1) for mode, count in hits.items()}


def question(truth: dict[str, list[Any]], *, with_fields: bool) -> str:
    """Write down what somebody would remember of a call."""
    said = {
        field.replace("_", " "): str(accepted[-1])
        for field, accepted in truth.items()
        if accepted and not isinstance(accepted[-1], bool)
    }
    parts = [f"{field} {value}" if with_fields else value for field, value in said.items()]
    return ", ".join(parts)[:400]
