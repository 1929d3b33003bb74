"""What has passages embedded. Only jobs hear of it."""

from typing import ClassVar

from backend.platform.events import CallEvent, Event


class PassagesCut(CallEvent):
    name: ClassVar[str] = "passages.cut"
    is_logged: ClassVar[bool] = False


class EmbeddingDue(Event):
    """An organisation has passages without a vector of the embedder that is set."""

    name: ClassVar[str] = "embedding.due"
    is_logged: ClassVar[bool] = False

    @property
    def question(self) -> str:
        return str(self.org_id)
