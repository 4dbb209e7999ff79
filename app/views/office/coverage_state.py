"""S25: households reached ÷ active files, for the county and per town. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.lang import t
from domain.codes import OrgType
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
    """``title`` is the county in one sentence, ``short`` and ``rest`` the same in two pieces; the towns with
    most left to do come first."""

    whole: Bar
    title: str
    short: str
    rest: str
    towns: tuple[Bar, ...]


def coverage_of(answer: CoverageAnswer, own_org: str) -> CoverageLook | None:
    """``own_org`` is the reader's: it stands for the whole, since organisations contain each other and must
    not be added up. None when nothing is to be reached (no active file)."""
    rows = [row for row in answer.rows if row.active]
    whole = next((row for row in rows if row.org_id == own_org), None)
    if whole is None:
        return None
    towns = [_bar(row) for row in rows if row.org_type == OrgType.TOWN and row is not whole]
    left = max(0, whole.active - whole.reached)
    title = t("office.coverage.title", reached=whole.reached, active=whole.active, left=left)
    return CoverageLook(
        whole=_bar(whole),
        title=title,
        short=t("office.coverage.short", reached=whole.reached, active=whole.active),
        rest=t("office.coverage.rest", left=left),
        towns=tuple(sorted(towns, key=lambda bar: -bar.left)),
    )


def _bar(row: Coverage) -> Bar:
    share = min(1.0, row.reached / row.active) if row.active else 1.0
    figure = t("office.coverage.figure", reached=row.reached, active=row.active)
    return Bar(row.org_name, share, figure, max(0, row.active - row.reached))
