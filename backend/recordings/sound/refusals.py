"""Why a file cannot be used, each with a code and what to do about it."""

from typing import ClassVar


class SoundRefused(Exception):
    """The file is no recording that could be transcribed. `detail` is for whoever sent it."""

    code: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotSound(SoundRefused):
    code = "not_audio"


class Empty(SoundRefused):
    code = "empty"


class Silent(SoundRefused):
    code = "silent"


class Broken(SoundRefused):
    code = "broken"


class Encrypted(SoundRefused):
    code = "encrypted"


class TooLong(SoundRefused):
    code = "too_long"


REFUSALS: dict[str, type[SoundRefused]] = {
    each.code: each for each in (NotSound, Empty, Silent, Broken, Encrypted, TooLong)
}
