"""Trying keys out before they are saved, at whoever they are for."""

import asyncio
from collections.abc import Mapping

from backend.auth import retell_keys
from backend.auth.errors import KeyRefused
from backend.auth.models import KeyName
from backend.auth.organisations import PROVIDER_OF
from backend.platform.errors import FieldError
from backend.platform.settings import Settings
from backend.providers import key_trial


async def refuse_unknown(settings: Settings, keys: Mapping[KeyName, str | None]) -> None:
    """Raise KeyRefused when one of them is not known where it is for. Silence refuses nothing."""
    given = {name: key for name, key in keys.items() if key is not None}
    trials = [_wrong(settings, name, key) for name, key in given.items()]
    wrong = [error for error in await asyncio.gather(*trials) if error is not None]
    if wrong:
        raise KeyRefused(f"{wrong[0].message} Nothing was saved.", errors=wrong)


async def _wrong(settings: Settings, name: KeyName, key: str) -> FieldError | None:
    complaint: str | None = None
    if name is KeyName.RETELL_API_KEY:
        complaint = await retell_keys.complaint_about(settings, key)
    elif (provider := PROVIDER_OF.get(name)) is not None:
        base_url = getattr(settings, provider).base_url
        if await key_trial.is_unknown(provider, key, base_url):
            complaint = f"{key_trial.NAMES[provider]} does not know this key."
    return FieldError(f"/keys/{name.value}", complaint) if complaint else None
