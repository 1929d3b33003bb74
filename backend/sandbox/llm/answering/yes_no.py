"""Whether something said agrees, refuses or denies, in English and Spanish."""

import re

# A reply may go on after these.
AGREES = """
yes/yeah/yep/yup/ya/sure/sure thing/absolutely/definitely/certainly/indeed/exactly/affirmative
of course/got it/i got it/will do/sounds good/sounds great/sounds fine/ok/okay/alright/all right
no problem/no worries/not a problem/you bet/copy that/roger/that works/i'll do that/that's right
that's correct/that is correct/uh huh/uh-huh/mm-hmm/mhm/sí/claro/exacto/así es/de acuerdo
"""
REFUSES = """
no/nope/nah/not really/not yet/not at all/not right now/not today/not exactly/negative/nobody
nothing/none/todavía no/nunca/i don't think so
"""
LEAVES_OPEN = """
i don't know/don't know/i'm not sure/not sure/no idea/hard to say/maybe/perhaps/no sé/quizás/tal vez
"""
# These are replies only when they are all of it: `I am` agrees, `I am in Reno` does not.
AGREES_ALONE = """
correct/right/perfect/great/fine/good/copy/understood/sounds perfect/that's fine/that's good
that's great/that's it/i do/i did/i am/i have/i will/we do/we did/we are/we have/we will/it is
it does/it was/they are/they do/si/correcto/bueno/vale
"""
REFUSES_ALONE = """
never/neither/i don't/i didn't/i haven't/i can't/i won't/i'm not/i am not/we don't/we didn't
we haven't/we aren't/we can't/we're not/it isn't/it doesn't/it wasn't/it's not/that's not/nada
"""
FILLER = re.compile(
    r"(?:[\s,.;:!-]|\b(?:well|so|sorry|oh|um|uh|hmm|and|but|like|then|pues|eh)\b)*", re.IGNORECASE
)
DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|hardly|sin|nunca|nadie|nada)\b"
    r"|n't\b",
    re.IGNORECASE,
)


def _phrases(listed: str) -> list[str]:
    return [phrase for line in listed.split("\n") for phrase in line.split("/") if phrase]


def _one_of(*lists: str) -> str:
    phrases = [phrase for listed in lists for phrase in _phrases(listed)]
    return "|".join(sorted(phrases, key=len, reverse=True))


POLARITY: dict[str, bool | None] = {
    **dict.fromkeys(_phrases(AGREES + AGREES_ALONE), True),
    **dict.fromkeys(_phrases(REFUSES + REFUSES_ALONE), False),
    **dict.fromkeys(_phrases(LEAVES_OPEN)),
}
REPLY = re.compile(
    rf"(?:{_one_of(AGREES, REFUSES, LEAVES_OPEN)})(?![\w'])"
    rf"|(?:{_one_of(AGREES_ALONE, REFUSES_ALONE)})(?=\s*(?:[,.;:!?]|$))",
    re.IGNORECASE,
)


def reply_polarity(text: str) -> bool | None:
    """Say how a reply begins: True agrees, False refuses, None neither.

    Of several such words in a row the last counts: `yeah, no` is a no.
    """
    polarity = None
    position = _after_filler(text, 0)
    while match := REPLY.match(text, position):
        polarity = POLARITY[match[0].lower()]
        if polarity is None:
            break
        position = _after_filler(text, match.end())
    return polarity


def denies(text: str) -> bool:
    return len(DENIAL.findall(text)) % 2 == 1


def _after_filler(text: str, position: int) -> int:
    match = FILLER.match(text, position)
    return match.end() if match else position
