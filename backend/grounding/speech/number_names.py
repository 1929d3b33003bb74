"""Numbers as six languages name them: "fünfundzwanzig", "treinta y cinco", "quatre-vingt-dix".

Words come folded: small, without accents. English has a reader of its own, `spoken_numbers`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple


class _Names(NamedTuple):
    """The names of a language. `under_hundred` and `hundreds` write what its rules are for."""

    under_twenty: str
    tens: str
    under_hundred: Callable[[str, str, int], str]
    hundreds: Sequence[str]
    hundred_joint: str
    thousand: tuple[str, ...]
    others: Mapping[str, int] = {}


def _ones_first(tens: str, one: str, n: int) -> str:
    return f"{'ein' if n == 1 else one}und{tens}"


def _ones_first_in_dutch(tens: str, one: str, _n: int) -> str:
    return f"{one}en{tens}"


def _elided(tens: str, one: str, n: int) -> str:
    return f"{tens[:-1] if n in (1, 8) else tens}{one}"


def _of_hundred(word: str, ones: str, *, first: str) -> list[str]:
    named = ones.split()[2:10]
    return [first, *(f"{one}{word}" for one in named)]


_DE = (
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn "
    "funfzehn sechzehn siebzehn achtzehn neunzehn"
)
_NL = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien"
)
_IT = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove"
)
_ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve"
)
_PT = (
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
    "dezesseis dezessete dezoito dezenove"
)
_FR = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix_sept dix_huit dix_neuf"
)
_ES_HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
)
_PT_HUNDREDS = (
    "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
)
_NAMES: dict[str, _Names] = {
    "de": _Names(
        _DE,
        "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
        _ones_first,
        _of_hundred("hundert", _DE, first="einhundert"),
        "",
        ("tausend",),
        {"hundert": 100, "ersten": 1, "erste": 1, "erster": 1, "dritte": 3, "dritten": 3}
        | {"dritter": 3, "siebte": 7, "siebten": 7, "siebter": 7, "achte": 8, "achter": 8},
    ),
    "nl": _Names(
        _NL,
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        _ones_first_in_dutch,
        _of_hundred("honderd", _NL, first="honderd"),
        "",
        ("duizend",),
        {"eerste": 1, "derde": 3},
    ),
    "it": _Names(
        _IT,
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        _elided,
        _of_hundred("cento", _IT, first="cento"),
        "",
        ("mila",),
        {"mille": 1000, "primo": 1},
    ),
    "es": _Names(
        _ES,
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        lambda tens, one, _: f"veinti{one}" if tens == "veinte" else f"{tens} y {one}",
        _ES_HUNDREDS.split(),
        " ",
        ("mil",),
        {"cien": 100, "mil": 1000, "primero": 1, "veintiun": 21},
    ),
    "pt": _Names(
        _PT,
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        lambda tens, one, _: f"{tens} e {one}",
        _PT_HUNDREDS.split(),
        " e ",
        ("mil",),
        {"cem": 100, "mil": 1000, "duas": 2, "primeiro": 1, "dezasseis": 16, "dezassete": 17}
        | {"dezanove": 19},
    ),
    "fr": _Names(
        _FR,
        "vingt trente quarante cinquante soixante _ quatre_vingt _",
        lambda tens, one, n: f"{tens} et {one}" if n == 1 else f"{tens} {one}",
        ["cent", *(f"{one} cent" for one in _FR.split()[2:10])],
        " ",
        ("mille",),
        {"mille": 1000, "premier": 1},
    ),
}
# Articles and verbs as often as numbers: nothing follows from them.
_MOSTLY_OTHERS = frozenset({"een", "um", "un", "sei"})
_ENDINGS = {
    "de": ("sten", "ste", "ster", "ten", "te", "ter", "tes"),
    "nl": ("ste", "de"),
}
_MOST_WORDS = 6

Phrase = tuple[str, ...]


def leading_number(texts: Sequence[str], language: str) -> tuple[int, int] | None:
    """Read the number that the words begin with: its value, and how many words it takes."""
    names = _NAMES[language]
    value, used = _under_thousand(texts, language)
    if used and texts[used : used + 1] and texts[used] in names.thousand:
        value, used = 1000 * value, used + 1
    elif not used and texts[0] in names.thousand:
        value, used = 1000, 1
    if used and value >= 1000 and value % 1000 == 0:
        joint = 1 if texts[used : used + 1] == ["e"] else 0
        rest, more = _under_thousand(texts[used + joint :], language)
        if more:
            value, used = value + rest, used + joint + more
    return (value, used) if used else None


def _under_thousand(texts: Sequence[str], language: str) -> tuple[int, int]:
    table = _table(language)
    for length in range(min(_MOST_WORDS, len(texts)), 0, -1):
        value = table.get(tuple(texts[:length]))
        if value is not None:
            return value, length
    one = _in_one_word(texts[0], language) if texts else None
    return (one, 1) if one is not None else (0, 0)


def _in_one_word(text: str, language: str) -> int | None:
    """Read what is written together: "zweitausendfunfhundert", "funfzehnten"."""
    table = _table(language)
    for thousand in _NAMES[language].thousand:
        before, joint, after = text.partition(thousand)
        if joint and len(text) > len(thousand):
            times = 1 if before in ("", "ein") else table.get((before,))
            rest = table.get((after,)) if after else 0
            if times is not None and rest is not None:
                return 1000 * times + rest
    for ending in _ENDINGS.get(language, ()):
        if text.endswith(ending) and (value := table.get((text.removesuffix(ending),))):
            return value
    return None


@lru_cache
def _table(language: str) -> dict[Phrase, int]:
    """Write down all numbers under a thousand."""
    names = _NAMES[language]
    small = _small(language, names)
    written = dict(small)
    for n, hundred in enumerate(names.hundreds, 1):
        written[hundred] = 100 * n
        if language in ("es", "pt"):
            written[f"{hundred.removesuffix('os')}as"] = 100 * n
        if language == "fr":
            written[f"{hundred}s"] = 100 * n
        if language == "de" and n == 1:
            written |= {f"hundert{text}": 100 + value for text, value in small.items()}
        for text, value in small.items():
            if value:
                written[f"{hundred}{names.hundred_joint}{text}"] = 100 * n + value
    table = {tuple(text.replace("_", " ").split()): value for text, value in written.items()}
    table |= {(text,): value for text, value in names.others.items()}
    return {phrase: value for phrase, value in table.items() if phrase[0] not in _MOSTLY_OTHERS}


def _small(language: str, names: _Names) -> dict[str, int]:
    ones = names.under_twenty.split()
    written = {text: n for n, text in enumerate(ones)}
    for ten, tens in enumerate(names.tens.split(), 2):
        if tens == "_":
            # In French, 71 is "sixty eleven" and 91 "four twenty eleven".
            before = names.tens.split()[ten - 3]
            written |= {
                f"{before} {'et ' if (ten, n) == (7, 11) else ''}{ones[n]}": 10 * (ten - 1) + n
                for n in range(10, 20)
            }
            continue
        written[tens] = 10 * ten
        written |= {names.under_hundred(tens, ones[n], n): 10 * ten + n for n in range(1, 10)}
    if language == "fr":
        written |= {"quatre_vingts": 80, "quatre_vingt un": 81}
    return written
