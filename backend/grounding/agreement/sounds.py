"""Whether two words may be the same name, as speech recognition writes names."""

from rapidfuzz import fuzz

_ALIKE = 75
_SHORT_WORD, _SHORT_ALIKE = 4, 85


def sounds_like(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    enough = _ALIKE if len(short) > _SHORT_WORD else _SHORT_ALIKE
    return fuzz.ratio(a, b) >= enough or (len(short) >= _SHORT_WORD and long.startswith(short))
