"""What somebody sends back as they saw it, masked, changes nothing of what is kept."""

from typing import Any

import pytest

from backend.auth.models import Role
from backend.calls.models import Call
from backend.platform import db
from backend.records.unmasking import marks_over_originals, restored
from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of

MASK = Mask((Sensitive.NAME, Sensitive.CARD), names=("Maria", "Ana"))
STOP = {"type": "object", "properties": {n: {"type": "string"} for n in ("city", "contact")}}
SCHEMA = {
    "type": "object",
    "properties": {
        "driver_name": {"type": ["string", "null"]},
        "note": {"type": ["string", "null"]},
        "stops": {"type": "array", "items": STOP},
    },
}
STOPS = [{"city": "Indio", "contact": "Ana"}, {"city": "Blythe", "contact": "Maria"}]
DATA: dict[str, Any] = {"driver_name": "Maria", "note": "[card] was used", "stops": STOPS}


@pytest.mark.parametrize(
    ("sent", "held", "kept"),
    [
        ("[name]", "Maria", "Maria"),
        ("[name] was late", "Maria was late", "Maria was late"),
        ("Bo", "Maria", "Bo"),
        (None, "Maria", None),
        ({"a": "[name]", "b": 2}, {"a": "Ana", "b": 1}, {"a": "Ana", "b": 2}),
        (["[name]", "x"], ["Ana", "y"], ["Ana", "x"]),
        (["x", "[name] 2"], ["Ana 1", "Maria 2", "x"], ["x", "Maria 2"]),
        ([{"n": "[name]"}, {"n": "Cy"}, {}], [{"n": "Ana"}], [{"n": "Ana"}, {"n": "Cy"}, {}]),
        ("[card]", "[card]", "[card]"),
        (True, 1, True),
    ],
)
def test_what_is_held_comes_back_wherever_its_mask_was_sent(
    sent: Any, held: Any, kept: Any
) -> None:
    new = restored(sent, held, MASK)

    assert new == kept
    assert list(marks_over_originals(new, held, MASK)) == []


@pytest.mark.parametrize(
    ("sent", "held", "path"),
    [
        ("[name] is early", "Maria was late", ()),
        ({"a": {"b": ["[name]!", 2]}}, {"a": {"b": ["Ana", 2]}}, ("a", "b", 0)),
        (["[name]"], ["Ana", "Maria"], ()),
        ("[name]", {"n": "Maria"}, ()),
    ],
)
def test_a_mark_that_would_take_an_originals_place_is_told(
    sent: Any, held: Any, path: tuple[str | int, ...]
) -> None:
    new = restored(sent, held, MASK)

    assert list(marks_over_originals(new, held, MASK)) == [path]


async def _recorded_call(customer: Customer) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(
            session, customer.org.id, record_schema=SCHEMA, redact=["name"]
        )
        call = await builders.call(
            session, agent, lines=("user: This is Maria.",), variables={"names": ["Maria", "Ana"]}
        )
        await builders.record(session, call, data=DATA)
    return call


async def test_a_reviewers_correction_keeps_what_they_cannot_see(customer: Customer) -> None:
    path = f"/calls/{(await _recorded_call(customer)).id}/record"
    reviewer = await customer.colleague(Role.REVIEWER)
    seen = (await reviewer.get(path))["data"]
    assert seen["stops"][0] == {"city": "Indio", "contact": "[name]"}

    seen["stops"][0]["city"] = "Ehrenberg"
    await reviewer.patch(path, {"data": {"stops": seen["stops"], "driver_name": "[name]"}})

    changed = await customer.get(path)
    assert changed["data"] == DATA | {"stops": [STOPS[0] | {"city": "Ehrenberg"}, STOPS[1]]}
    told = await customer.get(f"{path}/diff")
    assert [each["field"] for each in told["differences"]] == ["stops[0].city"]


async def test_a_mark_is_not_written_over_what_it_stands_for(customer: Customer) -> None:
    path = f"/calls/{(await _recorded_call(customer)).id}/record"
    reviewer = await customer.colleague(Role.REVIEWER)

    answer = await reviewer.client.patch(
        f"/api/v1{path}", json={"data": {"driver_name": "Mr [name]", "note": "[card] is old"}}
    )

    assert pointers(problem_of(answer, 422, "correction-invalid")) == ["/data/driver_name"]
    assert (await customer.get(path))["data"] == DATA
