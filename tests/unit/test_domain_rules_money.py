"""R1–R6: pass, fail, edge, switched off (S1–S4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from domain_cases import (
    CAMPAIGN,
    COLLEAGUE,
    DELEGATION,
    PUPIL,
    RULES,
    aid,
    campaign_with,
    context,
    household_with,
    ident,
    line,
    switched_off,
    visit,
)

from app.lang import has_text
from domain.codes import (
    AidForm,
    AidStatus,
    FileLevel,
    FileStatus,
    FundSource,
    Outcome,
    Severity,
    TargetGroup,
    VisitType,
)
from domain.models import Beneficiary, RuleResult, StatusChange
from domain.rules import evaluate, r1, r2, r3, r4, r5, r6

CASH = {"form": AidForm.CASH, "account": None}
GOODS = {"form": AidForm.IN_KIND, "account": None}
BY_DELEGATION = {"delegation_id": DELEGATION.id}


def said(result: RuleResult) -> str:
    """pass, n/a, or the sentence of the failure; the sentence must exist."""
    assert has_text(result.message_id)
    if result.outcome is Outcome.FAIL:
        return result.message_id.removeprefix(f"rule.{result.code}").removeprefix(".") or "fail"
    return "n/a" if result.outcome is Outcome.NOT_APPLICABLE else "pass"


@pytest.mark.parametrize(
    ("source", "form", "answer"),
    [
        (FundSource.CENTRAL_FISCAL, AidForm.IN_KIND, "fail"),
        (FundSource.PROV_FISCAL, AidForm.IN_KIND, "fail"),
        (FundSource.CENTRAL_FISCAL, AidForm.BANK, "pass"),
        (FundSource.PROV_FISCAL, AidForm.CASH, "pass"),
        (FundSource.LOCAL_FISCAL, AidForm.IN_KIND, "n/a"),
        (FundSource.DONATION, AidForm.BANK, "n/a"),
    ],
)
def test_r1_state_funds_are_not_goods(source: FundSource, form: AidForm, answer: str) -> None:
    """S3, R1: central and provincial money never becomes rice and oil."""
    assert said(r1(line(source=source, form=form), RULES)) == answer


@pytest.mark.parametrize(
    ("source", "form", "donated_goods", "answer"),
    [
        (FundSource.UNION_MATCHING, AidForm.IN_KIND, True, "pass"),
        (FundSource.DONATION, AidForm.IN_KIND, True, "pass"),
        (FundSource.DONATION, AidForm.IN_KIND, False, "fail"),
        (FundSource.UPPER_UNION, AidForm.IN_KIND, True, "fail"),
        (FundSource.CENTRAL_FISCAL, AidForm.IN_KIND, True, "fail"),
        (FundSource.UPPER_UNION, AidForm.BANK, True, "n/a"),
    ],
)
def test_r2_goods_come_from_matching_funds(
    source: FundSource, form: AidForm, donated_goods: bool, answer: str
) -> None:
    """S4, R2: goods are paid from union matching funds; donated goods by setting."""
    rules = campaign_with(donated_goods=donated_goods).rules
    assert said(r2(line(source=source, form=form), rules)) == answer


@pytest.mark.parametrize(
    ("changes", "around", "answer"),
    [
        ({}, {}, "fail"),
        (BY_DELEGATION, {"delegation": DELEGATION}, "pass"),
        (BY_DELEGATION, {}, "other_delegation"),
        ({"delegation_id": ident(99)}, {"delegation": DELEGATION}, "other_delegation"),
        ({**BY_DELEGATION, "visit_type": VisitType.SITE}, {"delegation": DELEGATION}, "not_home"),
        ({**BY_DELEGATION, "visitors": (COLLEAGUE,)}, {"delegation": DELEGATION}, "not_a_member"),
        ({}, {"campaign": campaign_with(cash_by_delegation_only=False)}, "n/a"),
        ({}, {"campaign": switched_off("R3")}, "n/a"),
    ],
)
def test_r3_cash_only_from_a_delegation_at_home(
    changes: dict[str, Any], around: dict[str, Any], answer: str
) -> None:
    """S2, R3: a cadre alone pays by bank transfer."""
    cash = line(**CASH)
    assert said(r3(cash, context(visit(cash, **changes), **around))) == answer


def test_r3_does_not_look_at_transfers() -> None:
    """S2, R3: a bank transfer needs no delegation."""
    assert said(r3(line(), context(visit(line())))) == "n/a"


def test_r3_the_delegation_belongs_to_this_campaign() -> None:
    """S2, R3: last year's delegation pays nothing now."""
    old = msgspec.structs.replace(DELEGATION, campaign_id=ident(21))
    cash = line(**CASH)
    assert said(r3(cash, context(visit(cash, **BY_DELEGATION), delegation=old))) == "other_delegation"


