"""The inspectors' questionnaires, each filled to the seal: as usual, briefly, as bad as it gets."""

from __future__ import annotations

import json

import pytest

from tests.registry.xlsform_fill import fill, opened, sealed

LONG = "工资拖欠" * 250
SIGNED = {"checker_sign": "b.png"}

# --- 大检查 -----------------------------------------------------------------------------------------------
QUIET = {
    "org": "o-2",
    "kind": "private",
    "trade": "factory",
    "running": "normal",
    "union": "yes",
    "contact": "周强，人事经理",
    "workers": "40",
    "migrants": "12",
    "contracts": "40",
    "paying": "on_time",
    "wage_proof": "bank",
    "insured": "40",
    "unpaid_months": "0",
    **dict.fromkeys(("gear", "licences", "fire", "wiring", "poison", "women", "warmth"), "good"),
    "overtime": "20",
    "injuries": "0",
    "any_hazard": "no",
    "talked": "3",
    "result": "fine",
    "signs": "yes",
    "enterprise_sign": "a.png",
    **SIGNED,
}
ARREARS = {
    **QUIET,
    "trade": "building",
    "running": "half",
    "idle": "10",
    "workers": "60",
    "contracts": "45",
    "paying": "arrears",
    "wage_proof": "payroll workers",
    "payroll": "p.jpg",
    "lowest": "1500",
    "local_lowest": "1970",
    "arrears_why": "project boss_gone other",
    "arrears_why_other": "甲方换了人",
    "told": "nobody",
    "covered": "medical",
    "unpaid_months": "5",
    "deducted": "yes",
    "overtime": "80",
    "injuries": "2",
    "injuries_what": LONG,
    "any_hazard": "yes",
    "result": "inspectors",
    "measures": LONG,
    "recheck": "2026-02-01",
    "signs": "no",
    "no_sign": "老板不在",
}
del ARREARS["enterprise_sign"]
DEBTS = [
    {
        "debt_of": f"{number}班组",
        "owed_workers": "15",
        "owed": "123456.78",
        "owed_since": "2025-08-01",
        "recovered": "23456.78" if number == 1 else "0",
        "promised": "2026-01-31",
    }
    for number in range(1, 9)
]
HAZARDS = [
    {
        "hazard_what": "临时用电没有漏保",
        "hazard_grade": "red",
        "hazard_photo": "h.jpg",
        "hazard_until": "2026-01-21",
        "hazard_stop": "OK",
    },
    {"hazard_what": "灭火器过期", "hazard_grade": "green", "hazard_until": "2026-02-20"},
]


def test_a_quiet_enterprise_is_checked_briefly() -> None:
    """大检查: no arrears, no hazard, so neither is asked about; the name comes from the list (S31)."""
    session = opened("enterprise_check.xlsx")
    seen = fill(session, QUIET)
    assert not [path for path in seen if "/debt" in path or "/hazard" in path]
    answers = sealed(session)
    assert (answers["enterprise"], answers["org_name"]) == ("宏达建筑公司", "宏达建筑公司")
    assert (answers["contract_rate"], answers["problems"], answers["urgent"]) == ("100", "0", "no")
    assert "arrears" not in answers
    assert "hazard" not in answers


def test_wage_arrears_are_counted_debt_by_debt() -> None:
    """S37: workers, owed, recovered and what is left, per team and in all; urgent when nobody was told."""
    session = opened("enterprise_check.xlsx")
    seen = fill(session, {**ARREARS, "enterprise": "宏达公司桥梁项目部"}, {"debt": DEBTS, "hazard": HAZARDS})
    answers = sealed(session)
    assert answers["enterprise"] == "宏达公司桥梁项目部"
    assert (answers["debts"], answers["owed_people"], answers["owed_total"]) == ("8", "120", "987654.24")
    assert (answers["recovered_total"], answers["owed_left"]) == ("23456.78", "964197.46")
    assert (answers["urgent"], answers["problems"], answers["contract_rate"]) == ("yes", "5", "75")
    assert {"/data/urgent_note", "/data/arrears_note", "/data/wages", "/data/overtime_note"} <= set(seen)
    assert session.question("/data/contract_note").label.startswith("劳动合同签订率 75%")
    assert len(answers["arrears"]["debt"]) == 8
    json.dumps(answers)


