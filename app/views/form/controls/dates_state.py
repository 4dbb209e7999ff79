"""Dates and times of answers as parts a person can change one by one. Plain Python.

Lexical forms: ``2026-11-22``, ``08:30:00.000+08:00``, ``2026-11-22T08:30:00.000+08:00``
(https://getodk.github.io/xforms-spec/#data-types); year and month-year are kept as the first of the month.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from app.actions.local_time import LOCAL
from domain.text import half_width
from forms.xpath.dates import read_date, read_date_time, read_time, write_date_time

FIRST_YEAR, LAST_YEAR = 1900, 2100
PARTS = {"year": ("year",), "month-year": ("year", "month")}
"""Appearance → the parts asked; all three otherwise."""


def asked_parts(appearance: tuple[str, ...]) -> tuple[str, ...]:
    """Of a date: ("year", "month", "day") or fewer."""
    return next((PARTS[word] for word in appearance if word in PARTS), ("year", "month", "day"))


def date_of(answer: str) -> date | None:
    """The local day of a date or dateTime answer."""
    stamp = read_date_time(answer, LOCAL) if "T" in answer else None
    return stamp.astimezone(LOCAL).date() if stamp else read_date(answer)


def time_of(answer: str) -> time | None:
    """The local time of a time or dateTime answer, to the minute."""
    if "T" in answer:
        stamp = read_date_time(answer, LOCAL)
        return stamp.astimezone(LOCAL).time().replace(second=0, microsecond=0) if stamp else None
    found = read_time(answer)
    if found is None:
        return None
    if found.tzinfo is not None:
        # The zone has no summer time now; any winter day gives its offset.
        found = datetime.combine(date(2026, 1, 1), found).astimezone(LOCAL).time()
    return found.replace(second=0, microsecond=0, tzinfo=None)


def date_answer(day: date) -> str:
    return day.isoformat()


def time_answer(moment: time) -> str:
    stamp = datetime.combine(date(2026, 1, 1), moment, LOCAL)
    return stamp.isoformat(timespec="milliseconds").partition("T")[2]


def stamp_answer(day: date, moment: time) -> str:
    return write_date_time(datetime.combine(day, moment, LOCAL))


def picked_day(value: object) -> date | None:
    """The day a calendar gives: a local midnight, sent as a plain or an aware time."""
    if isinstance(value, datetime):
        # A midnight sent as UTC belongs to the day that it is here.
        return value.astimezone(LOCAL).date() if value.tzinfo is UTC else value.date()
    return value if isinstance(value, date) else None


@dataclass
class Parts:
    """Texts of the parts of a date or a time under way: ``{"year": "1965", "month": "", …}``."""

    texts: dict[str, str]

    @classmethod
    def of_date(cls, names: tuple[str, ...], day: date | None) -> Parts:
        return cls({name: "" if day is None else str(getattr(day, name)) for name in names})

    @classmethod
    def of_time(cls, moment: time | None) -> Parts:
        return cls(
            {name: "" if moment is None else f"{getattr(moment, name):02}" for name in ("hour", "minute")}
        )

    def number(self, name: str) -> int | None:
        text = half_width(self.texts.get(name, "")).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None

    @property
    def empty(self) -> bool:
        return not any(text.strip() for text in self.texts.values())

    @property
    def day(self) -> date | None:
        """The date they make; None while one is missing or there is no such day."""
        found = [self.number(name) for name in self.texts]
        if None in found or not FIRST_YEAR <= (found[0] or 0) <= LAST_YEAR:
            return None
        year, month, day = ([number or 0 for number in found] + [1, 1])[:3]
        try:
            return date(year, month, day)
        except ValueError:
            return None

    @property
    def moment(self) -> time | None:
        hour, minute = self.number("hour"), self.number("minute")
        if hour is None or minute is None or hour > 23 or minute > 59:
            return None
        return time(hour, minute)

    def step(self, name: str, by: int, today: date, now: time) -> None:
        """One up or down; the first touch of an empty part takes today's. The day stays inside its month."""
        number = self.number(name)
        if number is None:
            number = getattr(now if name in ("hour", "minute") else today, name)
        else:
            number += by
        low, high = self._limits(name)
        wraps = name != "year"
        number = low + (number - low) % (high - low + 1) if wraps else max(low, min(high, number))
        self.texts[name] = f"{number:02}" if name in ("hour", "minute") else str(number)
        self._fit_day()

    def _limits(self, name: str) -> tuple[int, int]:
        fixed = {"year": (FIRST_YEAR, LAST_YEAR), "month": (1, 12), "hour": (0, 23), "minute": (0, 59)}
        return fixed.get(name, (1, self._days()))

    def _days(self) -> int:
        year, month = self.number("year"), self.number("month")
        if year is None or month is None or not (1 <= month <= 12 and 1 <= year <= 9999):
            return 31
        return monthrange(year, month)[1]

    def _fit_day(self) -> None:
        day = self.number("day") if "day" in self.texts else None
        if day is not None and day > self._days():
            self.texts["day"] = str(self._days())
