"""Controls of the simulated transcription: faults, what was asked, and recordings to play with."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from backend.sandbox.scenarios import scenarios
from backend.sandbox.screenplay import Scenario, fill
from backend.sandbox.transcription.recordings import spoken_wav
from backend.sandbox.transcription.state import Fault, TranscriptionState

_EXAMPLE = (
    "agent: Hi Mike, this is dispatch. How is it going?",
    "user: I'm running two hours late, there was an accident near Flagstaff.",
    "agent: Okay. When will you be there?",
    "user: Tomorrow at 8 a.m.",
    "agent: Thank you, drive safely.",
)


def create_control_router(state: TranscriptionState) -> APIRouter:
    router = APIRouter()

    @router.post("/faults", status_code=204)
    async def add_fault(fault: Fault) -> None:
        state.faults.append(fault)

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        state.reset()

    @router.get("/asked")
    async def asked() -> dict[str, Any]:
        return {
            "requests": dict(state.asked),
            "heard": dict(state.heard),
            "keys": sorted(state.keys),
        }

    @router.get("/recording")
    async def get_recording(
        conversation: str = "",
        scenario: str = "",
        channels: Annotated[int, Query(ge=1, le=2)] = 2,
    ) -> Response:
        """Make a recording of a scenario, or of `agent: …` and `user: …`, a line each."""
        lines = conversation.splitlines() or list(_EXAMPLE)
        if scenario:
            played = scenarios().get(scenario)
            if played is None:
                raise HTTPException(404, f"There is no scenario {scenario}.")
            lines = _spoken_lines(played)
        return Response(spoken_wav(lines, is_stereo=channels == 2), media_type="audio/wav")

    return router


def _spoken_lines(scenario: Scenario) -> list[str]:
    return [
        f"{line.role}: {fill(line.text, scenario.defaults)}"
        for line in scenario.lines
        if line.role != "tool"
    ]
