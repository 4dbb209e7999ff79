"""R15, R17, R22, R23: the life of a file from activation to follow-up after leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from domain.codes import ActivationStep, Category, FileStatus, LifeState
from domain.models import HouseholdFile, RuleResult, RuleSettings
from domain.money import FEN, format_yuan, total
from domain.rules.base import judge, not_applicable


def r15(file: HouseholdFile, rules: RuleSettings) -> RuleResult:
    """An active file went through all six steps; the first missing one is named."""
    if file.status is not FileStatus.ACTIVE:
        return not_applicable("R15", rules, file.id)
    missing = [step for step in ActivationStep if step not in file.activation]
    return judge(
        "R15", rules, missing[0].value if missing else None, file.id, params={"missing": str(len(missing))}
    )


def r17(file: HouseholdFile, day: date, rules: RuleSettings) -> RuleResult:
    """An active file was checked within the last year."""
    if file.status is not FileStatus.ACTIVE:
        return not_applicable("R17", rules, file.id)
    if file.checked_on is None:
        return judge("R17", rules, "never", file.id)
    due = file.checked_on + timedelta(days=rules.recheck_days)
    return judge("R17", rules, "" if day > due else None, file.id, params={"due": due.isoformat()})


def recheck_sample(file_ids: Sequence[str], season: str, rules: RuleSettings) -> list[str]:
    """At least the campaign's share of files, drawn so that anybody can draw the same again.

    ``season`` (such as the year) changes the draw; the order of ``file_ids`` does not.
    """
    size = -(-len(file_ids) * rules.recheck_sample_percent // 100)
    return sorted(sorted(file_ids, key=lambda one: sha256(f"{season}:{one}".encode()).digest())[:size])


def keep_until(left_on: date, rules: RuleSettings) -> date:
    """The last day a file must be kept after the household left (10 years by default)."""
    year = left_on.year + rules.keep_years
    return date(year, 2, 28) if (left_on.month, left_on.day) == (2, 29) else left_on.replace(year=year)


def monthly_per_capita(file: HouseholdFile, rules: RuleSettings) -> Decimal:
    """(12-month income − rigid spending) ÷ members ÷ 12 in yuan, half up to the fen; may be below zero."""
    income = total(one.amount for one in file.incomes if one.kind not in rules.excluded_incomes)
    rigid = total(one.amount for one in file.rigid_expenses if one.kind not in rules.excluded_expenses)
    here = sum(
        1 for person in file.people() if person.life not in (LifeState.DECEASED, LifeState.TRANSFERRED)
    )
    return ((income - rigid) / (max(here, 1) * 12)).quantize(FEN, ROUND_HALF_UP)


def category_for(per_capita: Decimal, rules: RuleSettings) -> Category | None:
    """deep up to the low-income line, relative below its multiple, otherwise neither (R22)."""
    if per_capita <= rules.low_income_line:
        return Category.DEEP
    return Category.RELATIVE if per_capita < rules.low_income_line * rules.relative_multiplier else None


def r22(file: HouseholdFile, rules: RuleSettings) -> RuleResult:
    """The category agrees with the incomes on file; 意外致困 and closed files do not depend on them."""
    left = file.status in (FileStatus.LIFTED, FileStatus.CANCELLED)
    if left or file.category is Category.ACCIDENT or not file.incomes:
        return not_applicable("R22", rules, file.id)
    per_capita = monthly_per_capita(file, rules)
    computed = category_for(per_capita, rules)
    fault = None if computed is file.category else (computed.value if computed else "above")
    return judge("R22", rules, fault, file.id, params={"per_capita": format_yuan(per_capita)})


def r23(file: HouseholdFile, last_call: date | None, day: date, rules: RuleSettings) -> RuleResult:
    """A lifted household is called again in time, and one that fell back is taken up as 返困."""
    if file.status is not FileStatus.LIFTED:
        return not_applicable("R23", rules, file.id)
    if file.incomes and category_for(monthly_per_capita(file, rules), rules) is not None:
        return judge("R23", rules, "relapsed", file.id)
    lifted_on = max((one.since for one in file.history if one.status is FileStatus.LIFTED), default=None)
    since = max((one for one in (lifted_on, last_call) if one is not None), default=None)
    if since is None:
        return judge("R23", rules, "", file.id)
    overdue = day > since + timedelta(days=rules.lifted_follow_up_days)
    return judge("R23", rules, "" if overdue else None, file.id)
