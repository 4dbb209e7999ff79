"""The queue of visits as plain data: what is asked for, what has arrived, and what each row says.

A ``Queue`` never changes; each event makes the next one. Every request carries a ticket, so that an answer
that comes after its question was changed is dropped. A refresh keeps the rows on screen until the new ones
are all there, and asks for as many as were shown, so that nobody loses the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

import msgspec

from app.actions.office_list_visits import PAGE, Filters
from app.actions.office_review_visit import DOUBT
from app.lang import t
from app.views.office import words
from app.views.office.marks import Flag, Mark, flags
from sync.protocol.messages import VisitPage, VisitRow

UNREVIEWED = "unreviewed"
"""Code of the status of a visit nobody has judged."""
MOST_AT_ONCE = 500
"""A refresh asks again for at most this many rows."""


class Busy(Enum):
    """What is being asked at the moment."""

    NO = "no"
    FIRST = "first"
    AGAIN = "again"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Queue:
    """``error`` is the code of the last failure; rows from before stay. ``total`` counts all that match, with
    ``over`` there are more than that;
    ``verdicts`` are those given on this device, by visit."""

    filters: Filters = field(default_factory=Filters)
    rows: tuple[VisitRow, ...] = ()
    next: str | None = None
    total: int = 0
    over: bool = False
    busy: Busy = Busy.NO
    error: str = ""
    ticket: int = 0
    asked_at: datetime | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether the present question has ever been answered."""
        return self.asked_at is not None

    @property
    def many(self) -> str:
        """How many match, as it is shown."""
        return f"{self.total}+" if self.over else str(self.total)

    def ask(self, filters: Filters | None = None) -> Queue:
        """A first question, or another one: the old rows no longer answer it."""
        asked = filters or self.filters
        return Queue(asked, busy=Busy.FIRST, ticket=self.ticket + 1, verdicts=self.verdicts)

    def again(self) -> Queue:
        """The same question again, the rows stay; the first time it is simply asked."""
        if not self.answered:
            return self.ask()
        return replace(self, busy=Busy.AGAIN, error="", ticket=self.ticket + 1)

    def more(self) -> Queue:
        """The next page; without one nothing changes."""
        if self.next is None or self.busy is not Busy.NO:
            return self
        return replace(self, busy=Busy.MORE, error="", ticket=self.ticket + 1)

    def arrived(self, ticket: int, page: VisitPage, now: datetime) -> Queue:
        """An answer; a stale one changes nothing. A row that moved between pages is shown once."""
        if ticket != self.ticket:
            return self
        before = self.rows if self.busy is Busy.MORE else ()
        known = {row.id for row in before}
        rows = (*before, *(row for row in page.rows if row.id not in known))
        total = self.total if before else page.total  # counted with the first page, judged since then
        return replace(
            self,
            rows=rows,
            next=page.next,
            total=total,
            over=page.over,
            busy=Busy.NO,
            error="",
            asked_at=now,
        )

    def broke(self, ticket: int, code: str) -> Queue:
        """No answer; what is on screen stays on screen."""
        return replace(self, busy=Busy.NO, error=code) if ticket == self.ticket else self

    def judged(self, visit_id: str, verdict: str) -> Queue:
        """A visit was reviewed here: its row says so at once and stays where it is until the next refresh."""
        fresh = any(row.id == visit_id and not row.reviewed for row in self.rows)
        rows = tuple(
            msgspec.structs.replace(row, reviewed=True) if row.id == visit_id else row for row in self.rows
        )
        total = self.total - 1 if fresh and self.filters.unreviewed else self.total
        return replace(self, rows=rows, total=total, verdicts={**self.verdicts, visit_id: verdict})

    def wanted(self) -> int:
        """How many rows a refresh asks for: as many as are shown, in whole pages."""
        shown = -(-max(len(self.rows), 1) // PAGE) * PAGE
        return min(shown, MOST_AT_ONCE)

    def next_unreviewed(self, visit_id: str) -> str | None:
        """The next one to judge after this one, in the list's order; from the top when none is left below."""
        ids = [row.id for row in self.rows]
        start = ids.index(visit_id) + 1 if visit_id in ids else 0
        ring = (*self.rows[start:], *self.rows[:start])
        return next((row.id for row in ring if not row.reviewed and row.id != visit_id), None)

    def authors(self) -> tuple[str, ...]:
        """The cadres seen in the rows and the one asked for, to choose from."""
        names = {row.author_name for row in self.rows} | {self.filters.author}
        return tuple(sorted(names - {""}))


@dataclass(frozen=True, slots=True)
class RowLook:
    """What one row says. ``where``: town and cadre, as far as they are known; ``spoken`` is the whole row in
    one sentence."""

    id: str
    name: str
    number: str
    where: tuple[str, ...]
    time: str
    aid: str
    photos: str
    photos_mark: Mark
    flags: tuple[Flag, ...]
    status: Flag
    spoken: str


UNREAD = "bad_body"
"""The flag of a visit whose content nobody can read."""


def row_look(row: VisitRow, now: datetime, verdict: str = "") -> RowLook:
    """The texts and marks of a row; ``verdict`` is the one given on this device."""
    marks = _flags(row)
    status = review_flag(row, verdict)
    time = words.when(words.moment(row.started_at or row.received_at), now)
    unread = UNREAD in row.flags  # then nothing is known of money and photos, and nothing may be said of them
    aid = words.money(row.aid_total) if words.has_money(row.aid_total) else t("office.row.no_aid")
    name = row.household_name or words.coded("visit_type", row.type) or t("office.row.unknown")
    where = tuple(one for one in (row.town, row.author_name) if one)
    photos = photos_text(row.photos, row.photos_missing)
    if unread:
        aid = photos = ""
    said = [name, row.household_number, *where, time, aid, photos, *(one.text for one in marks), status.text]
    return RowLook(
        id=row.id,
        name=name,
        number=row.household_number,
        where=where,
        time=time,
        aid=aid,
        photos=photos,
        photos_mark=Mark.PLAIN if row.photos else Mark.LOOK,
        flags=marks,
        status=status,
        spoken=t("office.row.join").join(part for part in said if part),
    )


def _flags(row: VisitRow) -> tuple[Flag, ...]:
    """The registry's flags, what came of the visit when nobody was met, and photos still on their way."""
    codes = list(row.flags) + (["conflict"] if row.state == "conflict" else [])
    if row.photos_missing and "photos_missing" not in codes:
        codes.append("photos_missing")
    unmet = () if row.result in ("", "met") else (_result(row.result),)
    return (*flags(codes), *unmet)


def _result(result: str) -> Flag:
    return Flag(f"result.{result}", Mark.PLAIN, words.coded("visit_result", result))


def photos_text(photos: int, missing: int) -> str:
    """``3 张照片``, or how many of them have arrived."""
    if not photos:
        return t("office.row.no_photos")
    if missing:
        return t("office.row.photos_some", have=photos - missing, count=photos)
    return t("office.row.photos", count=photos)


def review_flag(row: VisitRow, verdict: str) -> Flag:
    """Where the review stands; what another supervisor said is known only as "reviewed"."""
    if verdict == DOUBT:
        return Flag("doubted", Mark.LOOK, t("office.review.doubted"))
    if verdict:
        return Flag("passed", Mark.GOOD, t("office.review.passed"))
    if row.reviewed:
        return Flag("reviewed", Mark.GOOD, t("office.review.reviewed"))
    return Flag(UNREVIEWED, Mark.PLAIN, t("office.review.unreviewed"))
