"""A registry that answers about questionnaires from memory, in real messages of wire v1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from office_world import NOW, PICTURE, digest, make_chain, make_detail, make_row, rfc

from domain.ids import new_id
from sync.errors import RefusedError, UnreachableError
from sync.protocol.forms import (
    AnswerLine,
    FormFinding,
    FormReport,
    FormRow,
    FormsAnswer,
    Numbers,
    OrgSlices,
    PublishRequest,
    QuestionInfo,
    QuestionsAnswer,
    QuestionSummary,
    Slice,
    SurveyDetail,
    SurveyPage,
    SurveyRow,
)

LEVEL = QuestionInfo(path="/data/level", label="医疗方面有多难？", type="select_one", group="医")
PAID = QuestionInfo(path="/data/paid", label="近一年自己掏的医药费（元）", type="decimal", group="医")
HEALTH = QuestionInfo(path="/data/health", label="身体情况", type="select_one", filter=False)


def make_form(form_id: str = "five_needs", version: str = "2", **more: Any) -> FormRow:
    facts: dict[str, Any] = {
        "form_id": form_id,
        "version": version,
        "title": "五需评估",
        "state": "published",
        "subject": "household",
        "in_visit": True,
        "roles": ["cadre"],
        "questions": 32,
        "languages": ["中文 (zh)", "English (en)"],
        "missing": [],
        "uploaded_by": "周正",
        "uploaded_at": rfc(NOW - timedelta(days=2)),
        "published_at": rfc(NOW - timedelta(days=1)),
        "answers": 60,
        "current": True,
    }
    return FormRow(**{**facts, **more})


def draft(**more: Any) -> FormRow:
    facts = {"state": "draft", "published_at": None, "answers": 0, "current": False, "version": "3"}
    return make_form(**{**facts, **more})


def make_survey(number: int, **more: Any) -> SurveyRow:
    facts: dict[str, Any] = {
        "id": f"0190dddd-0000-7000-8000-{number:012d}",
        "form_id": "five_needs",
        "version": "2",
        "title": "五需评估",
        "subject": "household",
        "subject_id": new_id(),
        "subject_name": f"王秀{number}",
        "org_name": "城关镇",
        "author_name": "李建国",
        "started_at": rfc(NOW - timedelta(hours=number)),
        "received_at": rfc(NOW),
        "flags": ["R12"] if number == 1 else [],
    }
    return SurveyRow(**{**facts, **more})


LINES = [
    AnswerLine(kind="question", depth=0, path="/data/day", label="日期", type="date", value="2027-01-20"),
    AnswerLine(kind="group", depth=0, path="/data/medical", label="医"),
    AnswerLine(
        kind="question",
        depth=1,
        path="/data/medical/level",
        label="医疗方面有多难？",
        type="select_one",
        value="3",
        text="非常难",
    ),
    AnswerLine(
        kind="question",
        depth=1,
        path="/data/medical/photo",
        label="照片",
        type="image",
        value="a.jpg",
        sha256=digest(PICTURE),
        received=True,
    ),
    AnswerLine(kind="question", depth=1, path="/data/medical/wish", label="本人的愿望", type="text"),
]


@dataclass
class MemoryForms:
    """Answers like sync.office_forms.OfficeForms; ``down`` is the code it fails with; ``whole`` False: this
    person may not have personal answers whole."""

    rows: list[FormRow] = field(default_factory=list)
    fillings: list[SurveyRow] = field(default_factory=list)
    report: FormReport | None = None
    down: str = ""
    whole: bool = True
    done: list[tuple[Any, ...]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    async def _come(self) -> None:
        if self.down.startswith("network"):
            raise UnreachableError(self.down)
        if self.down:
            raise RefusedError(self.down)

    async def forms(self) -> FormsAnswer:
        await self._come()
        return FormsAnswer(rows=list(self.rows))

    async def upload(self, data: bytes) -> FormReport:
        await self._come()
        self.done.append(("upload", len(data)))
        assert self.report is not None
        if self.report.stored:
            self.rows.insert(0, draft(missing=self.report.missing))
        return self.report

    async def put_file(self, form_id: str, version: str, name: str, data: bytes) -> FormRow:
        await self._come()
        self.done.append(("file", form_id, version, name, data))
        return self._change(form_id, version, missing=[])

    async def publish(self, form_id: str, version: str, how: PublishRequest) -> FormRow:
        await self._come()
        self.done.append(("publish", form_id, version, how))
        return self._change(form_id, version, state="published", current=True)

    async def retire(self, form_id: str, version: str) -> FormRow:
        await self._come()
        self.done.append(("retire", form_id, version))
        return self._change(form_id, version, state="retired", current=False)

    async def remove(self, form_id: str, version: str) -> None:
        await self._come()
        self.done.append(("remove", form_id, version))
        self.rows = [row for row in self.rows if (row.form_id, row.version) != (form_id, version)]

    def _change(self, form_id: str, version: str, **more: Any) -> FormRow:
        for place, row in enumerate(self.rows):
            if (row.form_id, row.version) == (form_id, version):
                self.rows[place] = msgspec.structs.replace(row, **more)
                return self.rows[place]
        raise RefusedError("not_found")

    async def surveys(self, wanted: Mapping[str, str], after: str | None = None) -> SurveyPage:
        await self._come()
        self.asked.append(dict(wanted))
        fitting = self.fillings[:2] if wanted.get("value") else self.fillings
        start = int(after or 0)
        end = start + 50
        following = str(end) if end < len(fitting) else None
        return SurveyPage(rows=fitting[start:end], next=following, total=len(fitting))

    async def survey(self, survey_id: str, language: str = "") -> SurveyDetail:
        await self._come()
        row = next((one for one in self.fillings if one.id == survey_id), None)
        if row is None:
            raise RefusedError("not_found")
        like = make_detail(make_row(1))
        return SurveyDetail(
            row=row,
            record=like.record,
            lines=LINES,
            languages=["中文 (zh)", "English (en)"],
            earliest=like.earliest,
            latest=like.latest,
            checks=[],
            chain=make_chain(),
            media=[],
        )

    async def questions(self, form_id: str) -> QuestionsAnswer:
        await self._come()
        return QuestionsAnswer(questions=[LEVEL, PAID, HEALTH], languages=["中文 (zh)"])

    async def summary(self, form_id: str, question: str, org: str = "") -> QuestionSummary:
        await self._come()
        info = next(one for one in (LEVEL, PAID, HEALTH) if one.path == question)
        slices = [Slice(value="0", label="没有", count=10), Slice(value="3", label="非常难", count=30)]
        numbers = None
        if info is PAID:
            numbers = Numbers(count=40, sum="400000", mean="10000", median="8000", min="0", max="90000")
        town = OrgSlices(org_id=new_id(), org_name="城关镇", answered=12, slices=slices)
        return QuestionSummary(
            question=info, asked=60, answered=40, slices=slices, numbers=numbers, by_org=[town]
        )

    async def answers(self, form_id: str, values: str, *, reason: str = "", org: str = "") -> bytes:
        await self._come()
        if reason and not self.whole:
            raise RefusedError("forbidden")
        self.done.append(("export", form_id, values, reason, org))
        return b"PK spreadsheet"


WRONG = FormReport(
    ok=False,
    stored=False,
    findings=[
        FormFinding(
            level="warning",
            msgid="forms.refusal.sheet_regex_open",
            sheet="survey",
            row=9,
            column="constraint",
            params={"name": "p", "reason": "1[0-9]+"},
        ),
        FormFinding(
            level="error",
            msgid="forms.refusal.sheet_unsupported_type",
            sheet="survey",
            row=3,
            column="type",
            params={"name": "b", "reason": "video"},
        ),
    ],
)
FINE = FormReport(
    ok=True, stored=True, findings=[], form_id="five_needs", version="3", title="五需评估", missing=["a.csv"]
)
