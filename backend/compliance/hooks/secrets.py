"""The secrets by which questions to hooks are signed, kept sealed."""

import json

from backend.compliance.hooks.models import Hook
from backend.platform import clock, sealing
from backend.platform.settings import Settings

SIGNING, PREVIOUS = "signing", "previous"


def seal(hook: Hook, secrets: dict[str, str], settings: Settings) -> bytes:
    return sealing.seal(json.dumps(secrets), _about(hook), settings.secret_keys[0])


def unseal(hook: Hook, settings: Settings) -> dict[str, str]:
    """Read a hook's secrets. Raises SealBroken."""
    text = sealing.unseal(hook.secrets, _about(hook), settings.secret_keys)
    secrets: dict[str, str] = json.loads(text)
    return secrets


def signing(hook: Hook, settings: Settings) -> list[str]:
    """List what signs now: the secret, and for a day the one before it."""
    secrets = unseal(hook, settings)
    signs = [secrets[SIGNING]]
    until = hook.previous_secret_until
    if until is not None and until > clock.now() and PREVIOUS in secrets:
        signs.append(secrets[PREVIOUS])
    return signs


def _about(hook: Hook) -> str:
    return f"{hook.org_id} hook {hook.id}"
