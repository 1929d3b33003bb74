"""Finding words in a call that are meant for the model, and not for the person they talk to.

The model is told to take them for data. Where it rests a value on them all the same, a person has
a look: nobody speaks of fields, prompts and instructions to a dispatcher.
"""

import re

_ORDERS = re.compile(
    "|".join(
        (
            r"\b(?:ignore|disregard|forget|override|bypass)\b[^.?!]{0,40}"
            r"\b(?:instructions?|prompts?|rules|guidelines|everything (?:above|before))\b",
            r"\b(?:system|developer) (?:prompt|message|instructions?|note|override)\b",
            r"\b(?:set|mark|put|fill|write|enter|return|output|answer|report|log|record|change)\b"
            r"[^.?!]{0,40}\b(?:field|json|schema|null|true|false)\b",
            r"\b(?:set|mark|change|update)\b[^.?!]{0,30}\b(?:status|priority|outcome|record|value)\b"
            r"[^.?!]{0,20}\b(?:to|as)\b",
            r"\b(?:as|you are|you're) (?:now )?an? (?:ai|language model|llm|chat ?bot|bot)\b",
            r"\b(?:new|updated|following|these) instructions?\b[^.?!]{0,20}(?::|\bfor\b|\bare\b)",
            r"\bnote (?:to|for) the (?:ai|model|assistant|system|transcriber|summar\w+)\b",
            r"</?(?:transcript|system|user|assistant)>|\[/?(?:inst|system)\]",
            r"\b(?:ignorier\w*|vergiss|vergessen sie)\b[^.?!]{0,40}\b(?:anweisung\w*|regeln)\b",
            r"\b(?:ignora|olvida|ignore[zr]?|oublie[zr]?)\b[^.?!]{0,40}\b(?:instruc\w+|consignes)\b",
        )
    ),
    re.IGNORECASE,
)


def gives_orders(text: str) -> bool:
    """Say whether somebody speaks to whatever reads the transcript."""
    return _ORDERS.search(text) is not None
