"""Time zones by the data that came with this release.

`zoneinfo` would take the machine's own first, which may be older: some are an hour off then.
"""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@cache
def names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text().split())


def is_zone(name: str) -> bool:
    return name in names()


@cache
def zone(name: str) -> ZoneInfo:
    path = files("tzdata").joinpath("zoneinfo").joinpath(*name.split("/"))
    with path.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)
