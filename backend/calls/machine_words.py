"""What machines say when they take a call, in the languages agents mostly speak."""

import re
from typing import Final

from backend.calls.models import AnsweredBy


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# In this order: voicemail speaks of keys too ("press 1 for more options").
MACHINES: Final = {
    AnsweredBy.VOICEMAIL: _any(
        r"\b(?:leave|record)\b.{0,40}\b(?:message|name and number|voice ?mail)\b",
        r"\b(?:after|at) the (?:tone|beep)\b",
        r"\b(?:forwarded|connected) to (?:an? |the )?(?:automat\w+ |automatic )?voice",
        r"\b(?:voice ?mail|voice messag\w+ system|answering machine)\b.{0,40}"
        r"\b(?:of|for|box|service|system)\b",
        r"\b(?:reached|this is) the voice ?mail\b",
        r"\bmail ?box (?:is full|belonging|has not been set up|that)\b",
        r"\bcan(?:'|no)?t (?:come to|get to|answer|take) (?:the|my|your) (?:phone|call)\b",
        r"\b(?:is|am|are) (?:not available|unavailable) to take your call\b",
        r"\b(?:person|party|subscriber|customer|number) you(?:'ve| have| are|'re)? "
        r"(?:are )?(?:called|dialed|calling|trying to reach|tried to reach)\b.{0,40}"
        r"\b(?:not available|unavailable|not answering|has not set up)\b",
        r"\bget (?:back to|in touch with) you as soon as\b",
        r"\b(?:didn't|did not) get your message\b|\bto disconnect, press\b",
        r"\b(?:deje|dej[ae]me|grabe)\b.{0,40}\bmensaje\b|\bdespu[ée]s (?:de la señal|del tono)\b",
        r"\bbuz[óo]n de voz\b",
        r"\b(?:hinterlass\w*|sprech\w*)\b.{0,60}\b(?:nachricht|signalton|piep\w*)\b",
        r"\bnach dem (?:signal)?(?:ton|piep\w*)\b|\bmailbox (?:von|der rufnummer|ist voll)\b",
        r"\blaissez\b.{0,40}\bmessage\b|\bapr[èe]s le (?:bip|signal)\b|\bmessagerie vocale\b",
    ),
    AnsweredBy.SCREENING: _any(
        r"\bcall (?:screening|assist(?:ant)?)\b|\bscreening service\b",
        r"\b(?:record|say|state|give)\b.{0,20}\byour name and\b.{0,40}\b(?:reason|why|calling)\b",
        r"\b(?:name|who you are) and (?:the )?(?:reason for (?:your )?call|why you(?:'re| are))\b",
        r"\bsee if (?:this|the) person is available\b",
        r"\b(?:please )?(?:stay on the line|hold the line|remain on the line)\b",
        r"\bplease (?:continue to )?hold\b|\bplease wait while\b|\bthank you for holding\b",
        r"\byour call (?:is (?:very )?important|will be answered|has been placed|is being)\b",
        r"\b(?:all|our) (?:of our )?(?:agents|representatives|operators|lines|associates)\b"
        r".{0,40}\b(?:busy|assisting|helping|with other|unavailable)\b",
        r"\bnext available (?:agent|representative|operator|associate)\b",
        r"\byou are (?:caller )?number \w+ in (?:the )?(?:queue|line)\b",
        r"\bthe person you(?:'re| are) (?:trying to reach|calling)\b.{0,60}\b(?:name|calling)\b",
        r"\b(?:diga|indique) su nombre\b|\bpermanezca en (?:la )?l[íi]nea\b|\bno cuelgue\b",
        r"\bbleiben sie (?:bitte )?(?:in der leitung|am apparat|dran)\b|\bnennen sie ihren namen\b",
        r"\bne quittez pas\b|\brestez en ligne\b",
    ),
    AnsweredBy.IVR: _any(
        r"\b(?:press|dial|push|enter)\s+(?:the\s+)?"
        r"(?:\d|one|two|three|four|five|six|seven|eight|nine|zero|pound|star|hash)\b",
        r"\bfor (?:english|spanish|sales|support|billing|service|appointments|all other)\b"
        r".{0,40}\b(?:press|say|dial)\b",
        r"\b(?:main|following) (?:menu|options)\b|\bmenu options have\b|\bphone menu\b",
        r"\bif you know your party(?:'s|s)? extension\b|\bplease enter\b.{0,40}\bnumber\b",
        r"\bhours (?:of operation )?are\b.{0,60}\b(?:monday|weekdays)\b",
        r"\bto (?:speak|talk) (?:to|with) (?:an?|the) (?:agent|representative|operator)\b",
        r"\b(?:oprima|pulse|marque|presione) (?:el )?(?:\d|uno|dos|tres|cuatro|cinco|cero)\b",
        r"\bdr[üu]cken sie (?:bitte )?(?:die )?(?:\d|eins|zwei|drei|null)\b",
        r"\b(?:tapez|appuyez sur)(?: le| la)? (?:\d|un|deux|trois|z[ée]ro)\b",
    ),
}

# What is left over after a greeting or an announcement: nobody has spoken by it.
AFTERWARDS: Final = _any(
    r"\b(?:get back to|call(?:ing)? you back|return your call)\b",
    r"\b(?:tone|beep|message|recording|extension|mailbox)\b",
    r"\b(?:hang up|are you still there|options?|menu|press)\b",
    r"\b(?:as soon as|at (?:your|my|our) earliest)\b",
)
_CLOSING = (
    r"(?:thank you|thanks|good ?bye|bye(?: bye)?|take care|god bless(?: you)?|gracias|danke|merci|"
    r"have an? \w+ (?:day|one|evening|weekend)|for calling|so much|and|very much|beep|uh|um|mm)"
)
ONLY_CLOSING: Final = re.compile(rf"(?:{_CLOSING}[\s.,!]*)*", re.IGNORECASE)

# What a person says who has just picked up, or is addressed and answers.
_OWN_WORDS = (
    r"(?:hello|hi|hey|yes|yeah|yep|yup|no|nope|speaking|who|what|sorry|okay|ok|sure|correct|right|"
    r"this is (?:he|she|him|her|me)|i'm here|that's me|go ahead|wait|hold on|"
    r"s[íi]|bueno|diga|hola|ja|nein|hallo|oui|non|all[ôo])"
)
BEGINS_AS_A_PERSON: Final = re.compile(rf"\s*{_OWN_WORDS}\b", re.IGNORECASE)
ONLY_PICKING_UP: Final = re.compile(
    rf"\s*(?:{_OWN_WORDS}[\s,.!?]*)+(?:it is|is this|is it|are you|calling|there)?[\s?.!]*",
    re.IGNORECASE,
)
