"""What can be shown later: by which answers a call went, and how a hook was changed."""

from backend.calls import dialling
from backend.compliance.hooks import queries
from backend.platform import db
from tests.compliance.hooks.conftest import made_hook
from tests.compliance.hooks.standing import NUMBER, a_hook, about, ask, inquiries
from tests.support.customers import Customer
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def test_each_call_says_by_which_answer_it_was_dialled(room: Room, sandbox: Sandbox) -> None:
    agent = await room.agent()
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial")
    await ask(room, about(room, NUMBER, agent.id))
    (asked,) = await inquiries(room)
    calls = [await room.call(agent, NUMBER) for _ in range(2)]

    await dialling.claim_due(room.runtime, room.org.id)
    for call in calls:
        await dialling.dial(room.runtime, room.org.id, call.id)

    assert len(await sandbox.calls()) == 2
    assert asked.call_id is None
    for call in calls:
        assert (await room.stored(call)).hook_inquiry_ids == [asked.id]
        async with db.transaction(room.runtime.sessions) as session:
            found = await queries.list_inquiries(
                session,
                room.org.id,
                hook_id=hook.id,
                call_id=call.id,
                status=None,
                cursor=None,
                limit=5,
            )
        assert [each.id for each in found] == [asked.id]


async def test_the_audit_log_has_what_a_hook_was_before_and_why(
    dialer: Customer, sandbox: Sandbox
) -> None:
    hook = await made_hook(dialer, f"{sandbox.url}/lookup/dial?key=hidden")
    path = f"/api/v1/compliance/hooks/{hook['id']}"

    weaker = {"enabled": False, "purposes": ["marketing"], "reason": "The vendor moves."}
    changed = await dialer.client.patch(path, json=weaker | {"url": f"{sandbox.url}/other"})
    removed = await dialer.client.delete(path, params={"reason": "The contract has ended."})

    assert (changed.status_code, removed.status_code) == (200, 204)
    (change,) = (await dialer.get("/audit", action="update_hook"))["items"]
    (end,) = (await dialer.get("/audit", action="delete_hook"))["items"]
    assert change["details"]["reason"] == "The vendor moves."
    assert change["details"]["changed"] == {
        "enabled": [True, False],
        "purposes": [["service", "marketing"], ["marketing"]],
        "revision": [1, 2],
    }
    assert end["details"]["reason"] == "The contract has ended."
    assert end["details"]["removed"]["name"] == "Do-not-call list"
    assert "hidden" not in str([change, end])
