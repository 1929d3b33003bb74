"""Receipts: what was found and is gone, signed so that nobody can change a word of it later.

The signature (Ed25519) is over the payload as canonical JSON (RFC 8785). The key is derived from
SECRET_KEY; its public half is all that checking takes.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.platform.events import JsonObject

_PURPOSE = b"ringback: receipts of erasures"
_KEY_BYTES = 32


def canonical(value: Any) -> bytes:
    """Write JSON of objects, lists, texts, whole numbers, booleans and null in its one true form.

    Raises ValueError for numbers that are not whole, whose form RFC 8785 takes from JavaScript.
    """
    if isinstance(value, dict):
        # By UTF-16 code units, as JavaScript sorts.
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        written = (canonical(name) + b":" + canonical(member) for name, member in members)
        return b"{" + b",".join(written) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise ValueError("A receipt has whole numbers only.")  # noqa: TRY004 - as of other values
    return json.dumps(value, ensure_ascii=False).encode()


def public_key(secret_key: str) -> bytes:
    return _private(secret_key).public_key().public_bytes_raw()


def public_keys(secret_keys: Sequence[str]) -> list[bytes]:
    return [public_key(secret_key) for secret_key in secret_keys]


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def as_text(public: bytes) -> str:
    return base64.b64encode(public).decode()


def from_text(text: str) -> bytes:
    """Read a public key as `as_text` writes it. Raises ValueError."""
    try:
        public = base64.b64decode(text, validate=True)
    except binascii.Error:
        public = b""
    if len(public) != _KEY_BYTES:
        raise ValueError("A public key is 32 bytes in base64.")
    return public


def sign(payload: JsonObject, secret_key: str) -> JsonObject:
    signature = _private(secret_key).sign(canonical(payload))
    return {
        "payload": payload,
        "key_id": key_id(public_key(secret_key)),
        "signature": base64.b64encode(signature).decode(),
    }


def complaint_about(receipt: Any, keys: Iterable[bytes]) -> str | None:
    """Say what is wrong with a receipt; None: one of these keys signed exactly this."""
    if not isinstance(receipt, dict) or not isinstance(receipt.get("payload"), dict):
        return "This is no receipt: it has no payload."
    by_id = {key_id(key): key for key in keys}
    public = by_id.get(str(receipt.get("key_id")))
    if public is None:
        return "It was signed with a key that is not known here."
    try:
        signature = base64.b64decode(str(receipt.get("signature")), validate=True)
        signed = canonical(receipt["payload"])
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError, RecursionError):
        return "The signature is not of this text: something was changed."
    return None


def _private(secret_key: str) -> Ed25519PrivateKey:
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(kdf.derive(secret_key.encode()))
