"""Coverage (S25): households reached ÷ active files, and the list of the unreached with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from domain.codes import UnreachedReason, VisitResult
from domain.models import CoverageTarget
from domain.models.base import Model


class Unreached(Model, frozen=True, kw_only=True):
    """A household still to reach; ``tries`` counts visits that did not meet anybody."""

    household_id: str
    reason: UnreachedReason
    tries: int


class Coverage(Model, frozen=True, kw_only=True):
    """``percent`` is rounded down, so that 100 means everybody."""

    reached: int
    total: int
    unreached: tuple[Unreached, ...]

    @property
    def percent(self) -> int:
        return self.reached * 100 // self.total if self.total else 0


def coverage(targets: Iterable[CoverageTarget]) -> Coverage:
    """A household counts as reached once any visit of the campaign met it; each counts once.

    ``targets`` are the active files in question. Households nobody tried come first among the unreached, in
    the order given.
    """
    reached, missing, seen = 0, [], set()
    for target in targets:
        if target.household_id in seen:
            continue
        seen.add(target.household_id)
        if VisitResult.MET in target.results:
            reached += 1
        else:
            missing.append(_unreached(target))
    missing.sort(key=lambda one: one.tries > 0)
    return Coverage(reached=reached, total=len(seen), unreached=tuple(missing))


def _unreached(target: CoverageTarget) -> Unreached:
    last = target.results[-1] if target.results else None
    reason = UnreachedReason(last.value) if last else UnreachedReason.NOT_VISITED
    return Unreached(household_id=target.household_id, reason=reason, tries=len(target.results))
