"""What a season needs: arithmetic over what the other benches measure.

``nuanfang bench model`` measures intake here and now and prints the model with that; docs/scale.md prints it
with MEASURED, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import bench.intake


@dataclass(frozen=True)
class Season:
    """What comes (DOMAIN §1). An evening's peak is ``peak`` times its mean."""

    visits: int = 10_000_000
    photos_each: int = 3
    small_files_each: int = 6  # a thumbnail of each photo, three signatures
    evenings: int = 40
    hours: float = 4.0
    peak: float = 3.0
    phones: int = 200_000
    households_each: int = 100
    photo_bytes: int = 300_000
    small_bytes: int = 20_000


@dataclass(frozen=True)
class Costs:
    """Measured: processor milliseconds of API and PostgreSQL together, bytes on the wire and on the disk."""

    record_ms: float
    file_ms: float
    record_wire: float
    visit_disk: float
    household_wire: float


MEASURED = Costs(record_ms=1.73, file_ms=8.25, record_wire=890, visit_disk=17_000, household_wire=308)
"""2026-11-22; docs/scale.md names the commands."""
SPARE = 0.5
"""Processors are half busy at the peak, so that one of two machines may be away."""


def needs(season: Season, costs: Costs) -> dict[str, float]:
    """The figures of the peak, and what lies on disks at the end."""
    visits = season.visits / season.evenings / season.hours / 3600 * season.peak
    files = visits * (season.photos_each + season.small_files_each)
    each = season.photos_each * season.photo_bytes + season.small_files_each * season.small_bytes
    return {
        "visits_per_s": visits,
        "files_per_s": files,
        "cores_records": visits * costs.record_ms / 1000 / SPARE,
        "cores_files": files * costs.file_ms / 1000 / SPARE,
        "mbit_per_s": visits * (costs.record_wire + each) * 8 / 1e6,
        "database_tb": season.visits * costs.visit_disk / 1e12,
        "photos_tb": season.visits * each / 1e12,
        "first_sync_gb": season.phones * season.households_each * costs.household_wire / 1e9,
    }


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """The lines of the intake bench, then the season's needs with what it has just measured."""
    lines = list(bench.intake.run(quick))
    yield from lines
    server = {
        one["name"]: one["api_ms_each"] + one["postgres_ms_each"] for one in lines if "api_ms_each" in one
    }
    costs = replace(MEASURED, record_ms=server["intake_records_per_s"], file_ms=server["intake_photos_per_s"])
    for name, value in needs(Season(), costs).items():
        yield {"name": f"season_{name}", "value": round(value, 2)}
