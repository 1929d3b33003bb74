"""What was found of a criterion gives way to what weighs more."""

from uuid import UUID

import pytest

from backend.platform import db
from backend.quality.policies import service as policies
from backend.quality.policies.config import Criterion, PolicyConfig
from backend.quality.reliability import Measured, find_unreliable, note_reliability
from tests.quality.policies import GREETS
from tests.support.customers import Customer
from tests.support.room import Room

ASKED = Criterion.model_validate(GREETS)
REWORDED = Criterion.model_validate(GREETS | {"question": "Is a greeting the agent's first word?"})
BETTER_KNOWN = Criterion.model_validate(GREETS | {"name": "Says hello", "weight": 5})
AGAINST = Measured(0.3, 20, is_reliable=False)


async def unreliable_after(room: Room, *measured: tuple[Criterion, Measured]) -> frozenset[str]:
    config = PolicyConfig(name="Quality", criteria=[ASKED])
    async with db.transaction(room.runtime.sessions) as session:
        policy = await policies.create_policy(session, room.org.id, config)
        for criterion, found in measured:
            await note_reliability(session, room.org.id, policy.id, criterion, found)
        return await find_unreliable(session, policy.id, config)


@pytest.mark.parametrize(
    ("criterion", "calls", "left_out"),
    [
        (ASKED, 20, {"greeting"}),
        (BETTER_KNOWN, 20, {"greeting"}),
        (ASKED, 21, set()),
        (REWORDED, 5, set()),
    ],
)
async def test_what_is_unreliable_comes_back_by_another_wording_or_by_more_calls(
    room: Room, criterion: Criterion, calls: int, left_out: set[str]
) -> None:
    now = Measured(0.9, calls, is_reliable=True)
    assert await unreliable_after(room, (ASKED, AGAINST)) == {"greeting"}
    assert await unreliable_after(room, (ASKED, AGAINST), (criterion, now)) == left_out


async def test_what_is_reliable_is_left_out_as_soon_as_anything_speaks_against_it(
    room: Room,
) -> None:
    before = Measured(0.9, 100, is_reliable=True)
    assert await unreliable_after(room, (ASKED, before), (ASKED, AGAINST)) == {"greeting"}


async def test_a_criterion_that_was_worded_otherwise_since_is_told_from_one_that_was_measured(
    customer: Customer,
) -> None:
    policy = await customer.post("/policies", {"name": "Quality", "criteria": [GREETS]})
    async with db.transaction(customer.sessions) as session:
        await note_reliability(session, customer.org.id, UUID(policy["id"]), ASKED, AGAINST)
    path = f"/policies/{policy['id']}"

    (measured,) = await customer.get(f"{path}/reliability")
    await customer.patch(path, {"criteria": [REWORDED.model_dump(mode="json")]})
    (reworded,) = await customer.get(f"{path}/reliability")
    await customer.patch(path, {"criteria": []})

    assert (measured["reliable"], measured["is_worded_as_measured"]) == (False, True)
    assert (reworded["reliable"], reworded["is_worded_as_measured"]) == (False, False)
    assert await customer.get(f"{path}/reliability") == []
