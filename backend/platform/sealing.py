"""Encrypting what is kept in the database and must be read again: other services' keys.

AES-256-GCM under a key derived from SECRET_KEY. What a value is about (its organisation and name)
is sealed in with it, so that a row copied to another place does not open there.
"""

import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.platform.errors import Unavailable

_PURPOSE = b"ringback: keys of organisations"
_NONCE_BYTES = 12


class SealBroken(Unavailable):
    code, title = "seal-broken", "A stored key cannot be decrypted"


def seal(value: str, about: str, secret_key: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret_key).encrypt(nonce, value.encode(), about.encode())


def unseal(sealed: bytes, about: str, secret_keys: Sequence[str]) -> str:
    """Open with whichever of the keys it was sealed with. Raises SealBroken."""
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    for secret_key in secret_keys:
        try:
            return _cipher(secret_key).decrypt(nonce, ciphertext, about.encode()).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealBroken(
        "A key in the database was encrypted with another SECRET_KEY. Set the one before as "
        "SECRET_KEY_PREVIOUS, or enter the organisation's keys again."
    )


@lru_cache(maxsize=8)
def _cipher(secret_key: str) -> AESGCM:
    # SECRET_KEY is random already, so a fast derivation is enough.
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(kdf.derive(secret_key.encode()))
