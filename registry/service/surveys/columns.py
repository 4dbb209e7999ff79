"""Which sheets and columns a form's answers have, all its versions put together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from forms.definition import ElementDef
from registry.service.surveys.labels import Words

CODES = "codes"
FIXED = ("id", "version", "number", "subject", "org", "author", "started", "received", "visit", "flags")
"""Before the answers on the first sheet; the keys of headings.toml."""
OF_ROWS = ("id", "row")
"""Before the answers of a repeat: whose filling, and which row (``2.1``: the first inside the second)."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31


@cache
def headings(language: str) -> dict[str, str]:
    """For one of the form's languages (``English (en)``), or for ``codes``."""
    known = tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))
    low = language.lower()
    if language == CODES:
        return dict(known[CODES])
    if "hant" in low or "zh-tw" in low or "zh-hk" in low:
        return dict(known["zh_Hant"])
    return dict(known["en" if "(en" in low or low == "en" or "english" in low else "zh_Hans"])


@dataclass
class Sheet:
    """``repeat``: path of the repeat whose rows it holds, "" for the fillings themselves."""

    repeat: str
    name: str
    fixed: list[str]
    paths: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def sheets_of(words: Sequence[Words], *, codes: bool) -> list[Sheet]:
    """``words``: of each version, the one whose order and labels win first. Columns meet by their path."""
    heads = headings(CODES if codes else words[0].texts.language)
    title = words[0].form.title or words[0].form.form_id
    main = Sheet("", sheet_name(title, set()), [heads[key] for key in FIXED])
    found = {"": main}
    for version in words:
        for element, repeat in _leaves(version.form.definition.root):
            path = repeat.path if repeat is not None else ""
            if path not in found:
                taken = {sheet.name.lower() for sheet in found.values()}
                name = sheet_name(path.rpartition("/")[2], taken)
                found[path] = Sheet(path, name, [heads[key] for key in OF_ROWS])
            _add(found[path], element, version, codes)
    for sheet in found.values():
        _tell_apart(sheet)
    return list(found.values())


def _leaves(
    element: ElementDef, repeat: ElementDef | None = None
) -> Iterator[tuple[ElementDef, ElementDef | None]]:
    """Everything that holds an answer, with the innermost repeat it is in; notes hold none."""
    inner = element if element.is_repeat else repeat
    if element.kids:
        for kid in element.kids.values():
            yield from _leaves(kid, inner)
    elif element.namespace.endswith("/xforms") and "openrosa" in element.namespace:
        return
    elif element.control is None or element.control.type != "note":
        yield element, inner


def _add(sheet: Sheet, element: ElementDef, words: Words, codes: bool) -> None:
    if element.path in sheet.paths:
        return
    sheet.paths.append(element.path)
    top = sheet.repeat or f"/{element.place[0]}"
    sheet.titles.append(element.path[len(top) + 1 :] if codes else words.question(element))


def _tell_apart(sheet: Sheet) -> None:
    """Two questions with one label also show their names."""
    for place, title in enumerate(sheet.titles):
        if sheet.titles.count(title) > 1:
            sheet.titles[place] = f"{title} ({sheet.paths[place].rpartition('/')[2]})"


def sheet_name(wanted: str, taken: set[str]) -> str:
    """As Excel allows it: short, without its special characters, unlike the others whatever the case."""
    clean = _FORBIDDEN.sub(" ", wanted).strip()[:_LONGEST_NAME] or "form"
    name, number = clean, 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        ending = f" {number}"
        name = clean[: _LONGEST_NAME - len(ending)] + ending
    return name
