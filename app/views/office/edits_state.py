"""Corrections of files that wait for a person: both values, who wrote them and when.

Plain Python, no Flet. An ``Edits`` never changes; each event makes the next one.
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
from app.views.office.board_state import Board
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
    """A correction as its card shows it. ``who``: the household's name and number. ``why``: why a person is
    asked. ``masked``: numbers can be shown for a reason. ``choices``: what can be decided here."""

    row: EditRow
    who: tuple[str, ...]
    label: str
    why: tuple[str, ...]
    filed: Side
    brought: Side
    masked: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Edits(Board[EditRow]):
    """``seen``: numbers that were shown for a reason, as long as this screen lives."""

    next: str | None = None
    seen: Mapping[Hidden, str] = field(default_factory=dict)

    def came(self, page: EditPage, *, more: bool) -> Edits:
        """A page: the first, or one more below."""
        rows = (*(self.rows or ()), *page.rows) if more else tuple(page.rows)
        return replace(self, rows=rows, total=page.total, next=page.next, error="")

    def settled(self, row: EditRow) -> Edits:
        """It leaves the list."""
        return self.without(row.id, t(f"edits.settled.{row.chosen}"))

    def shown(self, found: Mapping[Hidden, str]) -> Edits:
        """Numbers, for a reason that was given."""
        return replace(self, seen={**self.seen, **found}, busy="", said=None)


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
        who=(row.household_name, row.household_number),
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
    change: Callable[[Callable[[Edits], Edits]], None]

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
            self.change(lambda board: board.refused(row.id, code, t("edits.gone")))
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
            self.change(lambda board: board.refused(row.id, code, t("edits.gone")))
        else:
            self.change(lambda board: board.shown(found))
