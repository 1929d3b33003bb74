"""Signing what is sent, as Standard Webhooks says."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

_SECRET_BYTES = 32


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(signing: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Make the headers that prove where a body comes from. `at` has to be in UTC."""
    text = body.decode()
    signatures = (Webhook(secret).sign(message_id, at, text) for secret in signing)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
