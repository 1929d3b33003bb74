"""What erasing announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event, JsonObject

_ERASURE = "01990000-0000-7000-8000-0000000e6a5e"


class ErasureDue(Event):
    """An erasure is to be begun, or to go on. Nobody outside sees this."""

    name: ClassVar[str] = "erasure.due"
    is_logged: ClassVar[bool] = False

    erasure_id: UUID


class ErasureCompleted(Event):
    """Nothing is left of somebody or something; `data` has the erasure's id and its calls' ids."""

    name: ClassVar[str] = "erasure.completed"
    example: ClassVar[JsonObject] = {
        "erasure_id": _ERASURE,
        "call_ids": ["01990000-0000-7000-8000-00000000ca11"],
    }


class ErasureFailed(Event):
    """An erasure cannot go on by itself; `data` has its id and the reason."""

    name: ClassVar[str] = "erasure.failed"
    example: ClassVar[JsonObject] = {"erasure_id": _ERASURE, "reason": "Retell does not answer."}
