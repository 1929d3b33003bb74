"""Telling the administrators of what they have to see to."""

from html import escape

from backend.auth import users
from backend.auth.models import Role
from backend.destinations.events import DestinationDisabled
from backend.platform import db
from backend.providers.mail import Mail, send_mail
from backend.providers.runtime import Runtime

_WHY = {
    "gone": "It answered 410, which means that it wants no more deliveries.",
    "failing": "Every attempt has failed for five days.",
}


async def tell_administrators(runtime: Runtime, event: DestinationDisabled) -> None:
    """Send one mail for all of them. Raises MailFailed and MailTimedOut, to be tried again."""
    async with db.transaction(runtime.sessions) as session:
        found = await users.list_users(session, event.org_id, cursor=None, limit=200)
    to = [user.email for user in found if user.role is Role.ADMIN and user.deactivated_at is None]
    if not to:
        return
    name, why = event.data["name"], _WHY[event.data["reason"]]
    link = f"{runtime.settings.own_url}/destinations/{event.destination_id}"
    what = "What happens meanwhile is kept as missed. Switch it on again, then replay it:"
    text = f"{name} gets nothing any more.\n\n{why}\n{what}\n{link}\n"
    html = (
        f"<p><b>{escape(name)}</b> gets nothing any more.</p><p>{why}</p>"
        f'<p>{what}<br><a href="{escape(link, quote=True)}">{escape(link)}</a></p>'
    )
    mail_id = f"{event.destination_id}.{event.data['at']}"
    await send_mail(
        runtime.settings.smtp, Mail(tuple(to), f"Switched off: {name}", text, html, mail_id)
    )
