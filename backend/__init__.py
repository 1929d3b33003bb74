"""Ringback: a self-hosted service between a company and its voice agents on Retell.

Time zones are those of the package `tzdata`, also in processes that import a part of this one: a
machine's own, which Python would take first, are as old as the machine.
"""

import zoneinfo

zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()
