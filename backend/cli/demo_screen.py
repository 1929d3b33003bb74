"""One call in the terminal: its events as they come, and its record as people read it."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

_LAST = {"record.extracted", "record.needs_review", "record.failed"}
_NO_RECORD = {"call.not_connected", "call.failed", "call.canceled"}
_NOT_SAID = {"not_asked": "not asked", "not_answered": "asked, not answered"}


async def follow(client: httpx.AsyncClient, call_id: str, console: Console) -> None:
    """Print the call's feed until there is a record, or can be none."""
    path = f"/api/v1/calls/{call_id}/events?last_event_id=0"
    async with client.stream("GET", path, timeout=None) as response:
        async for line in response.aiter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line.removeprefix("data: "))
            _print_event(event, console)
            if event["name"] in _LAST | _NO_RECORD:
                return


def _print_event(event: dict[str, Any], console: Console) -> None:
    at = event["at"][11:19]
    if event["name"] == "call.transcript_updated":
        for turn in event["data"]["turns"]:
            color = "cyan" if turn["role"] == "agent" else "green"
            spoken = Table.grid(padding=(0, 2, 0, 0))
            spoken.add_row(f"  {at}", Text(f"{turn['role']:>5}", style=color), Text(turn["text"]))
            console.print(spoken)
    else:
        console.print(f"  {at}  [bold]{event['name']}[/bold]")


def print_record(call: dict[str, Any], agent: Mapping[str, Any], console: Console) -> None:
    record = call["record"]
    if call["answered_by"] == "voicemail":
        console.print("\nA voicemail answered: nobody was spoken to.")
    if record is None:
        reason = call["failure"] or call["status_reason"]
        console.print(f"\nNo record: the call is {call['status']} ({reason}).", markup=False)
        return
    table = Table(title=f"Record, {record['status'].replace('_', ' ')}", title_justify="left")
    for heading in ("field", "value", "words that prove it"):
        table.add_column(heading, overflow="fold")
    properties = agent["record_schema"]["properties"]
    zone = ZoneInfo(agent["time_zone"])
    for path, value in _leaves(record["data"]):
        name, _, rest = path.partition("[")
        label = properties.get(name, {}).get("title") or in_words(name)
        position = f" {int(rest.rstrip(']')) + 1}" if rest.rstrip("]").isdecimal() else ""
        proof = (record["evidence"].get(path) or {}).get("quote") or ""
        if value is None:
            missing = (record["not_said"].get(path) or {}).get("reason", "")
            table.add_row(label, "—", _NOT_SAID.get(missing, ""), style="dim")
        else:
            table.add_row(f"{label}{position}", shown(value, zone), proof and f"“{proof}”")
    console.print()
    console.print(table)
    for problem in record["problems"]:
        console.print(f"  [yellow]{in_words(problem['field'])}[/yellow]: {problem['message']}")


_ABBREVIATIONS = {"Eta": "ETA", "Pod": "POD"}


def in_words(name: str) -> str:
    """Write a field's name as people would: `pod_reminder` is "POD reminder"."""
    first, *rest = name.replace("_", " ").capitalize().split(" ")
    return " ".join((_ABBREVIATIONS.get(first, first), *rest))


def shown(value: Any, zone: ZoneInfo) -> str:
    """Write a value as people read it: a yes, words for a code, an instant in the agent's zone."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        instant = datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        instant = None
    if instant is not None and instant.tzinfo is not None:
        local = instant.astimezone(zone)
        return f"{local:%A, %B} {local.day}, {local:%I:%M %p %Z}".replace(", 0", ", ")
    is_code = "_" in value and " " not in value and value.islower()
    return value.replace("_", " ") if is_code else value


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """List every single value with its path, as the evidence is keyed: `stops[0].city`."""
    if isinstance(value, dict):
        parts = [(f"{path}.{name}" if path else name, member) for name, member in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{index}]", member) for index, member in enumerate(value)]
    else:
        yield path, value
        return
    for part, member in parts:
        yield from _leaves(member, part)
