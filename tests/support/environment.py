"""The environment of commands under test: settings, and nothing else that would be one."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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


@contextmanager
def interruptible() -> Iterator[None]:
    """Have the children that are started meanwhile end by an interrupt.

    A script's background ignores interrupts, and whatever is started there inherits that.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
