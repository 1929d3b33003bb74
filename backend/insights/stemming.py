"""Which of PostgreSQL's configurations stems a language's words.

Those that every PostgreSQL from 15 up has: https://www.postgresql.org/docs/15/textsearch.html
"""

import re

PLAIN = "simple"
_OF_LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def stemming_of(language: str | None) -> str:
    """Name the configuration for a language tag such as `en-US`; one not known is not stemmed."""
    return _OF_LANGUAGES.get(re.split(r"[-_]", language or "")[0].lower(), PLAIN)
