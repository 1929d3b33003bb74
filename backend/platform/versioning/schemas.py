"""How versions and their differences are shown."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from backend.platform.versioning.differences import ChangeKind

_LARGEST = 2**31 - 1
VersionNumber = Annotated[int, Path(ge=1, le=_LARGEST, description="The version's number.")]
VersionOrDraft = Annotated[int, Field(ge=1, le=_LARGEST)] | Literal["draft"]


def number_of(reference: VersionOrDraft) -> int | None:
    """Return the version's number; None stands for the draft."""
    return None if reference == "draft" else int(reference)


class FieldChangeRead(BaseModel):
    """One difference between two configurations."""

    pointer: str = Field(
        description="JSON pointer to it in what is compared; of what was removed, in the base.",
        examples=["/variables/1/default"],
    )
    kind: ChangeKind = Field(description="Whether it was added, removed or changed.")
    before: Any = Field(description="The value in the base; null where there is none.")
    after: Any = Field(description="The value in what is compared; null where there is none.")