@pytest.mark.parametrize("status", list(FileStatus))
def test_r4_only_an_active_file_receives(status: FileStatus) -> None:
    """S1, R4: 先建档、后帮扶."""
    answer = said(r4(line(), context(visit(line()), household=household_with(status=status))))
    assert answer == ("pass" if status is FileStatus.ACTIVE else "fail")


def test_r4_asks_for_the_day_of_the_visit() -> None:
    """S1, R4: a file active on that day passes although it was lifted later; the day before it does not."""
    history = (
        StatusChange(status=FileStatus.PUBLICISED, since=date(2026, 12, 1)),
        StatusChange(status=FileStatus.ACTIVE, since=date(2027, 1, 10)),
        StatusChange(status=FileStatus.LIFTED, since=date(2027, 1, 20)),
    )
    lifted = household_with(status=FileStatus.LIFTED, history=history)
    for day, answer in ((9, "fail"), (10, "pass"), (19, "pass"), (20, "fail")):
        assert said(r4(line(), context(visit(line()), household=lifted, day=date(2027, 1, day)))) == answer
    assert said(r4(line(), context(visit(line()), household=lifted, day=date(2026, 1, 1)))) == "fail"


def test_r4_relapsed_households_by_setting() -> None:
    """S1, R4: a campaign may let 返困 households receive before they are active again."""
    relapsed = household_with(status=FileStatus.RELAPSED)
    open_to_both = campaign_with(statuses_with_aid=(FileStatus.ACTIVE, FileStatus.RELAPSED))
    assert said(r4(line(), context(visit(line()), household=relapsed, campaign=open_to_both))) == "pass"


def test_r4_the_beneficiary_stands_in_the_file() -> None:
    """S22, R4: a family member may receive, a stranger may not."""
    pupil = line(beneficiary=PUPIL)
    assert said(r4(pupil, context(visit(pupil)))) == "pass"
    stranger = line(beneficiary=Beneficiary(name="钱某", id_number="990101197002030999"))
    assert said(r4(stranger, context(visit(stranger)))) == "not_in_file"
    by_number = line(beneficiary=Beneficiary(name="李想", id_number=PUPIL.id_number))
    assert said(r4(by_number, context(visit(by_number)))) == "pass"


@pytest.mark.parametrize(
    ("group", "source", "answer"),
    [
        (TargetGroup.MODEL_WORKER, FundSource.UNION_MATCHING, "pass"),
        (TargetGroup.HOLIDAY_DUTY, FundSource.DONATION, "pass"),
        (TargetGroup.MODEL_WORKER, FundSource.CENTRAL_FISCAL, "central_without_file"),
        (TargetGroup.LOW_INCOME_OR_JOBLESS, FundSource.DONATION, "no_file"),
        (None, FundSource.DONATION, "no_file"),
    ],
)
def test_r4_without_a_file_there_is_a_roster_of_its_own(
    group: TargetGroup | None, source: FundSource, answer: str
) -> None:
    """S21, S48, R4: model workers and front-line posts, never from central funds."""
    one = line(source=source)
    site = visit(one, household_id=None, org_id=ident(5), visit_type=VisitType.SITE, target_group=group)
    assert said(r4(one, context(site, household=None))) == answer


