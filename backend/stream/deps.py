"""The process's feed, as a route's parameter."""

from typing import Annotated

from fastapi import Depends, Request

from backend.stream.feed import Feed


def get_feed(request: Request) -> Feed:
    feed: Feed = request.app.state.feed
    return feed


CurrentFeed = Annotated[Feed, Depends(get_feed)]
