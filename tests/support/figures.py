"""What a journey found, in numbers: told as lines of JSON when all have run."""

import json
import os
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.embedded import fetch, running as using_postgres
from tests.support.installation import Installation

_PROPERTY = "figures"


class Figures:
    """Those of one test; asserting on them and telling them is of the same numbers."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._test = request.node

    def tell(self, **figures: Any) -> None:
        load = [round(value, 2) for value in os.getloadavg()]
        line = {"journey": self._test.path.stem.removeprefix("test_"), **figures, "load": load}
        self._test.user_properties.append((_PROPERTY, line))


def told(reports: Sequence[Any]) -> list[str]:
    """Return the lines of all tests that ran, as the reports have brought them here."""
    return [
        json.dumps(value)
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == _PROPERTY
    ]


async def fates(running: Installation, call_ids: Sequence[str]) -> dict[str, int]:
    """Count, of calls that were placed, those that were lost, dialled twice, or mixed up.

    Lost is what has not ended here; crossed is what is known here by the id of another's call."""
    at_retell = await running.sandbox.calls()
    whose = {call["call_id"]: call["metadata"]["ringback_call_id"] for call in at_retell}
    dials = await running.dials()
    query = "select array_agg(array[id::text, status, retell_call_id]) from calls"
    async with using_postgres(running.data_dir) as server:
        rows = await fetch(server.dsn, query)
    here = {call_id: (status, retell_id) for call_id, status, retell_id in rows}
    return {
        "calls": len(call_ids),
        "lost": sum(here.get(each, ("", ""))[0] != "ended" for each in call_ids),
        "doubled": sum(count > 1 for count in dials.values()),
        "crossed": sum(
            whose.get(retell_id) != call_id
            for call_id, (status, retell_id) in here.items()
            if status == "ended"
        ),
    }
