"""A questionnaire with every type of question and every appearance a control knows, made by pyxform."""

from __future__ import annotations

from typing import Any

from pyxform.xls2xform import convert

_ROWS = """
text | words | 家里现在最缺什么 | |
text | story | 说说今年的难处 | multiline |
text | phone | 联系电话 | numbers |
integer | people | 家里几口人 | |
integer | debt | 欠款（元） | thousands-sep |
decimal | area | 住房面积（平方米） | |
range | mood | 对帮扶满意吗 | | start=1 end=10 step=1
range | heat | 屋里温度 | vertical | start=10 end=30 step=0.5
range | stars | 给服务打分 | rating | start=1 end=5 step=1
range | age | 孩子几岁 | picker | start=0 end=18 step=1
date | birth | 出生日期 | |
date | since | 哪年下岗 | year |
date | until | 低保到哪个月 | month-year |
date | moved | 哪天搬来的 | no-calendar |
time | clock | 什么时候方便上门 | |
datetime | seen | 上次体检是什么时候 | |
select_one housing | house | 住的什么房 | |
select_one housing | house_flat | 原来住什么房 | horizontal |
select_one agree | glad | 帮扶到位吗 | likert |
select_one housing | house_min | 想住什么房 | minimal |
select_one many | village | 哪个村的 | autocomplete |
select_one housing | house_two | 租的什么房 | columns |
select_one faces | face | 今天心情 | columns |
select_multiple ills | ill | 有哪些慢性病 | |
select_multiple ills | ill_two | 家人有哪些慢性病 | columns-pack |
select_multiple many | villages | 走过哪些村 | minimal |
rank wants | want | 最想解决什么 | |
acknowledge | told | 已说明照片的用途 | |
image | photo | 房屋照片 | |
image | fresh | 门牌照片 | new |
image | sign | 本人签名 | signature |
image | plan | 画一画家里的格局 | draw |
image | marked | 标出漏雨的地方 | annotate |
audio | voice | 说说心里话 | |
file | paper | 病历或证明 | |
geopoint | spot | 房子的位置 | |
barcode | code | 残疾证条码 | |
"""
_CHOICES = {
    "housing": ["自有住房", "公租房或廉租房", "租别人的房", "借住", "没有固定住处"],
    "agree": ["很不同意", "不同意", "一般", "同意", "很同意"],
    "ills": ["高血压", "糖尿病", "心脏病", "尘肺病", "都没有"],
    "wants": ["看病", "孩子上学", "找工作", "修房子"],
    "faces": ["高兴", "难过"],
    "many": [f"{name}{number}村" for number in range(1, 101) for name in ("青山", "河西", "柳树")],
}
FIXED = """
note | hello | 谢谢您，下面是系统带出来的内容 | | -
text | shut | 档案编号 | | QS-0012
select_one housing | shut_one | 登记的住房 | | c2
"""


def all_types() -> str:
    """The XForm. Paths are ``/data/<name>``."""
    survey = [_row(*(part.strip() for part in line.split("|"))) for line in _ROWS.strip().splitlines()]
    for line in FIXED.strip().splitlines():
        kind, name, label, _, value = (part.strip() for part in line.split("|"))
        given = {"default": value, "read_only": "yes"} if value != "-" else {}
        survey.append({"type": kind, "name": name, "label": label, **given})
    choices: list[dict[str, Any]] = []
    for group, labels in _CHOICES.items():
        for number, label in enumerate(labels, 1):
            picture = {"media::image": f"face{number}.png"} if group == "faces" else {}
            choices.append({"list_name": group, "name": f"c{number}", "label": label, **picture})
    settings = [{"form_title": "样样都有", "form_id": "all_types"}]
    return str(convert({"survey": survey, "choices": choices, "settings": settings}, form_name="data").xform)


def _row(kind: str, name: str, label: str, appearance: str, parameters: str) -> dict[str, Any]:
    row = {"type": kind, "name": name, "label": label}
    return row | {k: v for k, v in {"appearance": appearance, "parameters": parameters}.items() if v}


def paths() -> list[str]:
    """Of all questions, in order."""
    lines = [*_ROWS.strip().splitlines(), *FIXED.strip().splitlines()]
    return [f"/data/{line.split('|')[1].strip()}" for line in lines]
