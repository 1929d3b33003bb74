"""The environment of commands under test: settings, and nothing else that would be one."""

import os
from collections.abc import Mapping

_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR")
_KEPT_PREFIXES = ("PYTHON", "LD_")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the machine's own variables with these settings. An empty setting is left out."""
    inherited = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251 - to keep our settings out of tests
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    return inherited | {name: value for name, value in settings.items() if value}
