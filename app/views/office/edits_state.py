"""Corrections of files that wait for a person: both values, who wrote them and when.

Plain Python, no Flet. A ``Board`` never changes; each event makes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.actions.office_edits import Choice, list_edits, settle_edit
from app.actions.office_reveal_field import Hidden, reveal_field
from app.actions.services import Services
from app.lang import has_text, t
from app.views.household.edits import field_label
from app.views.office import words
from domain.errors import NuanFangError
from domain.file_edits import is_phone, kind_of
from sync.protocol.edits import EditPage, EditRow

FAMILIES = {
    "housing": "housing",
    "worker.work_state": "work_state",
    "members.state": "member_state",
    "members.life": "life_state",
}
"""Coded fields and their code lists."""
REVEALED = ("present", "after")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values: whose it is, what it says, where it is from."""

    title: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """A correction as its card shows it. ``why``: why a person is asked. ``masked``: numbers can be shown
    for a reason. ``choices``: what can be decided here."""

    row: EditRow
    who: str
    label: str
    why: tuple[str, ...]
    filed: Side
    brought: Side
    masked: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the last act; ``at``: the row it is shown on, empty when that has gone."""

    text: str
    good: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """``rows`` None while nothing has come; ``busy``: the row that is being decided; ``seen``: numbers that
    were shown for a reason, as long as this screen lives."""

    rows: tuple[EditRow, ...] | None = None
    total: int = 0
    next: str | None = None
    error: str = ""
    busy: str = ""
    said: Said | None = None
    seen: Mapping[Hidden, str] = field(default_factory=dict)

    def came(self, page: EditPage, *, more: bool) -> Board:
        """A page: the first, or one more below."""
        rows = (*(self.rows or ()), *page.rows) if more else tuple(page.rows)
        return replace(self, rows=rows, total=page.total, next=page.next, error="")

    def broke(self, code: str) -> Board:
        """It did not come; what came before stays."""
        return replace(self, error=code)

    def asking(self, edit_id: str) -> Board:
        """One is being decided."""
        return replace(self, busy=edit_id, said=None)

    def settled(self, row: EditRow) -> Board:
        """It leaves the list."""
        return self._without(row.id, Said(t(f"edits.settled.{row.chosen}"), good=True))

    def refused(self, edit_id: str, code: str) -> Board:
        """Nothing was decided; what somebody else has decided leaves the list."""
        if code == "not_found":
            return self._without(edit_id, Said(t("edits.gone"), good=True))
        return replace(self, busy="", said=Said(words.not_done(code), at=edit_id))

    def shown(self, found: Mapping[Hidden, str]) -> Board:
        """Numbers, for a reason that was given."""
        return replace(self, seen={**self.seen, **found}, busy="", said=None)

    def _without(self, edit_id: str, said: Said) -> Board:
        rows = self.rows or ()
        left = tuple(one for one in rows if one.id != edit_id)
        return replace(self, rows=left, total=self.total - (len(rows) - len(left)), busy="", said=said)


def line(row: EditRow, seen: Mapping[Hidden, str], now: datetime) -> Line:
    """The texts of a row."""
    filed = t("edits.source.first")
    if row.present_by:
        filed = t("edits.source.who", name=row.present_by, time=words.when(words.moment(row.present_at), now))
    brought = t("edits.source.who", name=row.author_name, time=words.when(words.moment(row.received_at), now))
    if row.reason:
        brought += t("edits.source.reason", reason=row.reason)
    hidden = is_phone(row.field) and any(Hidden("edit", row.id, name) not in seen for name in REVEALED)
    return Line(
        row=row,
        who=t("edits.who", name=row.household_name, number=row.household_number),
        label=field_label(row.field),
        why=_why(row),
        filed=Side(t("edits.filed"), _value(row, "present", seen), filed),
        brought=Side(t("edits.brought"), _value(row, "after", seen), brought),
        masked=hidden,
        choices=_choices(row),
    )


def _choices(row: EditRow) -> tuple[Choice, ...]:
    """What cannot stand in the file is not offered; a code is taken or left, nobody types one."""
    if "unknown_field" in row.flags:
        return ("keep",)
    take: tuple[Choice, ...] = () if "invalid" in row.flags else ("take",)
    other: tuple[Choice, ...] = () if kind_of(row.field) in FAMILIES else ("other",)
    return (*take, "keep", *other)


def _value(row: EditRow, name: str, seen: Mapping[Hidden, str]) -> str:
    shown = seen.get(Hidden("edit", row.id, name))
    return shown or _told(row.field, getattr(row, name))


def _told(name: str, value: str) -> str:
    if not value:
        return t("edits.nothing")
    family = FAMILIES.get(kind_of(name))
    return words.coded(family, value) if family else value


def _why(row: EditRow) -> tuple[str, ...]:
    first = (t("edits.why.conflict"),) if row.state == "conflict" else ()
    told = tuple(t(f"edits.why.{flag}") if has_text(f"edits.why.{flag}") else flag for flag in row.flags)
    return (*first, *told) or (t("edits.why.waiting"),)


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done here. ``change`` takes a step from one board to the next."""

    services: Services
    change: Callable[[Callable[[Board], Board]], None]

    async def load(self) -> None:
        """The first page."""
        await self._load("")

    async def more(self, after: str) -> None:
        """The next one."""
        await self._load(after)

    async def _load(self, after: str) -> None:
        try:
            page = await list_edits(self.services, after)
        except NuanFangError as error:
            code = error.code
            self.change(lambda board: board.broke(code))
        else:
            self.change(lambda board: board.came(page, more=bool(after)))

    async def settle(self, row: EditRow, choice: Choice, value: str = "") -> None:
        """Decide about one, and read again."""
        self.change(lambda board: board.asking(row.id))
        try:
            answer = await settle_edit(self.services, row, choice, value)
        except NuanFangError as error:
            code = error.code
            self.change(lambda board: board.refused(row.id, code))
            if code != "file_changed":
                return
        else:
            self.change(lambda board: board.settled(answer))
        await self.load()  # what waits on the same file stands beside its new value now

    async def reveal(self, row: EditRow, reason: str) -> None:
        """Both numbers, to call them: the registry writes down who saw them and why."""
        self.change(lambda board: board.asking(row.id))
        try:
            asked = [Hidden("edit", row.id, name) for name in REVEALED]
            found = {one: await reveal_field(self.services, one, reason) for one in asked}
        except NuanFangError as error:
            code = error.code
            self.change(lambda board: board.refused(row.id, code))
        else:
            self.change(lambda board: board.shown(found))
