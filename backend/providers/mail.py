"""Sending mail by SMTP."""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import aiosmtplib

from backend.platform.errors import AppError, UpstreamFailed, UpstreamTimedOut
from backend.platform.settings import SmtpSettings

TIMEOUT_SECONDS = 20.0
# The mail was taken by then.
_FAREWELL_SECONDS = 1.0
_PORTS = {"smtp": 587, "smtps": 465}


class MailNotSetUp(AppError):
    code, title = "mail-not-set-up", "No mail can be sent"


class MailFailed(UpstreamFailed):
    code, title = "mail-failed", "The mail server did not take it"


class MailTimedOut(UpstreamTimedOut):
    code, title = "mail-timed-out", "The mail server did not answer in time"


@dataclass(frozen=True)
class Mail:
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    # The same for every attempt, so that mail programs show it once.
    id: str | None = None
    # Where a mail program can end such mails for its user, by a single POST.
    unsubscribe_url: str | None = None


async def send_mail(settings: SmtpSettings, mail: Mail) -> str:
    """Send to everybody it is for; return what the server said, and whom it did not take.

    Raises MailNotSetUp, MailFailed and MailTimedOut.
    """
    if settings.url is None:
        raise MailNotSetUp("SMTP_URL is not set, so no mail can be sent.")
    parts = urlsplit(settings.url.get_secret_value())
    try:
        client = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            # Without TLS, unless the server offers it.
            start_tls=None if parts.scheme == "smtp" else False,
            timeout=TIMEOUT_SECONDS,
        )
        message = _message(settings, parts.hostname or "localhost", mail)
        refused, answer = await _send(client, message)
    except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
        raise MailTimedOut(f"The mail server gave no answer in {TIMEOUT_SECONDS:g} s.") from error
    except ssl.SSLError as error:
        raise MailFailed("The mail server's certificate is not trusted.") from error
    except aiosmtplib.SMTPResponseException as error:
        raise MailFailed(f"The mail server answered {error.code}.") from error
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise MailFailed("The mail server takes none of the addresses.") from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise MailFailed("The mail server cannot be reached.") from error
    # Those it took have the mail: sending it again would send it to them twice.
    return "\n".join([answer, *(f"Not taken: {address}" for address in refused)])


async def _send(
    client: aiosmtplib.SMTP, message: EmailMessage
) -> tuple[dict[str, aiosmtplib.SMTPResponse], str]:
    """Send a message. Whoever waits no longer is not kept by the server's farewell.

    `aiosmtplib.send` waits for that as for any answer, also when it is cancelled.
    """
    try:
        await client.connect()
        sent = await client.send_message(message)
        with suppress(aiosmtplib.SMTPException):
            await client.quit(timeout=_FAREWELL_SECONDS)
    finally:
        client.close()
    return sent


def _message(settings: SmtpSettings, host: str, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.sender or f"Ringback <ringback@{host}>"
    # An address named twice would get it twice.
    message["To"] = ", ".join(dict.fromkeys(mail.to))
    message["Subject"] = " ".join(mail.subject.split())[:200]
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{mail.id}@ringback>" if mail.id else make_msgid(domain="ringback")
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url is not None:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message
