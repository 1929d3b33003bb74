"""Names by which people, cities, genres and kitchens go beside their own.

What is not in these small tables is only not known here: whether it is the same is left to others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

Phrase = tuple[str, ...]

_PEOPLE = """
robert bob rob bobby robbie
william bill will billy liam
elizabeth liz beth lizzie betty eliza
michael mike mick mickey
james jim jimmy jamie
richard rick dick rich ricky
margaret peggy maggie meg
anthony tony
edward ed ted eddie
john jack johnny
katherine catherine kathryn kate katie kathy cathy kat
geoffrey jeffrey jeff geoff
charles chuck charlie
henry hank harry
thomas tom tommy
joseph joe joey
daniel dan danny
david dave
samuel samantha sam
steven stephen steve
patricia pat patty trish
susan sue susie
deborah debra deb debbie
jennifer jen jenny
andrew andy drew
alexander alexandra alex
benjamin ben
matthew matt
nicholas nicole nick nicky
theodore ted theo
victoria vicky tori
rebecca becky becca
francis francisco frank
lawrence larry
gregory greg
timothy tim
ronald ron
donald don
kenneth ken
mother mom mum mama
father dad papa
"""
_CITIES = {
    "new york": "nyc|ny|jfk|lga|big apple|the city that never sleeps",
    "los angeles": "la|l a|lax|city of angels",
    "washington": "dc|d c|dca|iad|district of columbia",
    "philadelphia": "philly|phl",
    "san francisco": "sf|s f|sfo|frisco|bay area",
    "las vegas": "vegas|sin city",
    "chicago": "ord|chi town|chitown|windy city",
    "atlanta": "atl|hotlanta",
    "new orleans": "nola|msy|big easy",
    "san diego": "sd|s d",
    "boston": "beantown|bos",
    "seattle": "emerald city",
    "detroit": "motor city|motown|dtw",
    "nashville": "music city",
    "miami": "magic city|mia",
    "minneapolis": "twin cities",
    "phoenix": "phx",
    "portland": "pdx",
    "mexico city": "cdmx",
    "denver": "mile high city",
}
_KINDS = {
    "comedy": "comedic|funny|laugh|hilarious|humor|humorous",
    "horror": "scary|creepy|ghost|frightening",
    "romance": "romantic|love|love story|rom com",
    "animation": "animated|cartoon|anime",
    "action": "explosions|fight|fights|fighting",
    "documentary": "documentaries|docu|doc",
    "science fiction": "sci fi|scifi|sf|space|aliens|future",
    "thriller": "suspense|thrilling|exciting",
    "drama": "dramatic|sad|cry|emotional",
    "fantasy": "magic|magical|dragons",
    "musical": "singing|songs",
    "hip hop": "rap|hiphop",
    "electronic": "edm|techno|dance",
}
# A dish stands for its kitchen, but not the kitchen for the dish.
_DISHES = {
    "italian": "pizza|pasta|spaghetti",
    "mexican": "taco|tacos|burrito|burritos|mexico",
    "japanese": "sushi|ramen|japan",
    "indian": "curry|india",
    "chinese": "noodles|dumplings|china|dim sum",
    "american": "burger|burgers",
    "vegetarian": "veggie|vegan|meat",
    "seafood": "fish|oysters|lobster",
}


def _table() -> Iterator[tuple[Phrase, Phrase]]:
    for line in _PEOPLE.split("\n"):
        names = line.split()
        yield from (((name,), (names[0],)) for name in names[1:])
    yield from _called({**_CITIES, **_KINDS})


def _called(table: Mapping[str, str]) -> Iterator[tuple[Phrase, Phrase]]:
    for proper, others in table.items():
        yield from ((tuple(other.split()), tuple(proper.split())) for other in others.split("|"))


def _grouped(pairs: Iterable[tuple[Phrase, Phrase]]) -> dict[Phrase, set[Phrase]]:
    grouped: dict[Phrase, set[Phrase]] = {}
    for other, name in pairs:
        grouped.setdefault(other, set()).add(name)
    return grouped


_PROPER = _grouped(_table())
_KITCHENS = _grouped(_called(_DISHES))
_NAMES = {name for names in _PROPER.values() for name in names}
_LONGEST = max(map(len, _PROPER))


def is_other_name(own: Sequence[str], heard: Sequence[str]) -> bool:
    """Say whether both name the same, one of them or both by another name."""
    ours, theirs = _proper_names(own), _proper_names(heard)
    kitchens = {name for phrase in _phrases(heard) for name in _KITCHENS.get(phrase, ())}
    if tuple(own) in kitchens:
        return True
    return bool(ours or theirs) and not (ours | _named(own)).isdisjoint(theirs | _named(heard))


def _proper_names(texts: Sequence[str]) -> set[Phrase]:
    return {name for phrase in _phrases(texts) for name in _PROPER.get(phrase, ())}


def _named(texts: Sequence[str]) -> set[Phrase]:
    return {phrase for phrase in _phrases(texts) if phrase in _NAMES}


def _phrases(texts: Sequence[str]) -> Iterator[Phrase]:
    for length in range(1, _LONGEST + 1):
        yield from (tuple(texts[n : n + length]) for n in range(len(texts) - length + 1))
