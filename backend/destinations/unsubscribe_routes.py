"""Ending a digest by the link in its mail, which names one person and needs no login."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from backend.destinations import digest
from backend.platform.deps import CurrentSettings, Session

router = APIRouter(prefix="/api/v1/unsubscribe", tags=["destinations"])

Token = Annotated[str, Path(max_length=1000, description="As the link in the mail has it.")]


@router.get("/{token}", response_class=HTMLResponse)
async def ask(token: Token, settings: CurrentSettings) -> HTMLResponse:
    """Ask a person whether to end it: programs that look at links must not."""
    _, address = digest.read_token(token, settings)
    return _page(
        f"<p>Send no more digests to {escape(address)}?</p>"
        '<form method="post"><button>End these mails</button></form>'
    )


@router.post("/{token}", response_class=HTMLResponse)
async def end(token: Token, session: Session, settings: CurrentSettings) -> HTMLResponse:
    """End it for this person. Doing so again changes nothing."""
    destination = await digest.unsubscribe(session, token, settings)
    return _page(f"<p>You get no more digests of {escape(destination.name)}.</p>")


def _page(body: str) -> HTMLResponse:
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Ringback</title>'
        f"<body>{body}</body></html>"
    )
