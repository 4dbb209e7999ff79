"""A list of which one thing at a time is settled: what came, what is under way, what came of the last act.

Plain Python, no Flet. A board never changes; each event makes the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from app.views.office import words


class Named(Protocol):
    """A row of a board."""

    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the last act, in words; ``at``: the row it is shown on, empty when that has gone."""

    text: str
    good: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Board(Generic[Row]):
    """``rows`` None while nothing has come, ``error`` the code when asking failed; ``busy``: the row that is
    being settled, one at a time."""

    rows: tuple[Row, ...] | None = None
    total: int = 0
    error: str = ""
    busy: str = ""
    said: Said | None = None

    def broke(self, code: str) -> Self:
        """It did not come; what came before stays."""
        return replace(self, error=code)

    def asking(self, row_id: str) -> Self:
        """One is being settled."""
        return replace(self, busy=row_id, said=None)

    def without(self, row_id: str, text: str) -> Self:
        """It leaves the list, which says why."""
        rows = self.rows or ()
        left = tuple(one for one in rows if one.id != row_id)
        total = self.total - (len(rows) - len(left))
        return replace(self, rows=left, total=total, busy="", said=Said(text, good=True))

    def stays(self, row_id: str, text: str) -> Self:
        """Nothing was settled; its row says why."""
        return replace(self, busy="", said=Said(text, at=row_id))

    def refused(self, row_id: str, code: str, gone: str) -> Self:
        """Nothing was settled; what somebody else has settled leaves the list, which says ``gone``."""
        if code == "not_found":
            return self.without(row_id, gone)
        return self.stays(row_id, words.not_done(code))

    def about(self, row_id: str) -> Said | None:
        """What is to be said on this row; ``""``: above the list."""
        return self.said if self.said is not None and self.said.at == row_id else None
