"""What the recordings' routes ask for."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path
from pydantic import SecretStr

from backend.platform.services import provided
from backend.recordings.own_keys import KeyHolder

OwnKey = Annotated[
    SecretStr | None,
    Header(
        alias="X-Transcriber-Key",
        description="A key of your own for the transcriber: used for this recording, kept nowhere.",
    ),
]
Keys = Annotated[KeyHolder, Depends(provided(KeyHolder))]
RecordingPath = Annotated[UUID, Path(description="The id of the recording.")]
