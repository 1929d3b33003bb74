"""Reading the mails: as pages in a browser, and as JSON for tests."""

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse

from backend.sandbox.mail.mailbox import Mail, Mailbox


def create_router(mailbox: Mailbox) -> APIRouter:
    router = APIRouter()

    @router.get("", response_class=HTMLResponse)
    async def show_mails() -> str:
        """List the mails, newest first, for a browser."""
        rows = "".join(
            f'<li><a href="mail/{mail.number}">{escape(mail.subject)}</a> '
            f"to {escape(', '.join(mail.recipients))}</li>"
            for mail in reversed(mailbox.mails)
        )
        return _page("Mails", f"<ul>{rows}</ul>" if rows else "<p>Nothing was sent yet.</p>")

    @router.get("/all")
    async def list_mails() -> list[dict[str, Any]]:
        return [_shown(mail) for mail in mailbox.mails]

    @router.get("/server")
    async def show_server() -> dict[str, str]:
        """Say where mails are taken, as `SMTP_URL` has it."""
        return {"smtp_url": f"smtp://127.0.0.1:{mailbox.port}"}

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        mailbox.clear()

    @router.post("/refusals")
    async def refuse_next(answers: Annotated[list[str], Body(embed=True)]) -> dict[str, int]:
        """Answer the next mails so, such as `451 Try again later`, instead of taking them."""
        mailbox.refusals = list(answers)
        return {"count": len(answers)}

    @router.get("/{number}", response_class=HTMLResponse)
    async def show_mail(number: int) -> HTMLResponse:
        """Show a mail as a mail program does: without scripts, in a frame of its own."""
        found = next((mail for mail in mailbox.mails if mail.number == number), None)
        if found is None:
            return HTMLResponse(_page("Mail", "<p>There is no such mail.</p>"), 404)
        frame = f'<iframe sandbox srcdoc="{escape(found.part("html"), quote=True)}"></iframe>'
        plain = f"<h2>As text</h2><pre>{escape(found.part('plain'))}</pre>"
        to = f"<p>To {escape(', '.join(found.recipients))}</p>"
        return HTMLResponse(
            _page(found.subject, f'<p><a href="../mail">Mails</a></p>{to}{frame}{plain}')
        )

    return router


def _shown(mail: Mail) -> dict[str, Any]:
    return {
        "number": mail.number,
        "from": mail.sender,
        "to": mail.recipients,
        "subject": mail.subject,
        "headers": {name.lower(): str(value) for name, value in mail.message.items()},
        "text": mail.part("plain"),
        "html": mail.part("html"),
    }


def _page(title: str, content: str) -> str:
    style = "body{font:16px/1.5 system-ui;max-width:760px;margin:40px auto}"
    style += "iframe{width:100%;height:420px}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style><h1>{escape(title)}</h1>{content}</html>"
    )
