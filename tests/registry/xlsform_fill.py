"""Filling a shipped questionnaire as a person does: page by page, leaving a page when all is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from forms import Definition, Hooks, Session, dataset_from_csv, load
from registry.service.xlsform import check
from tests.unit.forms_kit import NOW

FORMS = Path(__file__).resolve().parents[2] / "assets" / "forms"
NAMES = sorted(path.name for path in FORMS.glob("*.xlsx"))
DATA = {
    "households.csv": dataset_from_csv("name,label\nh-1,王秀英（东坝头村）\nh-2,李建国（和平路）\n"),
    "orgs.csv": dataset_from_csv("name,label\no-1,青山县总工会\no-2,宏达建筑公司\n"),
}
Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Repeat's name → answers of its rows."""


@cache
def definition(name: str) -> Definition:
    return load(check((FORMS / name).read_bytes()).xform)


def opened(name: str, language: str = "") -> Session:
    return Session(definition(name), None, Hooks.fixed(NOW, "door", {"username": "zhao"}), DATA, language)


def fill(session: Session, answers: Mapping[str, str], rows: Rows | None = None) -> list[str]:
    """From the first page to the last; the paths of the pages seen. Every answer given must be asked."""
    left = {*answers, *(f"{name}[{n}]/{key}" for name, made in (rows or {}).items()
                        for n, row in enumerate(made, 1) for key in row)}  # fmt: skip
    seen = []
    page = session.walker.here()
    while page is not None:
        seen.append(page.path)
        if page.kind == "repeat" and len(page.rows) < len((rows or {}).get(_name(page.path), ())):
            page = session.walker.jump(session.add_row(page.path))
            continue
        _answer_page(session, answers, rows or {}, left)
        page = session.walker.here()
        assert page is not None
        wrong = [problem for path in page.questions if (problem := session.check(path))]
        assert wrong == [], page
        page = session.walker.next()
    assert left == set(), "asked for nobody"
    return seen


def _answer_page(session: Session, answers: Mapping[str, str], rows: Rows, left: set[str]) -> None:
    """One answer may bring another question to the page."""
    done: set[str] = set()
    while True:
        page = session.walker.here()
        fresh = [path for path in (page.questions if page else ()) if path not in done]
        if not fresh:
            return
        done.add(fresh[0])
        key, value = _answer(fresh[0], answers, rows)
        if value is not None:
            session.set(fresh[0], value)
            left.discard(key)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _answer(path: str, answers: Mapping[str, str], rows: Rows) -> tuple[str, str | None]:
    name = _name(path)
    for step in path.split("/"):
        repeat, bracket, number = step.rstrip("]").partition("[")
        if bracket and repeat in rows:
            made = rows[repeat]
            key = f"{repeat}[{number}]/{name}"
            return key, made[int(number) - 1].get(name) if int(number) <= len(made) else None
    return name, answers.get(name)


def sealed(session: Session) -> dict[str, Any]:
    """Finish and seal; nothing may be wrong."""
    assert session.finish() == []
    answers: dict[str, Any] = session.to_json()["answers"]
    return answers
