"""Optimistic concurrency over HTTP: `ETag` says which revision was read, `If-Match` asks for it."""

import re
from typing import Annotated, TypeAlias

from fastapi import Depends, Header

_TAG = re.compile(r'\s*(?:W/)?"(\d{1,9})"\s*')

# The revisions that a change may be based on; None: any.
Revisions: TypeAlias = frozenset[int] | None


def etag(revision: int) -> str:
    return f'"{revision}"'


def read_if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="The `ETag` of what the change is based on. When that has been changed "
            "meanwhile, the answer is 412 and nothing is done. Left out: whatever is there is "
            "changed.",
            examples=['"7"'],
        ),
    ] = None,
) -> Revisions:
    """Read the header; a tag that is none of ours matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return None
    matches = map(_TAG.fullmatch, if_match.split(","))
    return frozenset(int(match[1]) for match in matches if match)


IfMatch = Annotated[Revisions, Depends(read_if_match)]
