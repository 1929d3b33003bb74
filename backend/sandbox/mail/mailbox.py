"""The SMTP server, and the mails it was sent. Nothing leaves it."""

import asyncio
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

_KEPT = 500


@dataclass(frozen=True)
class Mail:
    number: int
    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    def part(self, kind: str) -> str:
        """Return the body in this form (`plain` or `html`); empty when it has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()).replace("\r\n", "\n") if body is not None else ""


class Mailbox:
    """`refusals` are answered instead of taking a mail, one after the other."""

    def __init__(self) -> None:
        self.mails: deque[Mail] = deque(maxlen=_KEPT)
        self.refusals: list[str] = []
        self.port = 0
        self._taken = 0
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="sandbox", loop=loop), host, port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def clear(self) -> None:
        self.mails.clear()
        self.refusals.clear()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name and signature
        if self.refusals:
            return self.refusals.pop(0)
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        self._taken += 1
        recipients = [str(address) for address in envelope.rcpt_tos]
        self.mails.append(Mail(self._taken, envelope.mail_from or "", recipients, message))
        return "250 OK: kept in the sandbox"
