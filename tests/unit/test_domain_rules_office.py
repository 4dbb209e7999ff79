"""R15–R19, R21–R24: files and money in the office (S7, S10, S14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from domain_cases import RECIPIENT, RULES, aid, campaign_with, household_with, ident, sha, switched_off
from test_domain_rules_money import said

from domain.codes import (
    ActivationStep,
    AidStatus,
    Category,
    ExpenseKind,
    FileStatus,
    FundSource,
    IncomeKind,
    LifeState,
    MemberState,
    Relation,
)
from domain.models import Income, Member, RigidExpense, StatusChange
from domain.rules import (
    category_for,
    keep_until,
    monthly_per_capita,
    public_line,
    r15,
    r16,
    r17,
    r18,
    r19,
    r19_phone,
    r21,
    r22,
    r23,
    r24,
    recheck_sample,
)

DAY = date(2027, 1, 10)


def off(code: str) -> Any:
    return switched_off(code).rules


@pytest.mark.parametrize("missing", list(ActivationStep))
def test_r15_names_the_missing_step(missing: ActivationStep) -> None:
    """R15: an active file went through all six steps."""
    file = household_with(activation=tuple(step for step in ActivationStep if step is not missing))
    assert said(r15(file, RULES)) == missing.value
    assert said(r15(file, off("R15"))) == "n/a"


def test_r15_complete_or_not_yet_active() -> None:
    """R15: nothing is missing; a draft is not asked."""
    assert said(r15(household_with(activation=tuple(ActivationStep)), RULES)) == "pass"
    assert said(r15(household_with(status=FileStatus.SURVEYED), RULES)) == "n/a"


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("王** 石板村 ¥1,000.00", "pass"),
        (RECIPIENT.id_number, "id_number"),
        ("编号110105491231002。", "id_number"),
        ("账号 999912345678901", "id_number"),
        ("账号 9999123456789012345", "account"),
        ("电话12012345678", "phone"),
        ("因尿毒症", "fail"),
    ],
)
def test_r16_public_lists_keep_privacy(cell: str, answer: str) -> None:
    """S10, R16: no identity number, account, phone or illness is published."""
    assert said(r16(["公示", cell], ["尿毒症", ""], RULES)) == answer
    assert said(r16(["公示", cell], ["尿毒症"], off("R16"))) == "n/a"


def test_r16_a_public_line_is_masked() -> None:
    """S10, R16: the disclosure list is made of masked lines."""
    shown = public_line(aid(), "云溪镇工会")
    assert (shown.name, shown.organisation, shown.amount) == ("王**", "云溪镇工会", Decimal(1000))
    assert said(r16([str(getattr(shown, name)) for name in shown.__struct_fields__], [], RULES)) == "pass"


@pytest.mark.parametrize(
    ("checked", "answer"), [(date(2026, 1, 10), "pass"), (date(2026, 1, 9), "fail"), (None, "never")]
)
def test_r17_files_are_checked_yearly(checked: date | None, answer: str) -> None:
    """S14, R17: 365 days after the last check, the file is overdue."""
    assert said(r17(household_with(checked_on=checked), DAY, RULES)) == answer
    assert said(r17(household_with(checked_on=checked), DAY, off("R17"))) == "n/a"
    assert said(r17(household_with(checked_on=checked, status=FileStatus.LIFTED), DAY, RULES)) == "n/a"


def test_r17_the_sample_is_at_least_thirty_percent_and_repeatable() -> None:
    """R17: anybody can draw the same sample again, in whatever order the files come."""
    ids = [ident(number) for number in range(101)]
    drawn = recheck_sample(ids, "2027", RULES)
    assert len(drawn) == 31
    assert drawn == recheck_sample(list(reversed(ids)), "2027", RULES)
    assert drawn != recheck_sample(ids, "2028", RULES)
    assert recheck_sample([], "2027", RULES) == []


def test_r17_files_are_kept_ten_years() -> None:
    """R17: counted from the day the household left; 29 February included."""
    assert keep_until(date(2027, 3, 5), RULES) == date(2037, 3, 5)
    assert keep_until(date(2028, 2, 29), RULES) == date(2038, 2, 28)


def test_r18_returned_money_is_an_incident() -> None:
    """R18: money given back is looked into."""
    assert said(r18(aid(status=AidStatus.RETURNED), RULES)) == "fail"
    assert said(r18(aid(), RULES)) == "pass"
    assert said(r18(aid(status=AidStatus.RETURNED), off("R18"))) == "n/a"


@pytest.mark.parametrize(
    ("received", "answer"), [("1000", "pass"), ("800", "fail"), ("0", "fail"), (None, "n/a")]
)
def test_r19_the_call_back_hears_the_signed_amount(received: str | None, answer: str) -> None:
    """R19: a proxy who keeps part is found."""
    heard = None if received is None else Decimal(received)
    assert said(r19(aid(), heard, RULES)) == answer
    assert said(r19(aid(), heard, off("R19"))) == "n/a"


@pytest.mark.parametrize(
    ("phone", "households", "answer"),
    [
        ("12012345678", ["a"], "pass"),
        ("12012345678", ["a", "a"], "pass"),
        ("12012345678", ["a", "b"], "shared_phone"),
        ("12099999999", ["a"], "staff_phone"),
        ("", ["a", "b"], "n/a"),
    ],
)
def test_r19_a_phone_belongs_to_one_household(phone: str, households: list[str], answer: str) -> None:
    """R19: one number for several households, or a cadre's own, hides a forged roster."""
    assert said(r19_phone(phone, households, ["12099999999"], RULES)) == answer
    assert said(r19_phone(phone, households, ["12099999999"], off("R19"))) == "n/a"


