"""What some models want before a text, to know a question from what may answer it."""

import re

_REPRESENT = "Represent this sentence for searching relevant passages: "
# By a part of the model's name: before a question, and before what is searched.
_PREFIXES = (
    (r"\be5\b", "query: ", "passage: "),
    (r"nomic-embed", "search_query: ", "search_document: "),
    (r"mxbai-embed|snowflake-arctic", _REPRESENT, ""),
    (r"embeddinggemma", "task: search result | query: ", "title: none | text: "),
)  # fmt: skip


def prefix_of(model: str, *, is_question: bool) -> str:
    """Give what a model was trained to see first; most want nothing."""
    for part, question, passage in _PREFIXES:
        if re.search(part, model.lower()):
            return question if is_question else passage
    return ""
