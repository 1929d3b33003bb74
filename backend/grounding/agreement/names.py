"""Whether a name, or a short value in the speaker's words, was said in its quote."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from backend.grounding.agreement.days import names_moment
from backend.grounding.agreement.evidenced import Evidenced, meaning_of, with_question
from backend.grounding.agreement.half_names import other_half
from backend.grounding.agreement.other_names import is_other_name
from backend.grounding.agreement.sounds import sounds_like
from backend.grounding.fields import Scalar
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import word_texts, wordset

_SHORT = 6
_NAMING = wordset(
    "name city town area location address place street property company carrier airport station "
    "hotel restaurant venue store origin destination doctor therapist clinic customer contact "
    "person artist director receiver recipient dentist stylist driver caller patient guest album "
    "movie song event starring"
)
_GENERIC = wordset(
    "the of at in and a an apartments apartment hotel inn airport station street avenue road city "
    "restaurant cafe center centre park building international"
)
# Parts of so many names that sharing one means nothing.
_SHARED = _GENERIC | wordset("san santa saint new los las el la north south east west big great")
_SHORT_WORD = 4
_MOSTLY = 0.4


def other_name(said: Evidenced, value: str, quote: Sequence[str]) -> str | None:
    """Find a proper name of which little was said, neither in the quote nor right before it."""
    parts = [part for part in value.split() if part[:1].isalpha()]
    is_name = bool(parts) and parts[0][0].isupper()
    if not is_name or _NAMING.isdisjoint(word_texts(said.name.replace("_", " "))):
        return None
    heard = with_question(said, quote)
    if not _is_named(word_texts(value), heard):
        return f'The quote does not say "{value}".'
    return other_half(value, said.quote)


_IN_FULL = {"st": "saint", "mt": "mount", "ft": "fort"}


def _is_named(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Say whether a name was said, its "St." for a "Saint" or the other way round."""
    name, heard = ([_IN_FULL.get(word, word) for word in texts] for texts in (name, heard))
    return _is_said(name, heard)


def _is_said(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Say whether a name was said: its words or most of them, in one piece, or by initials."""
    if is_other_name(name, heard):
        return True
    joined, spoken = "".join(name), "".join(heard)
    if not joined.isascii() or not spoken.isascii():
        return True  # as likely written in another script as another name
    own = [word for word in name if word not in _SHARED and not is_number(word)] or list(name)
    said = [word for word in own if any(sounds_like(word, other) for other in heard)]
    if 2 * len(said) >= len(own) or len("".join(said)) >= _MOSTLY * len("".join(own)):
        return True
    if all(any(sounds_like(word, other) for other in own) for word in heard):
        return True
    short, long = sorted((joined, spoken), key=len)
    is_long = len(short) >= _SHORT_WORD
    if long.startswith(short) and (len(short) > 2 or len(long) <= _SHORT_WORD):
        return True  # "ATL", "L.A."
    return (is_long and fuzz.partial_ratio(joined, spoken) >= 90) or _is_abbreviated(name, heard)


def _is_abbreviated(name: Sequence[str], heard: Sequence[str]) -> bool:
    """Take "NYC" and "LAX" for New York and Los Angeles, the other way round too."""
    # In a long quote, some letters in a row begin some words in a row by chance.
    ways = [(name, heard), (heard, name)] if len(heard) <= _SHORT else [(name, heard)]
    for long, short in ways:
        full = [word for word in long if word not in _GENERIC]
        starts = "".join(word[0] for word in full)
        letters = "".join(word for word in short if len(word) == 1)
        if any(f"{a}{b}" in starts for a, b in pairwise(letters)):
            return True
        if any(_stands_for(word, starts) for word in short):
            return True
    return False


def _stands_for(word: str, starts: str) -> bool:
    """Take "LA", and "LAX" where there is no third word for its third letter."""
    if len(word) == 3:
        return word == starts or word[:2] == starts
    return len(word) == 2 and word in starts


# Fields whose values are in the model's own words, not in the speakers'.
_OWN_WORDS = wordset(
    "summary summarize summarise describe description description's details detail notes note "
    "reason reasons why cause comment comments feedback outcome result explanation explain "
    "situation problem issue issues concern concerns topic sentiment mood tone sentence "
    "sentences words message plan request requests purpose status level condition"
)
_FEW_WORDS = 4
_SHARED_STEM = 5


def unheard(field: Scalar, said: Evidenced, value: str, heard: Sequence[str]) -> str | None:
    """Find a short value of which no word was said in the whole call."""
    about = meaning_of(field, said)
    texts = word_texts(value)
    own = [word for word in texts if word not in _SHARED and len(word) > 2]
    if not own or len(value.split()) > _FEW_WORDS or not about.isdisjoint(_OWN_WORDS):
        return None
    is_moment = any(is_number(word) for word in texts) or names_moment(texts)
    if not "".join(own).isascii() or is_moment or not said.all_words:
        return None
    if _is_named(texts, heard) or any(_is_heard(word, heard) for word in own):
        return None
    if all(word in said.all_words for word in own):
        return f'"{value}" was said elsewhere in the call, and not in what is quoted.'
    if any(_is_heard(word, said.all_words) for word in own):
        return None
    return f'Nobody said "{value}" or anything like it.'


def _is_heard(word: str, all_words: Collection[str]) -> bool:
    return any(
        word[:_SHARED_STEM] == other[:_SHARED_STEM] or sounds_like(word, other)
        for other in all_words
    )
