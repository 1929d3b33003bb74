"""Encrypting keys for the database."""

import pytest

from backend.platform.sealing import SealBroken, seal, unseal

NEW, OLD = "n" * 32, "o" * 32


def test_what_was_sealed_opens_with_the_same_key_and_shows_nothing() -> None:
    sealed = seal("key_secret", "org retell", NEW)

    assert unseal(sealed, "org retell", [NEW]) == "key_secret"
    assert b"secret" not in sealed
    assert seal("key_secret", "org retell", NEW) != sealed


def test_the_key_before_still_opens_while_it_is_given() -> None:
    sealed = seal("key_secret", "org retell", OLD)

    assert unseal(sealed, "org retell", [NEW, OLD]) == "key_secret"
    with pytest.raises(SealBroken, match="SECRET_KEY_PREVIOUS"):
        unseal(sealed, "org retell", [NEW])


@pytest.mark.parametrize("damage", [lambda s: s[:-1], lambda s: b"\0" + s[1:], lambda _: b""])
def test_what_was_altered_does_not_open(damage: object) -> None:
    assert callable(damage)

    with pytest.raises(SealBroken):
        unseal(damage(seal("key_secret", "org retell", NEW)), "org retell", [NEW])


def test_what_was_sealed_for_one_organisation_does_not_open_for_another() -> None:
    with pytest.raises(SealBroken):
        unseal(seal("key_secret", "one retell", NEW), "other retell", [NEW])
