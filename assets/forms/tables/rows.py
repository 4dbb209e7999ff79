"""Rows of an XLSForm as Python: a text is ``中文 | English``, everything else is a column of the sheet."""

from __future__ import annotations

from dataclasses import dataclass

Row = dict[str, str]
Choices = dict[str, dict[str, str]]

ZH, EN = "中文 (zh)", "English (en)"
TEXTS = ("label", "hint", "constraint_message")
PLAIN = (
    "required",
    "relevant",
    "constraint",
    "calculation",
    "trigger",
    "appearance",
    "default",
    "parameters",
    "repeat_count",
    "choice_filter",
)
COLUMNS = ("type", "name", *(f"{text}::{language}" for text in TEXTS for language in (ZH, EN)), *PLAIN)


@dataclass(frozen=True)
class Form:
    """One workbook. ``file``: its name without .xlsx, which is its form_id too."""

    file: str
    title: str
    rows: list[Row]
    choices: Choices
    version: str = "2026112201"


def split(column: str, text: str) -> Row:
    """``中文 | English`` into the two columns."""
    zh, _, en = (part.strip() for part in text.partition("|"))
    return {f"{column}::{ZH}": zh, f"{column}::{EN}": en} if text else {}


def q(kind: str, name: str = "", label: str = "", hint: str = "", say: str = "", **more: str) -> Row:
    """One row. ``say``: what is said when the constraint does not hold."""
    texts = {**split("label", label), **split("hint", hint), **split("constraint_message", say)}
    return {"type": kind, "name": name, **texts, **more}


def group(name: str, label: str, *inside: Row | list[Row], **more: str) -> list[Row]:
    return [q("begin group", name, label, **more), *flat(inside), q("end group")]


def page(name: str, label: str, *inside: Row | list[Row], **more: str) -> list[Row]:
    """A group shown as one page."""
    return group(name, label, *inside, appearance="field-list", **more)


def repeat(name: str, label: str, *inside: Row | list[Row], **more: str) -> list[Row]:
    return [q("begin repeat", name, label, **more), *flat(inside), q("end repeat")]


def flat(parts: tuple[Row | list[Row], ...]) -> list[Row]:
    """Rows and lists of rows as one list."""
    rows: list[Row] = []
    for part in parts:
        rows.extend(part if isinstance(part, list) else [part])
    return rows


MUST = {"required": "yes"}
MONEY = {
    "constraint": ". >= 0 and . <= 99999999",
    "say": "请填 0 到 99999999 之间的金额 | Enter an amount from 0 to 99,999,999",
    "appearance": "thousands-sep",
}
PEOPLE = {
    "constraint": ". >= 0 and . <= 100000",
    "say": "请填 0 到 100000 之间的人数 | Enter a number from 0 to 100,000",
}


def at_most(other: str, zh: str, en: str) -> Row:
    """A number between 0 and another answer."""
    return {"constraint": f". >= 0 and . <= ${{{other}}}", "say": f"不能比{zh}多 | Not more than {en}"}


NOT_LATER = {
    "constraint": ". <= today()",
    "say": "不能是以后的日期 | This date has not come yet",
}
NOT_EARLIER = {
    "constraint": ". >= today()",
    "say": "请选今天或以后的日期 | Choose today or a later date",
}
PHONE = {
    "constraint": "regex(., '^(1[0-9]{10}|0[0-9]{2,3}-?[0-9]{7,8})$')",
    "say": "手机是 1 开头的 11 位，座机带区号 | 11 digits starting with 1, or a landline with its area code",
    "appearance": "numbers",
}
PHOTO = {"appearance": "new", "parameters": "max-pixels=1600"}

META = [q("start", "start"), q("end", "end"), q("today", "filled_on"), q("username", "cadre")]
HOUSEHOLD = [
    q(
        "select_one_from_file households.csv",
        "household",
        "走访的是哪一户？ | Which household is this?",
        required="yes",
        appearance="autocomplete",
    ),
    q("calculate", "household_name", calculation="pulldata('households', 'label', 'name', ${household})"),
]


def org(question: str, hint: str) -> list[Row]:
    """Which organisation, from the list that every phone has."""
    return [
        q("select_one_from_file orgs.csv", "org", question, hint, required="yes", appearance="autocomplete"),
        q("calculate", "org_name", calculation="pulldata('orgs', 'label', 'name', ${org})"),
    ]


def day(label: str = "检查日期 | Date of the check") -> Row:
    return q("date", "day", label, required="yes", default="today()", **NOT_LATER)


YES_NO = {"yes_no": {"yes": "是 | Yes", "no": "否 | No"}}
STATE = {
    "state": {
        "good": "好 | Good",
        "fair": "一般 | Fair",
        "bad": "差 | Poor",
        "na": "不涉及 | Does not apply",
    }
}
