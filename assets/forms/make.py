"""Writes the questionnaires of this folder: ``python assets/forms/make.py``.

Each is a table an office could have typed in Excel; administrators change the .xlsx beside this file.
"""

# ruff: noqa: E501 (a row of the sheet is a line here)

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "appearance",
    "default",
    "parameters",
    "repeat_count",
)

Row = dict[str, str]


def q(kind: str, name: str = "", label: str = "", hint: str = "", **more: str) -> Row:
    return {"type": kind, "name": name, "label": label, "hint": hint, **more}


def need(name: str, title: str, *inside: Row) -> list[Row]:
    """One of the five needs: how serious, and when it is serious its details, the wish and a photo."""
    bad = f"${{{name}_level}} > 0"
    return [
        q("begin group", name, title),
        q(
            "select_one level",
            f"{name}_level",
            f"{title}方面有多难？",
            required="yes",
            appearance="horizontal",
        ),
        q("begin group", f"{name}_more", f"{title}：具体情况", relevant=bad, appearance="field-list"),
        *inside,
        q("text", f"{name}_wish", "本人的愿望", "用他自己的话写", appearance="multiline"),
        q(
            "image",
            f"{name}_photo",
            "照片（病历、房屋等，不拍本人）",
            appearance="new",
            parameters="max-pixels=1600",
        ),
        q("end group"),
        q("end group"),
    ]


MONEY = {"constraint": ". >= 0 and . <= 9999999", "constraint_message": "请填 0 到 9999999 之间的金额"}
COUNT = {"constraint": ". >= 0 and . <= 20", "constraint_message": "请填 0 到 20"}

HEAD = [
    q("start", "start"),
    q("end", "end"),
    q("username", "cadre"),
    q(
        "select_one_from_file households.csv",
        "household",
        "走访的是哪一户？",
        required="yes",
        appearance="autocomplete",
    ),
    q("calculate", "household_name", calculation="pulldata('households', 'label', 'name', ${household})"),
]

FIVE_NEEDS = [
    *HEAD,
    q("note", "hello", "${household_name}：下面逐项问医、房、学、业、保。"),
    *need(
        "medical",
        "医",
        q("select_multiple illness", "medical_who", "什么情况？", required="yes"),
        q("decimal", "medical_paid", "近一年自己掏的医药费（元）", **MONEY, appearance="thousands-sep"),
    ),
    *need(
        "housing",
        "房",
        q("select_one house or_other", "housing_kind", "住的是什么房？", required="yes"),
        q("decimal", "housing_area", "人均面积（平方米）", constraint=". >= 0 and . < 1000"),
    ),
    *need(
        "education",
        "学",
        q("integer", "education_students", "在上学的有几个？", required="yes", **COUNT),
        q("decimal", "education_paid", "一年学费和生活费（元）", **MONEY, appearance="thousands-sep"),
    ),
    *need(
        "employment",
        "业",
        q("integer", "employment_idle", "有劳动能力却没有工作的有几个？", required="yes", **COUNT),
        q("select_multiple jobs", "employment_help", "希望得到哪种帮助？"),
    ),
    *need("security", "保", q("select_multiple insurance", "security_missing", "哪些没有参加？", required="yes")),
    q(
        "calculate",
        "needs_count",
        calculation="(${medical_level} > 0) + (${housing_level} > 0) + (${education_level} > 0)"
        " + (${employment_level} > 0) + (${security_level} > 0)",
    ),
    q(
        "calculate",
        "level_total",
        calculation="${medical_level} + ${housing_level} + ${education_level} + ${employment_level}"
        " + ${security_level}",
    ),
    q("rank needs", "urgency", "请他按着急的程度排一排", relevant="${needs_count} >= 2"),
    q("select_one cause", "cause", "最主要的致困原因", relevant="${needs_count} >= 1", required="yes", appearance="minimal"),
    q("select_multiple cause", "other_causes", "其他原因（最多三个）", relevant="${needs_count} >= 1",
      constraint="count-selected(.) <= 3 and not(selected(., ${cause}))",
      constraint_message="最多选三个，不要再选主要原因"),
    q("note", "summary", "共 ${needs_count} 项困难，困难程度合计 ${level_total}。"),
    q("acknowledge", "consent", "已告诉本人这些情况会存入帮扶档案", required="yes"),
]  # fmt: skip

FIVE_CHOICES = {
    "level": {"0": "没有", "1": "有些难", "2": "比较难", "3": "非常难"},
    "illness": {
        "serious": "大病",
        "chronic": "慢性病",
        "disabled": "残疾",
        "injury": "工伤",
        "care": "需要人照料",
    },
    "house": {"own": "自有", "public": "公租房", "rented": "租房", "relative": "借住", "unsafe": "危房"},
    "jobs": {"training": "培训", "post": "介绍工作", "business": "小额贷款创业", "public_post": "公益岗位"},
    "insurance": {
        "pension": "养老保险",
        "medical": "医疗保险",
        "unemployment": "失业保险",
        "minimum": "低保",
    },
    "needs": {"medical": "医", "housing": "房", "education": "学", "employment": "业", "security": "保"},
    "cause": {
        "illness": "本人或家人患病",
        "disability": "残疾",
        "schooling": "子女上学",
        "able_unemployed": "有劳动能力但失业",
        "no_labour": "没有劳动能力",
        "laid_off": "下岗",
        "disaster": "灾害",
        "accident": "意外事故",
        "insurance_unpaid": "单位欠缴保险",
        "other": "其他",
    },
}

