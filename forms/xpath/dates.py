"""Dates and times of answers: XML Schema's lexical forms with an offset, days since 1970.

Source: https://getodk.github.io/xforms-spec/#data-types, #fn:number, #fn:decimal-date-time, #fn:format-date.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

_EPOCH = date(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?")


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """``2026-01-31``, or the date of a dateTime; None when it is neither or no such day."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    stamp = read_date_time(text, UTC) if "T" in text else None
    return stamp.date() if stamp else None


@lru_cache(maxsize=4096)
def read_date_time(text: str, zone: tzinfo) -> datetime | None:
    """A dateTime with its offset kept; without an offset it is local (``zone``). A date is its midnight."""
    if _DATE.fullmatch(text):
        day = read_date(text)
        return datetime.combine(day, time(), zone) if day else None
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=zone)


@lru_cache(maxsize=4096)
def read_time(text: str) -> time | None:
    """``08:30:00.000+08:00``; the offset is optional."""
    if not _TIME.fullmatch(text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def days_of_date(day: date) -> float:
    """Whole days since 1970-01-01."""
    return float((day - _EPOCH).days)


def days_of_date_time(stamp: datetime) -> float:
    """Days since 1970-01-01T00:00Z, with the fraction of the day."""
    return (stamp - _EPOCH_UTC) / timedelta(days=1)


def date_of_days(days: float) -> date | None:
    try:
        return _EPOCH + timedelta(days=int(days // 1))
    except (OverflowError, ValueError):
        return None


def date_time_of_days(days: float, zone: tzinfo) -> datetime | None:
    try:
        return (_EPOCH_UTC + timedelta(days=days)).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def write_date_time(stamp: datetime) -> str:
    """With milliseconds and offset, as ODK clients write it: ``2026-01-31T08:30:00.000+08:00``."""
    return stamp.isoformat(timespec="milliseconds")


_FORMAT = re.compile(r"%(.)")
_ZH_WEEK = "一二三四五六日"
_EN_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_stamp(stamp: datetime, pattern: str, chinese: bool, with_time: bool) -> str:
    """ODK's % identifiers; one that is not known stays as it is."""

    def one(match: re.Match[str]) -> str:
        text = _part(stamp, match.group(1), chinese)
        if text is None or (not with_time and match.group(1) in "HhMS3"):
            return match.group()
        return text

    return _FORMAT.sub(one, pattern)


def _part(stamp: datetime, letter: str, chinese: bool) -> str | None:
    week = stamp.weekday()
    parts = {
        "Y": f"{stamp.year:04d}",
        "y": f"{stamp.year % 100:02d}",
        "m": f"{stamp.month:02d}",
        "n": str(stamp.month),
        "b": f"{stamp.month}月" if chinese else _EN_MONTH[stamp.month - 1],
        "d": f"{stamp.day:02d}",
        "e": str(stamp.day),
        "a": f"周{_ZH_WEEK[week]}" if chinese else _EN_WEEK[week],
        "H": f"{stamp.hour:02d}",
        "h": str(stamp.hour),
        "M": f"{stamp.minute:02d}",
        "S": f"{stamp.second:02d}",
        "3": f"{stamp.microsecond // 1000:03d}",
        "%": "%",
    }
    return parts.get(letter)
