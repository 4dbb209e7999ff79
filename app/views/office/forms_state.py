"""What the office's screens of questionnaires say, as plain data: versions, findings, bars. No Flet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.lang import t
from app.views.office import words
from app.views.office.marks import Mark
from sync.protocol.forms import (
    AnswerLine,
    FormFinding,
    FormReport,
    FormRow,
    Numbers,
    QuestionInfo,
    QuestionSummary,
    Slice,
    SurveyRow,
)

SUBJECTS = ("household", "org", "none")
CLASS = re.compile(r"(-?[0-9.]*[0-9])\.\.(-?[0-9.]*[0-9])")
"""How the registry names a class of numbers: from the first up to, not including, the second."""
ROLES = ("cadre", "delegate", "supervisor")
"""Who fills questionnaires; nobody chosen means everybody."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the list. ``dated``: its facts where its number stands above them;
    ``missing``: files without which it cannot be published."""

    title: str
    state: str
    mark: Mark
    facts: str
    dated: str
    answers: str
    missing: str


def version_look(row: FormRow, now: datetime) -> Version:
    """A draft waits, a published version is good, a retired one is quiet."""
    state, mark = "retired", Mark.PLAIN
    if row.state == "draft":
        state, mark = ("draft_missing" if row.missing else "draft"), Mark.LOOK
    elif row.state == "published":
        state, mark = ("published" if row.current else "published_old"), Mark.GOOD
    at = words.when(words.moment(row.published_at or row.uploaded_at), now)
    return Version(
        title=row.title or row.form_id,
        state=t(f"office_forms.state.{state}"),
        mark=mark,
        facts=t("office_forms.row.facts", version=row.version, count=row.questions, time=at),
        dated=t("office_forms.version.facts", count=row.questions, time=at),
        answers=t("office_forms.row.answers", count=row.answers) if row.state != "draft" else "",
        missing=t("office_forms.row.missing", files=listed(row.missing)) if row.missing else "",
    )


def listed(names: Sequence[str]) -> str:
    """One after the other, as the chosen language separates them."""
    return t("common.list.separator").join(names)


def newest(rows: Sequence[FormRow]) -> list[tuple[FormRow, list[FormRow]]]:
    """Each questionnaire once, by its first row, with its older versions."""
    found: dict[str, list[FormRow]] = {}
    for row in rows:
        found.setdefault(row.form_id, []).append(row)
    return [(versions[0], versions[1:]) for versions in found.values()]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: ``where`` in the spreadsheet, ``text`` what is wrong."""

    where: str
    text: str
    bad: bool


def findings(report: FormReport) -> tuple[Found, ...]:
    """Errors first, each with the sheet, row and column as Excel names them."""
    order = sorted(report.findings, key=lambda one: one.level != "error")
    return tuple(Found(_where(one), t(one.msgid, **one.params), one.level == "error") for one in order)


def _where(one: FormFinding) -> str:
    if not one.sheet:
        return t("office_forms.where.file")
    if not one.row:
        return t("office_forms.where.sheet", sheet=one.sheet)
    place = t("office_forms.where.row", sheet=one.sheet, row=one.row)
    return t("office_forms.where.column", place=place, column=one.column) if one.column else place


def answer_title(row: SurveyRow) -> str:
    """Whom a filling is about, or who filled it when it is about nobody."""
    return row.subject_name or t("office_forms.answer.by", name=row.author_name)


def answer_facts(row: SurveyRow, now: datetime) -> str:
    at = words.when(words.moment(row.started_at or row.received_at), now)
    return t("office_forms.answer.facts", org=row.org_name, author=row.author_name, time=at)


def shown(line: AnswerLine) -> str:
    """An answer as it is read; an empty one says so."""
    return line.text or line.value or t("office_forms.answer.empty")


def time_bounds(first: datetime | None, last: datetime | None) -> str:
    """What no wrong clock can move; a phone that never heard the registry's time has no lower bound."""
    if first is None:
        return t("office_forms.answer.until", last=words.exact(last))
    return t("office_forms.answer.times", first=words.exact(first), last=words.exact(last))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``share`` and ``percent`` of those who answered, so that the whole track is all of them."""

    label: str
    count: int
    share: float
    percent: str


def bars(slices: Sequence[Slice], answered: int) -> tuple[Bar, ...]:
    """In the order they came: choices as in the form, classes of numbers from low to high."""
    return tuple(
        Bar(
            _class_words(one.label or one.value),
            one.count,
            one.count / answered if answered else 0.0,
            f"{round(one.count * 100 / answered)}%" if answered else "",
        )
        for one in slices
    )


def _class_words(value: str) -> str:
    """``0..500``, a class of numbers, in words; anything else as it is."""
    found = CLASS.fullmatch(value)
    return t("office_forms.chart.class", first=found[1], last=found[2]) if found else value


def number_facts(numbers: Numbers | None) -> list[tuple[str, str]]:
    """(label, value) of the figures of a numeric question."""
    if numbers is None:
        return []
    told = ("mean", "median", "min", "max", "sum")
    return [(t(f"office_forms.numbers.{name}"), f"{Decimal(getattr(numbers, name)):,}") for name in told]


def answered_words(summary: QuestionSummary) -> str:
    return t("office_forms.chart.answered", answered=summary.answered, asked=summary.asked)


def question_words(question: QuestionInfo) -> str:
    """With its group before it, for the same words may stand in several groups."""
    return f"{question.group} · {question.label}" if question.group else question.label