def test_r4_a_file_that_is_missing_is_not_a_roster_visit() -> None:
    """S1, R4: a visit to a household that nobody knows gets no aid, whatever its target group says."""
    body = visit(line(), target_group=TargetGroup.MODEL_WORKER)
    assert said(r4(line(), context(body, household=None))) == "no_file"


@pytest.mark.parametrize(
    ("level", "source", "answer"),
    [
        (FileLevel.NATIONAL, FundSource.CENTRAL_FISCAL, "pass"),
        (FileLevel.PROVINCIAL, FundSource.CENTRAL_FISCAL, "fail"),
        (FileLevel.LOCAL, FundSource.PROV_FISCAL, "fail"),
        (FileLevel.LOCAL, FundSource.DONATION, "n/a"),
    ],
)
def test_r5_state_funds_need_a_national_file(level: FileLevel, source: FundSource, answer: str) -> None:
    """R5: local files are helped from local money."""
    one = line(source=source)
    assert said(r5(one, context(visit(one), household=household_with(level=level)))) == answer


@pytest.mark.parametrize(
    ("now", "earlier", "answer"),
    [
        ("3000", (), "pass"),
        ("3000.01", (), "per_time"),
        ("1000", ("5000",), "pass"),
        ("1000.01", ("5000",), "per_year"),
    ],
)
def test_r6_caps_per_time_and_year(now: str, earlier: tuple[str, ...], answer: str) -> None:
    """R6: 3,000 yuan a time and 6,000 a year, the cap itself included."""
    one = line(amount=Decimal(now))
    past = tuple(aid(id=ident(100 + n), amount=Decimal(amount)) for n, amount in enumerate(earlier))
    assert said(r6(one, context(visit(one), earlier_aid=past))) == answer


def test_r6_counts_the_person_not_the_household_and_only_real_aid() -> None:
    """R6: a child's aid is the child's; last year's, voided and returned aid do not count."""
    one = line(amount=Decimal(1500))
    past = (
        aid(beneficiary=PUPIL, amount=Decimal(5000)),
        aid(status=AidStatus.VOIDED, amount=Decimal(5000)),
        aid(status=AidStatus.RETURNED, amount=Decimal(5000)),
        aid(given_on=date(2026, 12, 31), amount=Decimal(5000)),
    )
    assert said(r6(one, context(visit(one), earlier_aid=past))) == "pass"


def test_r6_adds_up_the_lines_of_one_visit() -> None:
    """R6: two lines of 2,000 are 4,000 at one time."""
    one, two = (
        line(amount=Decimal(2000)),
        line(id=ident(51), amount=Decimal(2000), source=FundSource.DONATION),
    )
    result = r6(two, context(visit(one, two)))
    assert said(result) == "per_time"
    assert result.params == {"amount": "¥4,000.00", "cap": "¥3,000.00"}


@pytest.mark.parametrize("code", ["R1", "R2", "R3", "R4", "R5", "R6"])
def test_a_rule_that_is_switched_off_says_nothing(code: str) -> None:
    """S11: a campaign can switch each rule off, without a new app."""
    broken = line(source=FundSource.CENTRAL_FISCAL, amount=Decimal(9000), **GOODS)
    cash = line(id=ident(52), **CASH)
    local = household_with(level=FileLevel.LOCAL, status=FileStatus.LIFTED)

    def failed(**around: Any) -> set[str]:
        results = evaluate(context(visit(broken, cash), household=local, **around))
        return {one.code for one in results if one.outcome is Outcome.FAIL}

    assert code in failed()
    assert code not in failed(campaign=switched_off(code))


def test_severity_is_the_campaigns_choice() -> None:
    """S11: what blocks in one county may only warn in another."""
    one = line(source=FundSource.CENTRAL_FISCAL, **GOODS)
    assert r1(one, CAMPAIGN.rules).severity is Severity.BLOCK
    lenient = campaign_with(severity={"R1": Severity.WARN})
    assert r1(one, lenient.rules).severity is Severity.WARN