def test_a_debt_paid_in_full_is_not_urgent() -> None:
    """Recovered = owed: no promise is asked for and nothing is left (S37)."""
    session = opened("enterprise_check.xlsx")
    debt = {
        "debt_of": "九月",
        "owed_workers": "3",
        "owed": "9000",
        "owed_since": "2025-09-01",
        "recovered": "9000",
    }
    changes = {"paying": "arrears", "arrears_why": "cash", "told": "inspectors"}
    fill(session, {**QUIET, **changes}, {"debt": [debt]})
    answers = sealed(session)
    assert (answers["owed_left"], answers["urgent"]) == ("0", "no")
    assert "promised" not in answers["arrears"]["debt"][0]


# --- 大调查 -----------------------------------------------------------------------------------------------
WORKER = {
    "consent": "OK",
    "spot": "market",
    "filed": "no",
    "sex": "female",
    "age": "47",
    "migrant": "yes",
    "work": "retired",
    "insured": "none",
    "people": "1",
    "dependants": "0",
    "income": "24000",
    **dict.fromkeys(("union_help", "union_speaks", "employer", "pay", "future"), "3"),
    "member": "no",
    "knows_line": "no",
}
POOR = {
    **WORKER,
    "spot": "other",
    "spot_other": "工地工棚",
    "name": "王秀英",
    "phone": "13800000000",
    "work": "on_post",
    "employer_kind": "site",
    "contract": "none",
    "hours": "84",
    "wage": "3200",
    "owed": "yes",
    "owed_yuan": "12800",
    "owed_by": "宏达公司桥梁项目",
    "owed_mates": "40",
    "insured": "medical minimum",
    "people": "6",
    "dependants": "4",
    "income": "38400",
    "food": "15000",
    "medical": "18000",
    "study": "9000",
    "housing": "3000",
    "debt": "5000",
    "wishes": "arrears medical study income housing job insurance mind",
    "future": "1",
    "helped": "visit study",
    "help_score": "10",
    "words": LONG,
    "voice": "v.m4a",
}
DEPENDANTS = [
    {"relation": relation, "burden": burden, "yearly": "4000"}
    for relation, burden in (
        ("parent", "ill old"),
        ("parent", "old"),
        ("child", "school"),
        ("child", "school"),
    )
]


def test_a_worker_without_troubles_answers_a_few_questions() -> None:
    """大调查: no name, no job page, no dependants (S40)."""
    session = opened("worker_survey.xlsx")
    seen = fill(session, WORKER)
    assert not [path for path in seen if path.startswith(("/data/job", "/data/arrears", "/data/dependant"))]
    answers = sealed(session)
    assert (answers["spending"], answers["month_per_head"], answers["should_file"]) == ("0", "2000", "no")
    assert answers["satisfaction"] == "3"
    assert "dependant" not in answers


def test_a_hard_pressed_family_is_told_about_the_file() -> None:
    """Arrears, four dependants, most of the income for care, school and home: it may qualify (S18, S37)."""
    session = opened("worker_survey.xlsx")
    seen = fill(session, POOR, {"dependant": DEPENDANTS})
    assert "/data/should_file_note" in seen
    assert "/data/overspent" in seen
    answers = sealed(session)
    assert (answers["spending"], answers["rigid_share"]) == ("50000", "78.1")
    assert (answers["month_per_head"], answers["should_file"]) == ("533.33", "yes")
    assert answers["satisfaction"] == "2.6"
    assert len(answers["dependant"]) == 4
    json.dumps(answers)


