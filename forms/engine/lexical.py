"""Answers as texts: what is written for each data type (https://getodk.github.io/xforms-spec/#data-types)."""

from __future__ import annotations

import re
from datetime import UTC

from forms.xpath.context import Env
from forms.xpath.dates import read_date, read_date_time, read_time
from forms.xpath.functions.dates import date as as_date
from forms.xpath.functions.dates import date_time as as_date_time
from forms.xpath.functions.geo import read_point
from forms.xpath.values import Value, number_text, to_string

MAX_TEXT = 100_000
_INT = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Without the characters XML cannot carry; nobody can see or type them, a paste may bring them."""
    return _FORBIDDEN.sub("", text)


def normal(kind: str, text: str) -> str | None:
    """The text as it is stored for data type ``kind``; None when it does not fit. Empty always fits."""
    if len(text) > MAX_TEXT:
        return None
    if kind in ("string", "barcode"):
        return text
    text = text.strip()
    return text if text == "" else _NORMAL[kind](text)


def _int(text: str) -> str | None:
    return str(int(text)) if _INT.fullmatch(text) else None


def _decimal(text: str) -> str | None:
    return text.removeprefix("+") if _DECIMAL.fullmatch(text) else None


def _date(text: str) -> str | None:
    return text if "T" not in text and read_date(text) else None


def _date_time(text: str) -> str | None:
    return text if "T" in text and read_date_time(text, UTC) else None


def _words(text: str) -> str | None:
    words = text.split()
    return " ".join(words) if len(set(words)) == len(words) else None


def _file(text: str) -> str | None:
    return text if len(text) <= 255 and not re.search(r"[/\\\n]", text) else None


_NORMAL = {
    "int": _int,
    "decimal": _decimal,
    "boolean": lambda text: text if text in ("true", "false", "1", "0") else None,
    "date": _date,
    "time": lambda text: text if read_time(text) else None,
    "dateTime": _date_time,
    "geopoint": lambda text: " ".join(text.split()) if read_point(text) else None,
    "binary": _file,
    "select1": lambda text: text if len(text.split()) == 1 else None,
    "select": _words,
    "odk:rank": _words,
}


def calculated(kind: str, value: Value, env: Env) -> str:
    """A computed value as it is stored. Not a number is no answer; numbers fit the data type."""
    if isinstance(value, float) and not isinstance(value, bool):
        return _number(kind, value, env)
    text = clean(to_string(value))[:MAX_TEXT]
    if kind == "date" and "T" in text:
        return to_string(as_date(env, text))
    return text


def _number(kind: str, value: float, env: Env) -> str:
    if value != value:
        return ""
    if kind == "int" and abs(value) < 1e18:
        return str(int(value))
    if kind == "date":
        return to_string(as_date(env, value))
    if kind == "dateTime":
        return to_string(as_date_time(env, value))
    return number_text(value)
