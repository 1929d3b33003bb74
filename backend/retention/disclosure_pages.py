"""Disclosures as a person reads them: pages that open without a network. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ddd}
.who{font-weight:600}.at{color:#595959}audio{width:100%}
"""
_SPEAKERS = {"agent": "Agent", "user": "You", "transfer_target": "Colleague", "dtmf": "Keys"}
_FACTS = {
    "created_at": "Placed",
    "started_at": "Began",
    "ended_at": "Ended",
    "from_number": "From",
    "to_number": "To",
    "file_name": "File",
    "status": "State",
    "summary": "Summary",
    "sentiment": "Mood",
}


class Listed(NamedTuple):
    """A call in the list of all."""

    folder: str
    began: str
    agent: str
    numbers: str


def index(about: str, calls: Sequence[Listed], passed_on: Mapping[str, int]) -> str:
    """Write the page to begin with."""
    rows = "".join(
        f'<tr><td><a href="{escape(each.folder)}/index.html">{escape(each.began)}</a></td>'
        f"<td>{escape(each.agent)}</td><td>{escape(each.numbers)}</td></tr>"
        for each in calls
    )
    table = f"<table><tr><th>Call</th><th>With</th><th>Numbers</th></tr>{rows}</table>"
    sent = "".join(f"<li>{escape(to)}: {count}</li>" for to, count in passed_on.items())
    others = f"<h2>Passed on to others</h2><ul>{sent}</ul>" if sent else ""
    count = f"{len(calls)} call{'' if len(calls) == 1 else 's'}"
    body = f"<h1>What is kept about {escape(about)}</h1><p>{count}.</p>{table if calls else ''}"
    note = "<p>The same stands in <code>call.json</code> of each call, for programs.</p>"
    return page(f"What is kept about {about}", body + others + note)


def call(told: Mapping[str, Any], agent: str, sound: str | None) -> str:
    """Write the page of a call: what it was, what was said, and what was made of it."""
    title = f"Call with {agent}"
    parts = [f"<h1>{escape(title)}</h1>", _table(_facts(told))]
    if sound is not None:
        parts.append(f'<h2>Sound</h2><audio controls src="{escape(sound)}"></audio>')
    parts.append("<h2>What was said</h2>")
    turns = told.get("transcript") or []
    parts.append("".join(_turn(turn) for turn in turns) or "<p>Nothing was written down.</p>")
    for title_, member in (("What was known before", "variables"), ("Metadata", "metadata")):
        if told.get(member):
            parts += [f"<h2>{title_}</h2>", _table(told[member].items())]
    record = told.get("record")
    if record and record.get("data"):
        parts += ["<h2>What was noted</h2>", _table(record["data"].items())]
    evaluation = told.get("evaluation")
    if evaluation and evaluation.get("results"):
        results = ((each["key"], each.get("verdict")) for each in evaluation["results"])
        parts += ["<h2>How the call was judged</h2>", _table(results)]
    return page(title, "".join(parts))


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _facts(told: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return [(label, told[name]) for name, label in _FACTS.items() if told.get(name)]


def _table(rows: Iterable[tuple[str, Any]]) -> str:
    written = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(_text(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{written}</table>"


def _text(value: Any) -> str:
    match value:
        case None:
            return "-"
        case list():
            return ", ".join(map(_text, value))
        case dict():
            return "; ".join(f"{name}: {_text(each)}" for name, each in value.items())
        case _:
            return str(value)


def _turn(turn: Mapping[str, Any]) -> str:
    seconds = (turn.get("start_ms") or 0) // 1000
    who = _SPEAKERS.get(turn["role"], "Speaker")
    at = f'<span class="at">{seconds // 60}:{seconds % 60:02}</span>'
    return f'<p>{at} <span class="who">{who}:</span> {escape(turn["text"])}</p>'