# --- 大排查 -----------------------------------------------------------------------------------------------
CLEAR = {
    "org": "o-1",
    "scope": "东坝头村一、二组",
    "how": "door",
    "in_scope": "120",
    "walked": "120",
    "filed": "8",
    "filed_met": "8",
    "any_missed": "no",
    "any_changed": "no",
    "any_risk": "no",
    "leader_sign": "s.png",
}
UNREACHED = [
    {"missed_file": "h-1", "why_not": "away", "where_now": "在深圳", "again_on": "2026-02-10"},
    {"missed_file": "h-2", "why_not": "moved", "where_now": "县城儿子家"},
]
MISSED = [
    {
        "missed_name": f"张三{number}",
        "missed_address": "村口第三家",
        "missed_people": "5",
        "missed_income": "600",
        "missed_cause": "illness jobless arrears",
        "why_missed": "unknown papers",
        "urgent": "yes" if number % 2 else "no",
        **({"urgent_what": "缺药，今天送去"} if number % 2 else {}),
        "next_step": "apply",
        "missed_consent": "OK",
        "missed_place": "32.43 105.84 500 8",
        "missed_door": "d.jpg",
    }
    for number in range(1, 31)
]
RISKS = [
    {
        "risk_kind": "arrears",
        "risk_where": "村口工地",
        "risk_people": "30",
        "risk_grade": "red",
        "risk_owed": "360000",
        "risk_done": "联系劳动监察",
        "risk_told": "inspectors union",
        "risk_until": "2026-01-25",
    },
    {
        "risk_kind": "other",
        "risk_kind_other": "河堤塌方",
        "risk_where": "村东",
        "risk_people": "1",
        "risk_grade": "yellow",
        "risk_told": "town",
        "risk_until": "2026-03-01",
    },
]


def test_a_village_where_nothing_is_found() -> None:
    """大排查: everybody met, nothing to write (S25, S40)."""
    session = opened("risk_sweep.xlsx")
    fill(session, CLEAR)
    answers = sealed(session)
    assert (answers["coverage"], answers["unmet"], answers["missed_count"]) == ("100", "0", "0")
    assert not {"unreached", "missed", "changed", "risk"} & answers.keys()


def test_whoever_was_missed_is_listed_with_the_reason() -> None:
    """Two not met, thirty without a file, one closed, two dangers: counted and told (S25, S37, R14)."""
    session = opened("risk_sweep.xlsx")
    changed = {
        "changed_file": "h-2",
        "change": "deceased",
        "changed_on": "2026-01-02",
        "change_proof": "村医证明",
    }
    seen = fill(
        session,
        {**CLEAR, "filed_met": "6", "any_missed": "yes", "any_changed": "yes", "any_risk": "yes"},
        {"unreached": UNREACHED, "missed": MISSED, "changed": [changed], "risk": RISKS},
    )
    assert "/data/red_note" in seen
    answers = sealed(session)
    assert (answers["coverage"], answers["missed_count"], answers["urgent_count"]) == ("75", "30", "15")
    assert (answers["changed_count"], answers["risk_count"], answers["red_count"]) == ("1", "2", "1")
    assert answers["risk_people_sum"] == "31"
    assert "again_on" not in answers["unreached"][1]
    assert session.question("/data/sum_up").label.startswith("漏档 30 户（急需 15 户）")
    json.dumps(answers)


def test_one_household_stands_on_one_card() -> None:
    """The same filed household twice is refused, in words."""
    session = opened("risk_sweep.xlsx")
    session.set("/data/counts/filed", "2")
    session.set("/data/counts/filed_met", "0")
    session.set("/data/unreached[1]/missed_file", "h-1")
    assert session.check("/data/unreached[1]/missed_file") is None
    session.set("/data/unreached[2]/missed_file", "h-1")
    problem = session.check("/data/unreached[2]/missed_file")
    assert problem is not None
    assert problem.message == "这一户已经填过了"


@pytest.mark.parametrize(
    ("form", "path", "value", "message"),
    [
        ("enterprise_check.xlsx", "/data/people/migrants", "5", "不能比职工总数多"),
        ("enterprise_check.xlsx", "/data/basics/contact_phone", "12", "手机是 1 开头的 11 位，座机带区号"),
        ("worker_survey.xlsx", "/data/person/age", "12", "请填 16 到 100 岁；不满 16 岁的不做调查"),
        ("worker_survey.xlsx", "/data/insured", "pension none", "选了「都没有」就不要再选别的"),
        ("risk_sweep.xlsx", "/data/day", "2026-01-21", "不能是以后的日期"),
        ("centre_check.xlsx", "/data/archive/rechecked", "9", "不能比在档户数多"),
        ("union_check.xlsx", "/data/hearing/party", "0", "请填 1 到 100"),
    ],
)
def test_an_impossible_answer_is_explained(form: str, path: str, value: str, message: str) -> None:
    """Each constraint has its own plain sentence."""
    session = opened(form)
    session.set(path, value)
    problem = session.check(path)
    assert problem is not None
    assert problem.message == message
