"""Local times go by one time zone database, whatever the machine has."""

import subprocess
import sys
import zoneinfo
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

# What Vancouver had until 2025, as an old machine still tells it.
OLD = """
import sys, zoneinfo
from datetime import datetime
zoneinfo.reset_tzpath(to=[sys.argv[1]])
before = zoneinfo.ZoneInfo("America/Vancouver").utcoffset(datetime(2026, 12, 15, 8))
import {module}
after = zoneinfo.ZoneInfo("America/Vancouver").utcoffset(datetime(2026, 12, 15, 8))
print(before, after, sep="|")
"""


def test_no_zone_comes_from_the_machine() -> None:
    assert zoneinfo.TZPATH == ()


def test_vancouver_has_no_winter_time_from_2026_on() -> None:
    december = datetime(2026, 12, 15, 8)  # noqa: DTZ001 - a local time

    assert ZoneInfo("America/Vancouver").utcoffset(december) == timedelta(hours=-7)


@pytest.mark.parametrize("module", ["backend", "backend.sandbox.clock"])
def test_a_machine_with_other_zones_is_not_asked(tmp_path: Path, module: str) -> None:
    machine = tmp_path / "America"
    machine.mkdir()
    # Another place's rules under Vancouver's name show whose are used.
    berlin = files("tzdata.zoneinfo.Europe").joinpath("Berlin").read_bytes()
    (machine / "Vancouver").write_bytes(berlin)

    said = subprocess.run(
        [sys.executable, "-c", OLD.format(module=module), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert said == "1:00:00|-1 day, 17:00:00"
