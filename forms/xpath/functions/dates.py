"""Date functions: https://getodk.github.io/xforms-spec/#fn:Date-and-Time-Functions."""

from __future__ import annotations

from datetime import datetime

from forms.xpath.context import Env
from forms.xpath.dates import (
    date_of_days,
    date_time_of_days,
    days_of_date_time,
    format_stamp,
    read_date,
    read_date_time,
    read_time,
    write_date_time,
)
from forms.xpath.functions.kinds import Eager
from forms.xpath.values import NAN, Value, text_number, to_string


def today(env: Env) -> Value:
    return env.now().astimezone(env.zone).date().isoformat()


def now(env: Env) -> Value:
    return write_date_time(env.now().astimezone(env.zone))


def _stamp(env: Env, value: Value) -> datetime | None:
    """A date, a dateTime or days since 1970 as local time."""
    if isinstance(value, float) and not isinstance(value, bool):
        return date_time_of_days(value, env.zone) if value == value else None
    text = to_string(value).strip()
    found = read_date_time(text, env.zone)
    if found is not None:
        return found
    number = text_number(text, env.zone)
    return date_time_of_days(number, env.zone) if number == number else None


def date(env: Env, value: Value) -> Value:
    """As a date: a dateTime loses its time, a number is days since 1970; anything else is empty."""
    if isinstance(value, float) and not isinstance(value, bool):
        day = date_of_days(value) if value == value else None
        return day.isoformat() if day else ""
    text = to_string(value).strip()
    found = read_date(text)
    if found is None and (number := text_number(text, env.zone)) == number:
        found = date_of_days(number)
    return found.isoformat() if found else ""


def date_time(env: Env, value: Value) -> Value:
    stamp = _stamp(env, value)
    return write_date_time(stamp) if stamp else ""


def format_date(env: Env, value: Value, pattern: Value) -> Value:
    day = read_date(to_string(date(env, value)))
    if day is None:
        return ""
    midnight = datetime(day.year, day.month, day.day, tzinfo=env.zone)
    return format_stamp(midnight, to_string(pattern), env.texts.chinese, with_time=False)


def format_date_time(env: Env, value: Value, pattern: Value) -> Value:
    stamp = _stamp(env, value)
    if stamp is None:
        return ""
    return format_stamp(stamp, to_string(pattern), env.texts.chinese, with_time=True)


def decimal_date_time(env: Env, value: Value) -> Value:
    stamp = _stamp(env, value)
    return days_of_date_time(stamp) if stamp else NAN


def decimal_time(env: Env, value: Value) -> Value:
    """The part of the local day that has passed: noon is 0.5."""
    moment = read_time(to_string(value).strip())
    if moment is None:
        return NAN
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    offset, local = moment.utcoffset(), env.now().astimezone(env.zone).utcoffset()
    if offset is not None and local is not None:
        seconds += (local - offset).total_seconds()
    return (seconds % 86400) / 86400


DATES: dict[str, Eager] = {
    "today": today,
    "now": now,
    "date": date,
    "date-time": date_time,
    "format-date": format_date,
    "format-date-time": format_date_time,
    "decimal-date-time": decimal_date_time,
    "decimal-time": decimal_time,
}
