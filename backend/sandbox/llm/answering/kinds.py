"""What sort of thing a field asks for, by its type, its format and its words."""

import re
from enum import StrEnum

from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.words import folded, label_text


class Kind(StrEnum):
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    COUNT = "count"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    WHEN = "when"
    INSTANT = "instant"
    DURATION = "duration"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    NAME = "name"
    PLACE = "place"
    REASON = "reason"
    TEXT = "text"


# What is answered by a thought: any words may do, and the first of an answer do best.
THOUGHTS = frozenset({Kind.TEXT, Kind.REASON, Kind.PLACE, Kind.YES_NO})
FORMATS = {
    "date": Kind.DATE,
    "time": Kind.TIME,
    "date-time": Kind.INSTANT,
    "email": Kind.EMAIL,
    "uri": Kind.LINK,
    "url": Kind.LINK,
    "phone": Kind.PHONE,
}
# Which words of a name, or else of a description, tell the kind; the first that matches.
TELLING = tuple(
    (kind, re.compile(rf"\b(?:{pattern})\b"))
    for kind, pattern in (
        (Kind.EMAIL, r"e ?-?mail(?: address)?"),
        (Kind.LINK, r"ur[il]|website|link"),
        (Kind.PHONE, r"(?:tele)?phone(?: number)?|mobile|callback number|telefono"),
        (Kind.COUNT, r"number of|count|quantity|how many|cuantos"),
        (Kind.DURATION, r"duration|how long|length of (?:time|stay)|stay length|duracion"),
        (Kind.REASON, r"reason|cause|why|explanation|motivo|razon"),
        (Kind.MONEY, r"price|cost|fare|amount|budget|rent|fee|balance|salary|presupuesto|precio"),
        (Kind.DATE, r"dates?|day|birthday|deadline|fecha|dob"),
        (Kind.TIME, r"time|hour|hora"),
        (Kind.WHEN, r"when|eta|timeline|schedule|cuando"),
        (Kind.PLACE, r"location|where|whereabouts|address|position|ubicacion|direccion"),
        (
            Kind.NAME,
            r"names?|city|town|country|place|destination|origin|station|airport|area|company"
            r"|person|title|artist|director|actors?|starring|nombre|ciudad|album|brand|model",
        ),
    )
)
# A description says what it is about at its beginning.
HEAD_WORDS = 4
NAMED_PLACE = re.compile(r"\b(?:city|town|state|country|station|airport|ciudad)\b")
MONEY_UNITS = re.compile(r"\b(?:cents?|dollars?|usd|eur|euros?)\b")


def kind_of(field: Field) -> Kind:
    if field.choices and all(isinstance(choice, str) for choice in field.choices):
        return Kind.CHOICE
    if field.type == "boolean":
        return Kind.YES_NO
    name, label = folded(label_text(field.name)), folded(field.label)
    if field.type in {"integer", "number"} or field.choices:
        is_money = MONEY_UNITS.search(f"{name} {label}") or _told(name) is Kind.MONEY
        return Kind.MONEY if is_money else Kind.NUMBER
    if field.format in FORMATS:
        return FORMATS[field.format]
    head = " ".join(label.split()[:HEAD_WORDS])
    told = _told(name) or _told(head) or _contact(label) or Kind.TEXT
    return Kind.NAME if told is Kind.PLACE and NAMED_PLACE.search(f"{name} {head}") else told


def _contact(label: str) -> Kind | None:
    """Find what only a contact is described by, wherever the description says it."""
    told = _told(label)
    return told if told in {Kind.EMAIL, Kind.LINK, Kind.PHONE} else None


def _told(words: str) -> Kind | None:
    return next((kind for kind, pattern in TELLING if pattern.search(words)), None)