@pytest.mark.parametrize(
    ("leftover", "minutes", "answer"), [("0", None, "n/a"), ("500", None, "fail"), ("500", sha("f"), "pass")]
)
def test_r21_leftover_money_needs_minutes(leftover: str, minutes: str | None, answer: str) -> None:
    """S7, R21: 结余转作日常帮扶 only with the minutes of the meeting."""
    assert said(r21(Decimal(leftover), minutes, RULES)) == answer
    assert said(r21(Decimal(leftover), minutes, off("R21"))) == "n/a"


def earning(amount: str, **changes: Any) -> Any:
    """Two people with this income a year."""
    return household_with(incomes=(Income(kind=IncomeKind.WAGE, amount=Decimal(amount)),), **changes)


@pytest.mark.parametrize(
    ("income", "filed", "answer"),
    [
        ("16800", Category.DEEP, "pass"),  # exactly 700 a head and month
        ("16800.24", Category.DEEP, "relative"),
        ("16800.24", Category.RELATIVE, "pass"),
        ("33599.76", Category.RELATIVE, "pass"),  # 1399.99
        ("33600", Category.RELATIVE, "above"),
        ("12000", Category.RELATIVE, "deep"),
        ("90000", Category.ACCIDENT, "n/a"),
    ],
)
def test_r22_the_category_follows_the_income(income: str, filed: Category, answer: str) -> None:
    """R22: deep up to the line, relative below twice the line, to the fen."""
    file = earning(income, category=filed)
    assert said(r22(file, RULES)) == answer
    assert said(r22(file, off("R22"))) == "n/a"


def test_r22_rigid_spending_and_the_dead_are_taken_off() -> None:
    """R22: (income − rigid spending) ÷ living members ÷ 12; it may be below zero."""
    expense = RigidExpense(kind=ExpenseKind.ILLNESS, amount=Decimal(30000))
    file = earning("24000", rigid_expenses=(expense,))
    assert monthly_per_capita(file, RULES) == Decimal("-250.00")
    assert monthly_per_capita(file, campaign_with(excluded_expenses=("illness",)).rules) == Decimal("1000.00")
    assert monthly_per_capita(file, campaign_with(excluded_incomes=("wage",)).rules) == Decimal("-1250.00")
    grandfather = Member(
        id=ident(3), name="王老", relation=Relation.PARENT, state=MemberState.RETIRED, life=LifeState.DECEASED
    )
    assert monthly_per_capita(earning("24000", members=(grandfather,)), RULES) == Decimal("2000.00")


def test_r22_the_multiplier_is_the_campaigns() -> None:
    """R22: a county may draw the line of 相对困难 elsewhere."""
    assert category_for(Decimal(1000), RULES) is Category.RELATIVE
    assert category_for(Decimal(1000), campaign_with(relative_multiplier=Decimal("1.2")).rules) is None


def test_r22_does_not_judge_files_without_incomes_or_closed_ones() -> None:
    """R22: nothing on file, nothing to compare."""
    assert said(r22(household_with(), RULES)) == "n/a"
    assert said(r22(earning("90000", status=FileStatus.LIFTED), RULES)) == "n/a"


LIFTED = (StatusChange(status=FileStatus.LIFTED, since=date(2026, 6, 1)),)


@pytest.mark.parametrize(
    ("income", "last_call", "day", "answer"),
    [
        ("50000", None, date(2026, 11, 28), "pass"),
        ("50000", None, date(2026, 11, 29), "fail"),
        ("50000", date(2026, 10, 1), date(2026, 11, 29), "pass"),
        ("20000", date(2026, 10, 1), date(2026, 11, 29), "relapsed"),
    ],
)
def test_r23_lifted_households_are_called_again(
    income: str, last_call: date | None, day: date, answer: str
) -> None:
    """R23: half a year without a call is too long; income below the line means 返困."""
    file = earning(income, status=FileStatus.LIFTED, history=LIFTED)
    assert said(r23(file, last_call, day, RULES)) == answer
    assert said(r23(file, last_call, day, off("R23"))) == "n/a"
    assert said(r23(earning(income), last_call, day, RULES)) == "n/a"


def test_r23_a_lifted_file_without_a_date_is_due() -> None:
    """R23: nobody knows when it was lifted, so somebody calls."""
    assert said(r23(earning("50000", status=FileStatus.LIFTED), None, DAY, RULES)) == "fail"


def test_r24_a_report_is_the_sum_of_its_lines() -> None:
    """S51, R24: per source, signed and paid lines count, voided and returned ones do not."""
    lines = (
        aid(),
        aid(status=AidStatus.PAID, amount=Decimal("0.50")),
        aid(status=AidStatus.VOIDED),
        aid(status=AidStatus.RETURNED),
        aid(source=FundSource.DONATION, amount=Decimal(200)),
    )
    right = {FundSource.CENTRAL_FISCAL: Decimal("1000.50"), FundSource.DONATION: Decimal(200)}
    assert {said(one) for one in r24(right, lines, RULES)} == {"pass"}
    wrong = r24({**right, FundSource.OTHER: Decimal(1)}, lines, RULES)
    assert [one.subject for one in wrong if said(one) == "fail"] == ["other"]
    assert {said(one) for one in r24({}, lines, off("R24"))} == {"n/a"}
