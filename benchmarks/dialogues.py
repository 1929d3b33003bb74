"""Real conversations through the whole service: `dialogues.py FILE [COUNT]`.

Each line of the file is a dialogue with a record schema of its own and the values that are true of
it. For each, an agent is created and published, a call placed, the sandbox plays the dialogue and
sends its signed webhooks, and the call's feed is followed until its record is there. Compared with
what is true, the stand-in model's values are a plain figure: it is no language model.
"""

import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from _report import in_ms, report
from _stage import KEY, Server, Stage, log_in, stage

AT_ONCE = 8
DIALOGUE_SECONDS = 120.0


def main() -> None:
    if len(sys.argv) < 2:
        report("dialogues", skipped="give a file of dialogues: dialogues.py FILE [COUNT]")
        return
    path = Path(sys.argv[1]).resolve()
    lines = path.read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    dialogues = dialogues[: int(sys.argv[2])] if len(sys.argv) > 2 else dialogues
    with stage() as on_stage:
        sandbox = _sandbox(on_stage, path)
        service = on_stage.serve(
            str(Path(sys.executable).with_name("ringback")),
            "up",
            RETELL_BASE_URL=sandbox,
            OPENAI_BASE_URL=f"{sandbox}/v1",
            LLM_MODEL="openai/sandbox-stand-in",
            DIAL_STARTS_PER_SECOND="100",
            DIAL_TICK_SECONDS="0.1",
        )
        with ThreadPoolExecutor(AT_ONCE) as pool:
            played = list(pool.map(lambda dialogue: _play(service, dialogue), dialogues))
    _report(dialogues, played)


def _sandbox(on_stage: Stage, dialogues: Path) -> str:
    command = [sys.executable, "-m", "backend.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--api-key", KEY, "--speed", "100", "--dialogues", str(dialogues)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--log-level", "error"], stdout=subprocess.PIPE, text=True
    )
    on_stage.stack.callback(process.terminate)
    assert process.stdout is not None
    url: str = json.loads(process.stdout.readline())["url"]
    return url


def _play(service: Server, dialogue: dict[str, Any]) -> dict[str, Any]:
    """Play one dialogue as a customer would, and return the call with its record."""
    with httpx.Client(base_url=service.url, timeout=DIALOGUE_SECONDS) as client:
        log_in(client)
        agent = _ask(
            client,
            "POST",
            "/agents",
            {
                "name": f"Dialogue {dialogue['id']}",
                "prompt": "You help the caller with what they ask for.",
                "record_schema": dialogue["record_schema"],
            },
        )
        _ask(client, "POST", f"/agents/{agent['id']}/publish")
        began = time.monotonic()
        call = _ask(
            client,
            "POST",
            "/calls",
            {
                "agent_id": agent["id"],
                "to_number": "+14155550100",
                "metadata": {"sandbox_dialogue": dialogue["id"]},
            },
        )
        names = _follow(client, call["id"])
        done = _ask(client, "GET", f"/calls/{call['id']}")
        return {**done, "events": names, "seconds": time.monotonic() - began}


def _ask(client: httpx.Client, method: str, path: str, body: Any = None) -> Any:
    return client.request(method, f"/api/v1{path}", json=body).raise_for_status().json()


def _follow(client: httpx.Client, call_id: str) -> list[str]:
    """Follow the call's feed from its beginning until its record, or until there can be none."""
    names: list[str] = []
    path = f"/api/v1/calls/{call_id}/events?last_event_id=0"
    with client.stream("GET", path) as response:
        for line in response.iter_lines():
            if line.startswith("event: "):
                names.append(line.removeprefix("event: "))
                if names[-1].startswith("record.") or names[-1] in _NO_RECORD:
                    break
    return names


_NO_RECORD = {"call.not_connected", "call.failed", "call.canceled"}


def _report(dialogues: list[dict[str, Any]], played: list[dict[str, Any]]) -> None:
    records = [call["record"] or {} for call in played]
    statuses = [record.get("status", "none") for record in records]
    evidence = [item for record in records for item in record.get("evidence", {}).values()]
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
        agree=sum(given in accepted for given, accepted in pairs),
        answered=sum(bool(given) for given, _ in pairs),
        quotes=len(evidence),
        quotes_found=sum(item["found"] for item in evidence),
        **in_ms([call["seconds"] for call in played], 0.5, 0.95),
    )
    missing = [call["id"] for call in played if call["record"] is None]
    if missing:
        sys.exit(f"{len(missing)} calls ended without a record: {', '.join(missing[:5])}")


def _plain(value: Any) -> str:
    return "" if value is None else re.sub(r"[\W_]+", " ", str(value)).strip().casefold()


if __name__ == "__main__":
    main()
