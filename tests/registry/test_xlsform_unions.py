"""The checks of centres and unions, each filled to the seal: as usual and as bad as it gets (S27)."""

from __future__ import annotations

import json

from tests.registry.xlsform_fill import fill, opened, sealed

LONG = "没有走到" * 250
SIGNED = {"checker_sign": "b.png"}

# --- 帮扶中心检查表 ---------------------------------------------------------------------------------------
CENTRE = {
    "org": "o-1",
    "arrived": "09:30:00.000+08:00",
    "announced": "no",
    "is_open": "yes",
    "door_photo": "d.jpg",
    **dict.fromkeys(("sign", "access", "room", "warm", "posted"), "good"),
    "hotline": "answered",
    "full_time": "2",
    "present": "2",
    "has_roster": "no",
    "files": "0",
    "rechecked": "0",
    "to_sample": "0",
    "own_account": "yes",
    "by_bank": "yes",
    "goods_from_fiscal": "no",
    "public_list": "yes",
    "agrees": "yes",
    "any_problem": "no",
    "head_sign": "a.png",
    **SIGNED,
}
BAD_CENTRE = {
    **CENTRE,
    "is_open": "no",
    "closed_why": LONG,
    "hotline": "nobody",
    "present": "5",
    "has_roster": "yes",
    "roster_photo": "r.jpg",
    "days": "3",
    "files": "310",
    "rechecked": "155",
    "to_sample": "2",
    "central_in": "100000",
    "central_out": "99999.99",
    "matching_in": "8000",
    "matching_out": "8000",
    "by_bank": "no",
    "cash_why": "12 人，6000 元",
    "own_account": "no",
    "goods_from_fiscal": "yes",
    "public_list": "no",
    "agrees": "no",
    "petitions": "20",
    "petitions_open": "20",
    "any_problem": "yes",
}
DUTY = [
    {"duty_date": "2026-01-01", "duty_who": "周", "duty_seen": "log"},
    {"duty_date": "2026-01-02", "duty_who": "吴", "duty_seen": "absent", "duty_why": "没人说"},
    {"duty_date": "2026-01-03", "duty_who": "郑", "duty_seen": "absent", "duty_why": "走亲戚"},
]
SAMPLES = [
    {"sample_file": "h-1", "lacking": "id income", "fresh": "no", "true": "yes"},
    {"sample_number": "QS-0007", "fresh": "yes", "true": "no", "untrue": "已经搬走"},
]
PROBLEMS = [
    {"problem_what": f"问题{number}", "problem_who": "周主任", "problem_until": "2026-02-28"}
    for number in range(1, 21)
]


def test_a_small_new_centre() -> None:
    """帮扶中心: no files yet, no roster; only that costs marks (S27, S41)."""
    session = opened("centre_check.xlsx")
    seen = fill(session, CENTRE)
    assert not [path for path in seen if path.startswith(("/data/duty", "/data/sample"))]
    answers = sealed(session)
    assert (answers["score"], answers["money_left"]) == ("90", "0")
    assert "recheck_rate" not in answers


def test_a_centre_where_much_is_wrong() -> None:
    """Closed, absent on duty, faulty files, goods from fiscal money: no marks below nought (S3, S41, R17)."""
    session = opened("centre_check.xlsx")
    seen = fill(session, BAD_CENTRE, {"duty_day": DUTY, "sample": SAMPLES, "problem": PROBLEMS})
    assert {"/data/staff_note", "/data/goods_note"} <= set(seen)
    answers = sealed(session)
    assert (answers["duty_checked"], answers["duty_absent"]) == ("3", "2")
    assert (answers["sampled"], answers["faulty"], answers["recheck_rate"]) == ("2", "2", "50")
    assert (answers["money_in"], answers["money_left"], answers["score"]) == ("108000", "0.01", "0")
    assert len(answers["problem"]) == 20
    json.dumps(answers)


# --- 基层工会检查表 ---------------------------------------------------------------------------------------
UNION = {
    "org": "o-1",
    "heard": "周强，副主席",
    "party": "3",
    "cars": "1",
    "report": "汇报了两节安排",
    "union_kind": "town",
    "staff": "200",
    "members": "180",
    "elected": "2024-05-01",
    "chair": "part",
    "fees": "100000",
    "aid_budget": "8000",
    "aid_spent": "0",
    "audited": "yes",
    "files": "0",
    "visited": "0",
    "two_visitors": "yes",
    "to_call": "0",
    "any_voice": "no",
    **dict.fromkeys(("leads", "register", "visits", "openness", "follow_up"), "good"),
    "chair_sign": "a.png",
    **SIGNED,
}
BAD_UNION = {
    **UNION,
    "party": "12",
    "party_why": "联合检查",
    "elected": "2019-01-01",
    "aid_budget": "5000",
    "aid_spent": "5000",
    "audited": "no",
    "not_audited": "三月",
    "files": "60",
    "visited": "45",
    "unvisited_why": LONG,
    "two_visitors": "no",
    "policies": "aid wage law",
    "to_call": "3",
    "any_voice": "yes",
    "openness": "bad",
    "follow_up": "fair",
    "improve": "补公示",
    "improve_until": "2026-02-10",
}
RECEIPTS = [
    {"receipt_file": "h-1", "signed": "500", "signer": "self", "reached": "yes", "got": "500"},
    {
        "receipt_file": "h-2",
        "signed": "500",
        "signer": "staff",
        "reached": "yes",
        "got": "300",
        "differs_why": "说是扣了会费",
    },
    {"receipt_file": "h-2", "signed": "200.50", "signer": "family", "reached": "no_answer"},
]
VOICES = [
    {
        "topic": "other",
        "topic_other": "食堂",
        "voice_what": "饭菜凉",
        "voice_people": "80",
        "handled": "here",
        "voice_until": "2026-01-30",
    }
]


def test_a_union_that_does_well() -> None:
    """基层工会: nothing to explain, and the verdict is good (S13, S27)."""
    session = opened("union_check.xlsx")
    seen = fill(session, UNION)
    assert not {"/data/frugal", "/data/term_note", "/data/share_note"} & set(seen)
    answers = sealed(session)
    assert (answers["member_rate"], answers["aid_share"], answers["verdict"]) == ("90", "8", "good")
    assert "improve" not in answers.get("closing", {})


def test_a_receipt_that_does_not_agree_is_an_incident() -> None:
    """R19: the amount told on the telephone against the amount signed; staff never sign for people (R11)."""
    session = opened("union_check.xlsx")
    seen = fill(session, BAD_UNION, {"receipt": RECEIPTS, "voice": VOICES})
    assert {"/data/frugal", "/data/term_note", "/data/share_note", "/data/incident_note"} <= set(seen)
    answers = sealed(session)
    assert [row.get("short") for row in answers["receipt"]] == ["0", "200", None]
    assert (answers["called"], answers["mismatched"], answers["by_staff"]) == ("2", "1", "1")
    assert (answers["visit_rate"], answers["aid_share"], answers["verdict"]) == ("75", "5", "incident")
    json.dumps(answers)
