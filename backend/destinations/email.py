"""Delivering by e-mail: one mail for each event."""

import time
from dataclasses import dataclass

from backend.destinations.letters import write_letter
from backend.destinations.parcel import Answer, Parcel
from backend.platform import clock
from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.mail import Mail, send_mail

NOBODY_LEFT = "Everybody has unsubscribed."


@dataclass(frozen=True)
class EmailSender:
    settings: Settings
    to: tuple[str, ...]

    async def send(self, parcel: Parcel) -> Answer:
        began_at, began = clock.now(), time.perf_counter()
        if not self.to:
            return Answer(began_at, duration_ms=0, answer=NOBODY_LEFT)
        letter = write_letter(parcel.event, parcel.data, self.settings.own_url)
        mail = Mail(self.to, letter.subject, letter.text, letter.html, str(parcel.id))
        answer, error = None, None
        try:
            answer = await send_mail(self.settings.smtp, mail)
        except AppError as failure:
            error = failure.detail
        took = round((time.perf_counter() - began) * 1000)
        return Answer(began_at, took, error=error, answer=answer)

    def written(self, parcel: Parcel) -> str:
        return write_letter(parcel.event, parcel.data, self.settings.own_url).text
