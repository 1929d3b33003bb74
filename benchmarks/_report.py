"""What a benchmark prints: one line of JSON, with the machine's load beside the figures."""

import json
import math
import os
from collections.abc import Sequence
from typing import Any


def report(benchmark: str, **figures: Any) -> None:
    load = [round(value, 2) for value in os.getloadavg()]
    line = {"benchmark": benchmark, **figures, "load_average": load, "cores": os.cpu_count()}
    print(json.dumps(line), flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def in_ms(seconds: Sequence[float], *shares: float) -> dict[str, float]:
    """Return percentiles in milliseconds, by name: `{"p50_ms": 1.9, "p99_ms": 12.4}`."""
    return {f"p{share * 100:g}_ms": round(percentile(seconds, share) * 1000, 2) for share in shares}
