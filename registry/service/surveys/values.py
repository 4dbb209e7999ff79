"""What filtering and charting look at: one row per choice or short answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from forms.definition import ElementDef
from registry.service.forms.shelf import KnownForm
from registry.service.surveys.sensitive import kept_apart, tells_number
from sync.protocol.forms import HOUSEHOLDS_CSV

LONGEST = 200
"""Characters of an answer that are kept here."""
SEVERAL = frozenset({"select_multiple", "rank"})
NUMBERS = frozenset({"integer", "decimal", "range"})
DAYS = frozenset({"date", "datetime"})
CHOICES = frozenset({"select_one", "select_multiple", "rank", "acknowledge"})
CALCULATE = "calculate"
_KEPT = CHOICES | NUMBERS | DAYS | {"text", "barcode", CALCULATE}
_INDEX = re.compile(r"\[(\d+)\]")
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?", re.ASCII)


class Value(NamedTuple):
    """``path`` without row numbers, ``row`` they alone (``2.1``); ``place`` from 1 among several choices."""

    path: str
    row: str
    place: int
    value: str
    number: Decimal | None


def type_of(element: ElementDef) -> str:
    """The question's type; calculate for what the form computes and nobody is asked."""
    if element.control is not None:
        return element.control.type
    computed = element.bind.calculate is not None and not element.bind.preload
    return CALCULATE if computed and not element.namespace.endswith("openrosa.org/xforms") else ""


def file_of(form: KnownForm, element: ElementDef) -> str:
    """The csv file its choices come from, "" when they stand in the form."""
    itemset = element.control.itemset if element.control is not None else None
    return form.definition.external.get(itemset.instance, "") if itemset is not None else ""


def is_kept(form: KnownForm, element: ElementDef) -> bool:
    """Whether its answers are in the table; personal ones are only in the record."""
    if type_of(element) not in _KEPT or kept_apart(element.path):
        return False
    return file_of(form, element) != HOUSEHOLDS_CSV


def split(path: str) -> tuple[str, str]:
    """``/data/person[2]/name`` → (``/data/person/name``, ``2``)."""
    return _INDEX.sub("", path), ".".join(_INDEX.findall(path))


def values_of(form: KnownForm, given: dict[str, str]) -> Iterator[Value]:
    """All rows of one filling."""
    for place, text in given.items():
        path, row = split(place)
        element = form.definition.elements.get(path)
        if element is None or not is_kept(form, element):
            continue
        kind = type_of(element)
        if kind in SEVERAL:
            words = dict.fromkeys(text.split())
            yield from (Value(path, row, at, word[:LONGEST], None) for at, word in enumerate(words, 1))
        elif not tells_number(text):
            yield Value(path, row, 0, text[:LONGEST], _number(kind, text))


def _number(kind: str, text: str) -> Decimal | None:
    if (kind in NUMBERS or kind == CALCULATE) and PLAIN_NUMBER.fullmatch(text):
        return Decimal(text)
    return None