SURVEY = [
    *HEAD,
    q("date", "day", "调查日期", required="yes", default="today()", constraint=". <= today()",
      constraint_message="不能是以后的日期"),
    q("geopoint", "place", "在门口定位"),
    q("select_one result", "result", "见到人了吗？", required="yes"),
    q("text", "absent_note", "没见到的情况", relevant="${result} != 'met'", required="yes", appearance="multiline"),
    q("begin group", "survey", "入户调查", relevant="${result} = 'met'"),
    q("begin group", "worker", "职工本人", appearance="field-list"),
    q("text", "worker_name", "姓名", required="yes", constraint="string-length(.) >= 2"),
    q("text", "worker_phone", "手机", appearance="numbers", constraint="regex(., '^1[0-9]{10}$')",
      constraint_message="手机号是 1 开头的 11 位数字"),
    q("select_one work", "work_state", "工作状态", required="yes"),
    q("end group"),
    q("begin repeat", "member", "家庭成员（包括本人）"),
    q("text", "member_name", "姓名", required="yes"),
    q("select_one relation", "relation", "和职工的关系", required="yes"),
    q("date", "birth", "出生日期", required="yes", constraint=". <= today() and . > '1900-01-01'",
      constraint_message="请检查出生日期"),
    q("calculate", "age", calculation="int((today() - ${birth}) div 365.25)"),
    q("text", "school", "在哪里上学", relevant="${age} >= 3 and ${age} <= 26"),
    q("select_one health", "health", "身体情况", required="yes", appearance="quick"),
    q("decimal", "monthly", "每月收入（元）", required="yes", default="0", appearance="thousands-sep", **MONEY),
    q("end repeat"),
    q("calculate", "people", calculation="count(${member})"),
    q("decimal", "subsidy", "低保、补贴等全年收入（元）", default="0", appearance="thousands-sep", **MONEY),
    q("integer", "expense_count", "近 12 个月有几笔刚性支出（看病、上学、住房等）？", required="yes", default="0", **COUNT),
    q("begin repeat", "expense", "刚性支出", repeat_count="${expense_count}"),
    q("select_one expense_kind", "kind", "哪一类", required="yes"),
    q("decimal", "amount", "金额（元）", required="yes", appearance="thousands-sep", **MONEY),
    q("image", "bill", "票据照片", relevant="${amount} >= 5000", parameters="max-pixels=2000"),
    q("end repeat"),
    q("integer", "line", "当地低收入标准（元/人·月）", required="yes", default="1200",
      constraint=". > 0 and . < 100000"),
    q("calculate", "income", calculation="sum(${monthly}) * 12 + coalesce(${subsidy}, 0)"),
    q("calculate", "rigid", calculation="sum(${expense}[amount != '']/amount)"),
    q("calculate", "per_head", calculation="round((${income} - ${rigid}) div ${people} div 12, 2)"),
    q("calculate", "category", calculation="if(${per_head} <= ${line}, 'deep', if(${per_head} < 2 * ${line},"
      " 'relative', 'none'))"),
    q("note", "result_note", "家庭 ${people} 人，每人每月净收入 ${per_head} 元。"),
    q("image", "signature", "请本人签字", appearance="signature", required="yes"),
    q("end group"),
]  # fmt: skip

SURVEY_CHOICES = {
    "result": {"met": "见到了", "absent": "不在家", "moved": "搬走了", "refused": "不愿意谈"},
    "work": {
        "on_post": "在岗",
        "awaiting": "待岗",
        "unemployed": "失业",
        "retired": "退休",
        "sick_leave": "病休",
    },
    "relation": {"self": "本人", "spouse": "配偶", "child": "子女", "parent": "父母", "other": "其他"},
    "health": {"good": "健康", "chronic": "慢性病", "serious": "大病", "disabled": "残疾"},
    "expense_kind": {
        "illness": "看病",
        "disability": "残疾照料",
        "schooling": "上学",
        "housing": "住房",
        "other": "其他",
    },
}


def write(file: str, form_id: str, title: str, rows: list[Row], choices: dict[str, dict[str, str]]) -> None:
    """One workbook: survey, choices, settings."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(COLUMNS)
    for row in rows:
        survey.append([row.get(column) or None for column in COLUMNS])
    sheet = book.create_sheet("choices")
    sheet.append(("list_name", "name", "label"))
    for name, items in choices.items():
        for code, label in items.items():
            sheet.append((name, code, label))
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version"))
    settings.append((title, form_id, "2026112101"))
    book.save(HERE / file)


if __name__ == "__main__":
    write("five_needs.xlsx", "five_needs", "五需评估", FIVE_NEEDS, FIVE_CHOICES)
    write("household_survey.xlsx", "household_survey", "入户调查表", SURVEY, SURVEY_CHOICES)
