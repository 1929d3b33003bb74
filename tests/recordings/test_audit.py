"""Who sent, deleted, retried and transcribed recordings is in the audit log."""

import httpx

from backend.auth.models import Role
from tests.support.customers import Customer
from tests.support.recordings import completed, upload
from tests.support.sound import encoded, mono, stereo


async def _entered(customer: Customer) -> list[tuple[str, str, str]]:
    items = (await customer.get("/audit"))["items"]
    about = [each for each in items if "record" in each["action"] or "upload" in each["action"]]
    return sorted((each["action"], each["object_id"], each["actor_name"]) for each in about)


async def test_what_is_done_with_recordings_is_entered_with_who_did_it(customer: Customer) -> None:
    agent = await customer.published_agent()
    manager = await customer.colleague(Role.MANAGER)
    content = encoded(stereo())
    sent = await upload(customer, agent, encoded(mono()))
    await completed(customer, sent["id"])
    body = {"agent_id": agent["id"], "file_name": "a.wav", "size_bytes": len(content)}
    opened = await manager.post("/recordings", body)
    async with httpx.AsyncClient() as anybody:
        await anybody.put(opened["upload"]["url"], content=content)
    await manager.post(f"/recordings/{opened['id']}/complete")
    await completed(customer, opened["id"])
    await manager.client.delete(f"/api/v1/recordings/{sent['id']}")
    never = await manager.post("/recordings", body | {"size_bytes": 5})
    await manager.post(f"/recordings/{never['id']}/cancel")

    assert await _entered(customer) == sorted(
        [
            ("upload_recording", sent["id"], customer.user.email),
            ("open_upload", opened["id"], manager.user.email),
            ("complete_upload", opened["id"], manager.user.email),
            ("delete_recording", sent["id"], manager.user.email),
            ("open_upload", never["id"], manager.user.email),
            ("cancel_recording", never["id"], manager.user.email),
        ]
    )


async def test_whoever_has_a_call_transcribed_again_is_entered_with_the_recording(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    call = await customer.call(agent, metadata={"sandbox_scenario": "hang_up"})
    await customer.call_in(call["id"], "ended")

    recording = await customer.post(f"/calls/{call['id']}/transcribe")

    (entry,) = (await customer.get("/audit", action="transcribe_call"))["items"]
    assert (entry["object_id"], entry["actor_name"]) == (recording["id"], customer.user.email)
    # Others count what the provider is asked.
    await completed(customer, recording["id"])
