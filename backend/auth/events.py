"""What the accounts room announces."""

from typing import ClassVar

from backend.platform.events import Event


class RetellKeyChanged(Event):
    """An organisation has another key for Retell, or none any more. Nobody outside sees this."""

    name: ClassVar[str] = "organisation.retell_key_changed"
    is_logged: ClassVar[bool] = False
