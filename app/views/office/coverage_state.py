"""S25: households reached ÷ active files, for the county and per town. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.lang import t
from sync.protocol.messages import Coverage, CoverageAnswer


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``share`` 0…1, ``figure`` such as ``12 / 20``."""

    name: str
    share: float
    figure: str
    left: int


@dataclass(frozen=True, slots=True)
class CoverageLook:
    """The county in one sentence; the towns with most left to do come first."""

    whole: Bar
    title: str
    towns: tuple[Bar, ...]


def coverage_of(answer: CoverageAnswer) -> CoverageLook | None:
    """None when nothing is to be reached (no active file)."""
    rows = [row for row in answer.rows if row.active]
    if not rows:
        return None
    active, reached = sum(row.active for row in rows), sum(row.reached for row in rows)
    whole = _bar(Coverage(org_id="", org_name=t("office.coverage.county"), active=active, reached=reached))
    towns = sorted((_bar(row) for row in rows), key=lambda bar: -bar.left)
    title = t("office.coverage.title", reached=reached, active=active, left=active - reached)
    return CoverageLook(whole, title, tuple(towns))


def _bar(row: Coverage) -> Bar:
    share = min(1.0, row.reached / row.active) if row.active else 1.0
    figure = t("office.coverage.figure", reached=row.reached, active=row.active)
    return Bar(row.org_name, share, figure, max(0, row.active - row.reached))
