"""Words reduced to what they mean, to tell which words speak of which field."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
SUFFIXES = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "es", "s", "al", "ly")
# What carries no meaning alone, and whom and what every field of a form is about.
STOP_WORDS = """
    a an the this that these those it its is are was were be been being am i you he she we they me
    him her us them my your his our their do does did done have has had will would can could shall
    should may might must to of in on at by for with from as and or but if so than then too very
    just about into out up down over under again there what which whom whose how not no nor any some
    all each other such only own thank thanks please hello hi hey um uh okay ok yeah yes yep sure
    right well like got get let make going go know think tell say said also now still really was
    user caller customer client patient prospect driver contact call record whether true false value
    field null unknown given current one thing something anything someone anyone
    el la los las un una unos unas de del en que y o es son soy estoy esta por para con se me mi su
    al le pues muy ya cliente conductor llamada
"""
# Each line is one meaning.
SAME_MEANING = """
late delay behind held slow retraso demora
arrive arrival reach eta llegada llegar
location place position spot city town area address where ubicacion ciudad
name who nombre
price cost budget rent pay amount rate fee charge dollar presupuesto precio
date day fecha
time hour clock when hora
need want require necesitar
problem issue trouble pain struggle
concern worry objection object
reason cause because why razon motivo
number many count quantity cuantos numero
injury hurt injured
crash accident collision wreck hit
drive road highway rolling
phone telephone telefono
load cargo freight carga
"""


def listed(words: str) -> list[str]:
    return words.split()


@lru_cache(maxsize=4096)
def terms(text: str) -> frozenset[str]:
    """Collect what a text speaks of; `proof of delivery` also speaks of a POD."""
    found = [folded(word) for word in WORD.findall(CAMEL.sub(" ", text))]
    initials = "".join(word[0] for word in found)
    short = {initials[i : i + 3] for i in range(len(initials) - 2)}
    return frozenset(filter(None, map(_term, found))) | short


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return the text in lower case, without accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _term(word: str) -> str:
    word = re.sub(r"'(s|re|m|ll|ve|d)$", "", word)
    if word in _STOP_WORDS or word.endswith("n't"):
        return ""
    root = _stem(word)
    return _MEANINGS.get(root, root)


def _stem(word: str) -> str:
    """Cut common English endings, so that forms of a word meet; the rest need not be a word."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)] + ("y" if suffix == "ies" else "")
            break
    return word.rstrip("e") if len(word) > 3 else word


_STOP_WORDS = frozenset(listed(STOP_WORDS))
_MEANINGS = {
    _stem(word): _stem(listed(line)[0])
    for line in SAME_MEANING.strip().splitlines()
    for word in listed(line)
}
