"""What the first sync of a cadre with 10,000 households costs over 2 Mbit/s, and asking again unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.link import GOOD, Load, over
from bench.link_registry import bench_registry


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """``ratio``: seconds to what the bytes alone would take on that line."""
    households = 1_000 if quick else 10_000
    with bench_registry(households) as registry:
        found = over(registry, GOOD, Load(0, 0))
    bytes_down = found["first_down"]
    yield {
        "name": "first_sync_2mbit_s",
        "value": round(found["first_s"], 2),
        "ratio": round(found["first_s"] / (bytes_down * 8 / GOOD.bits), 3),
        "households": found["households"],
        "bytes_down": bytes_down,
        "bytes_up": found["first_up"],
        "cpu_s": round(found["first_cpu_s"], 2),
        "shaped_by": found["shaped_by"],
    }
    yield {
        "name": "unchanged_sync_bytes",
        "value": found["again_up"] + found["again_down"],
        "up": found["again_up"],
        "down": found["again_down"],
        "seconds": round(found["again_s"], 3),
    }
