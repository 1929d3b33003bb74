"""What a hook may answer. Whatever else it sends is no answer."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from backend.platform.outbound.exchange import Exchange
from backend.platform.storable import StorableText

LARGEST_BYTES = 16_384

LineType: TypeAlias = Literal["mobile", "landline", "voip", "toll_free", "other", "unknown"]


class Answer(BaseModel):
    """A hook's answer about a number. Members that are not known here are left out."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    allowed: StrictBool = Field(description="Whether the number may be dialed.")
    code: Annotated[StorableText, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | None = Field(
        None, description="The reason as a word, such as `on_national_dnc`."
    )
    reason: Annotated[StorableText, Field(max_length=500)] | None = Field(
        None, description="The reason for people."
    )
    line_type: LineType | None = Field(None, description="What kind of line it is.")
    reassigned_on: date | None = Field(
        None, description="When the number was given to somebody else: consents from before fall."
    )


class NoAnswer(Exception):
    """What came back is no answer; in words."""


def read(made: Exchange) -> Answer:
    """Read the answer of an exchange. Raises NoAnswer, which says why it is none."""
    if made.error is not None:
        raise NoAnswer(made.error)
    if len(made.body) > LARGEST_BYTES:
        raise NoAnswer(f"Its answer is longer than {LARGEST_BYTES:,} bytes.")
    try:
        return Answer.model_validate_json(made.body)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise NoAnswer("Its answer is not JSON, or breaks off.") from None
        place = "/".join(map(str, first["loc"]))
        raise NoAnswer(f"Its answer is wrong at /{place}: {first['msg']}.") from None
