"""Sending recordings as a customer does, and waiting for what becomes of them."""

from typing import Any

from tests.support.service import Service
from tests.support.waiting import until

LATE = {
    "type": "object",
    "properties": {
        "is_late": {"type": "boolean", "description": "Whether the driver is running late."}
    },
    "required": ["is_late"],
}


async def upload(
    service: Service, agent: dict[str, Any], content: bytes, name: str = "call.wav", **form: str
) -> dict[str, Any]:
    """Send a file in one request, as curl does."""
    response = await service.client.post(
        "/api/v1/recordings/upload",
        data={"agent_id": agent["id"], **form},
        files={"file": (name, content)},
    )
    assert response.status_code == 202, response.text
    sent: dict[str, Any] = response.json()
    return sent


async def over(
    service: Service, recording_id: str, *statuses: str, patience: float = 40
) -> dict[str, Any]:
    """Wait until the recording is in one of the states, and return it."""

    async def probe() -> dict[str, Any] | None:
        recording: dict[str, Any] = await service.get(f"/recordings/{recording_id}")
        return recording if recording["status"] in statuses else None

    return await until(probe, f"recording {recording_id} to be {statuses}", patience=patience)


async def completed(service: Service, recording_id: str) -> dict[str, Any]:
    recording = await over(service, recording_id, "completed", "failed", "canceled")
    assert recording["status"] == "completed", recording["error"]
    return recording


async def failed(service: Service, recording_id: str) -> dict[str, Any]:
    recording = await over(service, recording_id, "completed", "failed", "canceled")
    assert recording["status"] == "failed", recording
    error: dict[str, Any] = recording["error"]
    return error
