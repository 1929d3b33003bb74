"""Delivering by e-mail once a day: one mail to each person, with all that happened since the last.

What is booked waits until the time of the digest, and goes out together then. Everybody can end it
for themselves by the link in the mail, which needs no login.
"""

import asyncio
import base64
import binascii
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations import claims
from backend.destinations.email import NOBODY_LEFT
from backend.destinations.errors import LinkInvalid
from backend.destinations.letters import write_digest
from backend.destinations.models import Destination
from backend.destinations.parcel import Answer, Parcel
from backend.platform import clock, sealing
from backend.platform.errors import AppError
from backend.platform.events import JsonObject
from backend.platform.settings import Settings
from backend.providers.mail import Mail, send_mail

# Mails on their way at once: more connections from one sender are refused by many servers.
_AT_ONCE = 10
# How long one person's mail may take, and all of them: well within an attempt, so that what came of
# each is known at its end.
_MAIL_SECONDS = 8.0
_ALL_SECONDS = 16.0


def first_attempt_at(config: JsonObject, now: datetime) -> datetime:
    """Say when what is booked now is to go out: with the next digest, or at once."""
    daily_at = config.get("daily_at")
    if daily_at is None:
        return now
    hour, minute = map(int, daily_at.split(":"))
    local = now.astimezone(ZoneInfo(config["time_zone"]))
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)  # by the clock on the wall, also when it is changed
    return at.astimezone(UTC)


@dataclass(frozen=True)
class DigestSender:
    settings: Settings
    destination_id: UUID
    name: str
    to: tuple[str, ...]
    # One mail a day, whatever the day: of very many, the mail has the first.
    most: ClassVar[int] = 5000

    async def send(self, parcel: Parcel) -> Answer:
        (answer,) = await self.send_all([parcel])
        return answer

    async def send_all(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        """Mail it to each. Who did not take it is named; it counts once somebody did."""
        began_at, began = clock.now(), time.perf_counter()
        places = asyncio.Semaphore(_AT_ONCE)
        sending = [
            asyncio.create_task(
                self._send_one(parcels, address, f"{parcels[0].id}.{number}", places)
            )
            for number, address in enumerate(self.to, start=1)
        ]
        await _until_known(sending)
        errors = [_error_of(task) for task in sending]
        said = [
            f"Taken: {address}" if error is None else f"Not taken: {address}: {error}"
            for address, error in zip(self.to, errors, strict=True)
        ]
        lost = None if None in errors else next(iter(errors), None)
        took = round((time.perf_counter() - began) * 1000)
        answer = "\n".join(said) or NOBODY_LEFT
        return [Answer(began_at, took, error=lost, answer=answer)] * len(parcels)

    async def _send_one(
        self, parcels: Sequence[Parcel], address: str, mail_id: str, places: asyncio.Semaphore
    ) -> str | None:
        """Mail it to one person. Returns why it was not taken; null: it was."""
        async with places:
            try:
                async with asyncio.timeout(_MAIL_SECONDS):
                    await send_mail(self.settings.smtp, self._mail(parcels, address, mail_id))
            except TimeoutError:
                return f"No answer within {_MAIL_SECONDS:g} s."
            except AppError as failure:
                return failure.detail
            except Exception:  # noqa: BLE001 - what ails one mail must not have all sent again
                logger.exception("digest.mail_failed_here")
                return "Something went wrong here; the log has the details."
        return None

    def written(self, parcel: Parcel) -> str:
        return write_digest(self.name, [parcel], self.settings.own_url, None).text

    def _mail(self, parcels: Sequence[Parcel], address: str, mail_id: str) -> Mail:
        token = make_token(self.destination_id, address, self.settings)
        link = f"{self.settings.own_url}/api/v1/unsubscribe/{token}"
        letter = write_digest(self.name, parcels, self.settings.own_url, link)
        return Mail((address,), letter.subject, letter.text, letter.html, mail_id, link)


async def _until_known(sending: Sequence[asyncio.Task[str | None]]) -> None:
    """Wait for what came of each, as long as there is time."""
    try:
        if sending:
            await asyncio.wait(sending, timeout=_ALL_SECONDS)
    except asyncio.CancelledError:
        # Given back, it would go to all once more, also to those who have it.
        if not any(task.done() and task.result() is None for task in sending):
            raise
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)


def _error_of(task: asyncio.Task[str | None]) -> str | None:
    return "There was no time left for it." if task.cancelled() else task.result()


def make_token(destination_id: UUID, address: str, settings: Settings) -> str:
    sealed = sealing.seal(address, _about(destination_id), settings.secret_keys[0])
    return f"{destination_id.hex}{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


_ID_LENGTH = 32


def read_token(token: str, settings: Settings) -> tuple[UUID, str]:
    """Read whose digest a link ends. Raises LinkInvalid."""
    try:
        destination_id = UUID(token[:_ID_LENGTH])
        sealed = base64.urlsafe_b64decode(token[_ID_LENGTH:] + "==")
        address = sealing.unseal(sealed, _about(destination_id), settings.secret_keys)
    except (ValueError, binascii.Error, sealing.SealBroken):
        raise LinkInvalid("This link is not whole, or it is not one of ours.") from None
    return destination_id, address


async def unsubscribe(session: AsyncSession, token: str, settings: Settings) -> Destination:
    """Send this person no more digests. Raises LinkInvalid."""
    destination_id, address = read_token(token, settings)
    destination = await claims.find_destination(session, destination_id)
    if destination is None:
        raise LinkInvalid("There is no such digest any more.")
    gone = destination.config.get("unsubscribed", [])
    if address not in gone:
        destination.config = destination.config | {"unsubscribed": [*gone, address]}
        destination.updated_at = clock.now()
        await session.flush()
    return destination


def _about(destination_id: UUID) -> str:
    return f"unsubscribe {destination_id}"
