"""What the compliance paths take and give."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from backend.compliance.models import Consent, ConsentKind, Scope, Suppression, SuppressionQuote
from backend.compliance.numbers import read_e164
from backend.platform import clock
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import Instant, StorableText

# What says who suppressed, where it was the service itself.
RESERVED_SOURCES = frozenset({"retell", "record", "transcript", "consent_revoked", "erased"})


def _number(text: str) -> str:
    number = read_e164(text)
    if number is None:
        raise ValueError("is not a phone number in E.164 format, such as +14155550100")
    return number


def _not_reserved(source: str) -> str:
    if source in RESERVED_SOURCES:
        raise ValueError("is a source of the service's own; name where you have it from")
    return source


def _past(instant: datetime) -> datetime:
    if instant > clock.now():
        raise ValueError("has not come yet")
    return instant


Number = Annotated[StorableText, Field(max_length=32), AfterValidator(_number)]
Source = Annotated[StorableText, Field(min_length=1, max_length=200), AfterValidator(_not_reserved)]
PastInstant = Annotated[
    Instant, AfterValidator(_past), WithJsonSchema({"type": "string", "format": "date-time"})
]
Reason = Annotated[StorableText, Field(max_length=1000)]


class SuppressionCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Number = Field(
        description="Who is not to be called, E.164.", examples=["+14155550100"]
    )
    scope: Scope = Field(
        Scope.ALL,
        description="Calls of which purpose. Default `all`: service and marketing; what warns of "
        "emergencies still gets through, unless it is suppressed as such.",
    )
    source: Source = Field("person", description="Where you have it from.", examples=["letter"])
    reason: Reason | None = Field(None, description="In words, for those who ask later.")
    call_id: UUID | None = Field(None, description="Your call in which they said so.")
    asked_at: PastInstant | None = Field(
        None,
        description="When they asked; only what they agree to later ends it. Default null: now.",
        examples=["2026-11-02T15:04:05Z"],
    )

    def added(self, org_id: UUID, by: UUID) -> Suppression:
        own = self.model_dump() | {"asked_at": self.asked_at or clock.now()}
        return Suppression(org_id=org_id, created_by=by, **own)


class SuppressionRead(BaseModel):
    id: UUID = Field(description="The id of the suppression.")
    to_number: str = Field(description="Who is not to be called, E.164.")
    scope: Scope = Field(description="Calls of which purpose.")
    source: str = Field(
        description="Whence: `retell` (its agent was asked to), `record` (a record's field says "
        "so), `transcript` (they said so in a call), `consent_revoked`, or what was given."
    )
    reason: str | None = Field(description="In words, where somebody gave any.")
    call_id: UUID | None = Field(description="The call in which they said so.")
    quote: str | None = Field(description="Their words in that call, for as long as it is kept.")
    created_by: UUID | None = Field(description="The user or key that added it.")
    asked_at: datetime = Field(description="When they asked; what ends it has to be newer.")
    created_at: datetime = Field(description="When it was added.")
    ended_at: datetime | None = Field(
        description="When they agreed again to all that it was for; null: it holds."
    )

    @classmethod
    def of(
        cls,
        suppression: Suppression,
        *,
        quote: SuppressionQuote | None = None,
        ended_at: datetime | None = None,
    ) -> Self:
        own = suppression.model_dump(exclude={"org_id"})
        words = quote.quote if quote is not None else None
        return cls(**own, quote=words, ended_at=ended_at)


class SuppressionsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: StorableText | None = Field(
        None,
        max_length=32,
        description="Only numbers with these digits in a row; all else in it does not matter.",
        examples=["555-0100"],
    )
    cursor: Cursor = None
    limit: Limit = 50


class ListQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(
        default=False, description="Say what would be done, and do nothing. Default false."
    )


class LineError(BaseModel):
    line: int = Field(description="From 1, without the header.")
    message: str = Field(description="What is wrong with it.")


class ListRead(BaseModel):
    """What became of a list: bad lines are left out, good ones taken."""

    lines: int = Field(description="How many it has, without the header.")
    added: int = Field(description="Numbers that were not suppressed for this before.")
    already: int = Field(description="Numbers that were, or that came before in the list.")
    invalid: int = Field(description="Lines that cannot be read.")
    errors: list[LineError] = Field(description="What is wrong with them: the first thousand.")


class ConsentCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Number = Field(description="Who agreed, E.164.", examples=["+14155550100"])
    kind: ConsentKind = Field(
        ConsentKind.EXPRESS,
        description="`written`: with a signature, as marketing needs it. Default `express`.",
    )
    purpose: Scope = Field(description="To calls of which purpose.")
    source: Source = Field(
        description="How and where it can be shown.", examples=["form of 2 November 2026"]
    )
    given_at: PastInstant | None = Field(
        None,
        description="When they agreed; suppressions older than that end. Default null: now.",
        examples=["2026-11-02T15:04:05Z"],
    )


class ConsentRead(BaseModel):
    id: UUID = Field(description="The id of the consent.")
    to_number: str = Field(description="Who agreed, E.164.")
    kind: ConsentKind = Field(description="In whatever way, or in writing.")
    purpose: Scope = Field(description="To calls of which purpose.")
    source: str = Field(description="How and where it can be shown.")
    given_at: datetime = Field(description="When they agreed.")
    created_by: UUID | None = Field(description="The user or key that entered it.")
    created_at: datetime = Field(description="When it was entered.")
    revoked_at: datetime | None = Field(description="When they took it back; null: it holds.")
    revoked_by: UUID | None = Field(description="The user or key that entered that.")

    @classmethod
    def of(cls, consent: Consent) -> Self:
        return cls.model_validate(consent.model_dump(exclude={"org_id"}))


class ConsentsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Number | None = Field(None, description="Only of this number.")
    cursor: Cursor = None
    limit: Limit = 50
