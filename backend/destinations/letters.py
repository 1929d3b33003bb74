"""What a mail about an event says. First come the values and the words that prove them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias

from backend.destinations.parcel import Parcel
from backend.platform.events import JsonObject

_HEADLINES = {
    "call.ended": "Call ended",
    "call.analyzed": "Call analyzed",
    "call.not_connected": "Nobody was reached",
    "call.failed": "Call failed",
    "call.canceled": "Call canceled",
    "record.extracted": "Call record",
    "record.corrected": "Call record, checked by a person",
    "record.needs_review": "Call record to review",
    "record.failed": "No record could be made",
    "agent.published": "Agent published",
}
_SHOWN_IN_SUBJECT = 2
_LONGEST_VALUE = 500


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class _Line:
    name: str
    value: str
    quote: str | None = None


def write_letter(event: str, data: JsonObject, own_url: str) -> Letter:
    headline = _HEADLINES.get(event, event)
    lines = [*_values(data), *_facts(data)]
    call = data.get("call") or {}
    link = f"{own_url}/calls/{call['id']}" if "id" in call else own_url
    values = [line.value for line in _values(data)][:_SHOWN_IN_SUBJECT]
    subject = f"{headline}: {', '.join(values)}" if values else headline
    return Letter(subject, _as_text(headline, lines, link), _as_html(headline, lines, link))


_TOLD = 100


def write_digest(
    name: str, parcels: Sequence[Parcel], own_url: str, unsubscribe_url: str | None
) -> Letter:
    """Tell of several events, those of a call together."""
    told = sorted(parcels[:_TOLD], key=lambda each: (str(each.call_id), each.event_id))
    parts = [_part(parcel, own_url) for parcel in told]
    left = len(parcels) - len(parts)
    subject = f"{name}: {len(parcels)} result{'' if len(parcels) == 1 else 's'}"
    end = f"\nEnd these mails: {unsubscribe_url}\n" if unsubscribe_url else ""
    more = f"\n{left} more are in Ringback: {own_url}\n" if left else ""
    text = f"{subject}\n\n" + "\n".join(_as_text(*part) for part in parts) + more + end
    body = "".join(_section(*part) for part in parts)
    if left:
        body += f'<p><a href="{escape(own_url, quote=True)}">{left} more in Ringback</a></p>'
    if unsubscribe_url:
        link = escape(unsubscribe_url, quote=True)
        body += f'<p style="color:#666"><a href="{link}">End these mails</a></p>'
    return Letter(subject, text, _page(body))


_Part: TypeAlias = "tuple[str, list[_Line], str]"


def _part(parcel: Parcel, own_url: str) -> _Part:
    call = parcel.data.get("call") or {}
    link = f"{own_url}/calls/{call['id']}" if "id" in call else own_url
    lines = [*_values(parcel.data), *_facts(parcel.data)]
    return _HEADLINES.get(parcel.event, parcel.event), lines, link


def _values(data: JsonObject) -> Iterator[_Line]:
    """Give each value of the record with its quote; those that nobody gave are left out."""
    record = data.get("record") or {}
    evidence = record.get("evidence") or {}
    for name, value in (record.get("data") or {}).items():
        if value is None or value in ([], {}, ""):
            continue
        proof = evidence.get(name) or {}
        quote = proof.get("quote") if proof.get("found") else None
        yield _Line(name.replace("_", " "), _written(value), quote)


def _facts(data: JsonObject) -> Iterator[_Line]:
    call = data.get("call") or {}
    for name, value in (
        ("summary", call.get("summary")),
        ("called", call.get("to_number")),
        ("from", call.get("from_number")),
        ("how it ended", call.get("failure") or call.get("status_reason")),
    ):
        if value:
            yield _Line(name, _written(value))


def _written(value: Any) -> str:
    match value:
        case bool():
            written = "yes" if value else "no"
        case dict():
            written = ", ".join(f"{name}: {_written(inner)}" for name, inner in value.items())
        case list():
            written = "; ".join(_written(inner) for inner in value)
        case None:
            written = "none"
        case _:
            written = str(value)
    return written if len(written) <= _LONGEST_VALUE else written[:_LONGEST_VALUE] + "…"


def _as_text(headline: str, lines: list[_Line], link: str) -> str:
    rows = []
    for line in lines:
        rows.append(f"{line.name}: {line.value}")
        if line.quote:
            rows.append(f'    "{line.quote}"')
    return "\n".join([headline, "", *rows, "", f"The call: {link}", ""])


def _as_html(headline: str, lines: list[_Line], link: str) -> str:
    return _page(_section(headline, lines, link))


def _page(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<body style="font:16px/1.5 system-ui,sans-serif;color:#111;max-width:640px">'
        f"{body}</body></html>"
    )


def _section(headline: str, lines: list[_Line], link: str) -> str:
    rows = "".join(
        '<tr><td style="padding:6px 16px 6px 0;color:#666;vertical-align:top">'
        f'{escape(line.name)}</td><td style="padding:6px 0"><b>{escape(line.value)}</b>'
        + (
            f'<br><i style="color:#444">&ldquo;{escape(line.quote)}&rdquo;</i>'
            if line.quote
            else ""
        )
        + "</td></tr>"
        for line in lines
    )
    return (
        f'<h1 style="font-size:20px">{escape(headline)}</h1><table>{rows}</table>'
        f'<p><a href="{escape(link, quote=True)}">Open the call</a></p>'
    )
