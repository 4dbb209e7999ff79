"""300 household files in every status and category, each consistent with the rules R7, R8, R15, R17, R22."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain.codes import (
    ActivationStep,
    Category,
    Cause,
    ExpenseKind,
    FileLevel,
    FileStatus,
    Housing,
    IncomeKind,
    LegacyCategory,
    MemberState,
    TargetGroup,
    WorkState,
)
from domain.models import (
    Address,
    BankAccount,
    HouseholdFile,
    Income,
    Member,
    Org,
    RigidExpense,
    StatusChange,
    User,
    Worker,
)
from registry.service.sample import words
from registry.service.sample.dice import Dice
from registry.service.sample.family import make_members, make_worker
from registry.service.sample.names import MINORITY
from registry.service.sample.offices import place_of

LOW_INCOME_LINE = 700
STATUS_COUNTS: tuple[tuple[FileStatus, int], ...] = (
    (FileStatus.ACTIVE, 222),
    (FileStatus.DRAFT, 18),
    (FileStatus.SURVEYED, 12),
    (FileStatus.PUBLICISED, 12),
    (FileStatus.LIFTED, 15),
    (FileStatus.CANCELLED, 9),
    (FileStatus.RELAPSED, 12),
)
_CATEGORIES = tuple(Category)
_LEVELS = (FileLevel.NATIONAL, FileLevel.LOCAL, FileLevel.NATIONAL, FileLevel.PROVINCIAL)
_PATH = (FileStatus.DRAFT, FileStatus.SURVEYED, FileStatus.PUBLICISED, FileStatus.ACTIVE)
_STEPS = {
    FileStatus.DRAFT: 1,
    FileStatus.SURVEYED: 4,
    FileStatus.PUBLICISED: 5,
}
_MISFORTUNES = (Cause.ILLNESS, Cause.ACCIDENT, Cause.DISASTER)
_LEGACY = {
    Category.DEEP: LegacyCategory.SUBSISTENCE,
    Category.RELATIVE: LegacyCategory.NEAR_SUBSISTENCE,
    Category.ACCIDENT: LegacyCategory.ACCIDENT,
}
_EXPENSES = {Cause.ILLNESS: ExpenseKind.ILLNESS, Cause.DISABILITY: ExpenseKind.DISABILITY}


def make_files(
    dice: Dice, towns: Sequence[Org], enterprises: Sequence[Org], cadres: Sequence[User]
) -> list[HouseholdFile]:
    """``cadres`` are in the order of ``towns``; each town's files belong to its union."""
    county_id = towns[0].parent_territorial
    assert county_id is not None
    statuses = dice.shuffled([status for status, count in STATUS_COUNTS for _ in range(count)])
    makers = _Maker(dice, county_id, enterprises)
    files = []
    for number, status in enumerate(statuses):
        town = number % len(towns)
        files.append(makers.make(number, status, towns[town], cadres[town]))
    return files


class _Maker:
    def __init__(self, dice: Dice, county_id: str, enterprises: Sequence[Org]) -> None:
        self._dice = dice
        self._county_id = county_id
        self._enterprises = enterprises
        self._by_status: dict[FileStatus, int] = {}

    def make(self, number: int, status: FileStatus, town: Org, cadre: User) -> HouseholdFile:
        dice = self._dice
        order = self._by_status[status] = self._by_status.get(status, -1) + 1
        category = _CATEGORIES[order % len(_CATEGORIES)]  # so every status has every category
        cause = dice.pick(_MISFORTUNES if category is Category.ACCIDENT else tuple(Cause))
        minority = number // 17 if number % 17 == 7 and number // 17 < len(MINORITY) else None
        worker = make_worker(dice, dice.pick(self._enterprises), cause, minority)
        members = make_members(dice, worker, cause)
        expenses = _expenses(dice, cause, worker, members)
        history = _history(dice, status)
        opened = history[0].since
        return HouseholdFile(
            id=dice.new_id(),
            number=f"QS{opened.year}{number + 1:04d}",
            county_id=self._county_id,
            org_id=town.id,
            region=words.REGION,
            level=_LEVELS[number // len(words.TOWNS) % len(_LEVELS)],
            status=status,
            category=category,
            legacy_category=_LEGACY[category],
            worker=worker,
            address=_address(dice, place_of(town)),
            main_cause=cause,
            other_causes=_other_causes(worker, members, cause),
            target_groups=_groups(worker, cause),
            area_tags=("high_mountain",) if place_of(town) == "竹园乡" else (),
            members=members,
            housing=dice.pick(tuple(Housing)),
            incomes=_incomes(dice, category, status, worker, members, expenses),
            rigid_expenses=expenses,
            bank=None if dice.one_in(20) else _bank(dice, worker),
            paired_helper=cadre.id,
            activation=tuple(ActivationStep)[: _STEPS.get(status, len(ActivationStep))],
            history=history,
            checked_on=_checked_on(dice, status),
            wish=dice.pick(words.WISHES),
        )


def _history(dice: Dice, status: FileStatus) -> tuple[StatusChange, ...]:
    """Draft → surveyed → publicised → active → …, up to the present status, all in the past."""
    path = list(_PATH[: _PATH.index(status) + 1]) if status in _PATH else [*_PATH]
    if status in (FileStatus.LIFTED, FileStatus.RELAPSED):
        path.append(FileStatus.LIFTED)
    if status in (FileStatus.CANCELLED, FileStatus.RELAPSED):
        path.append(status)
    in_progress = status in _PATH[:3]
    first, last = (
        (date(2026, 8, 1), date(2026, 9, 1)) if in_progress else (date(2022, 1, 10), date(2025, 1, 10))
    )
    since = dice.day_between(first, last)
    changes = []
    for step in path:
        changes.append(StatusChange(status=step, since=since))
        gap = (10, 20) if step in _PATH[:3] else (60, 170)
        since += timedelta(days=dice.between(*gap))
    return tuple(changes)


def _checked_on(dice: Dice, status: FileStatus) -> date | None:
    return dice.day_between(date(2026, 3, 1), date(2026, 10, 30)) if status is FileStatus.ACTIVE else None


def _expenses(
    dice: Dice, cause: Cause, worker: Worker, members: Sequence[Member]
) -> tuple[RigidExpense, ...]:
    found = []
    kind = _EXPENSES.get(cause)
    if kind is not None:
        found.append(_expense(kind, dice.between(80, 400), worker.id))
    for member in members:
        if member.state is MemberState.STUDENT:
            found.append(_expense(ExpenseKind.SCHOOLING, dice.between(20, 140), member.id))
    if not found and dice.one_in(3):
        found.append(_expense(ExpenseKind.HOUSING, dice.between(30, 96), None))
    return tuple(found)


def _expense(kind: ExpenseKind, hundreds: int, person_id: str | None) -> RigidExpense:
    return RigidExpense(kind=kind, amount=Decimal(hundreds * 100), person_id=person_id)


def _incomes(
    dice: Dice,
    category: Category,
    status: FileStatus,
    worker: Worker,
    members: Sequence[Member],
    expenses: Sequence[RigidExpense],
) -> tuple[Income, ...]:
    """Chosen backwards from the month's net per head, so that the category is the one R22 computes."""
    per_head = _per_head(dice, category, status)
    people = 1 + len(members)
    year = per_head * 12 * people + int(sum(one.amount for one in expenses))
    allowance = min(year, 260 * 12 * people) if category is Category.DEEP else 0
    found = []
    if allowance:
        found.append(Income(kind=IncomeKind.SUBSISTENCE_ALLOWANCE, amount=Decimal(allowance)))
    earners = [member for member in members if member.state in (MemberState.WORKING, MemberState.FARMING)]
    rest = year - allowance
    for member in earners:
        share = rest // (len(earners) + 2)
        kind = IncomeKind.WAGE if member.state is MemberState.WORKING else IncomeKind.FARMING
        found.append(Income(kind=kind, amount=Decimal(share), person_id=member.id))
        rest -= share
    if rest:
        kind = IncomeKind.PENSION if worker.work_state is WorkState.RETIRED else IncomeKind.WAGE
        kind = IncomeKind.SUBSIDY if worker.work_state is WorkState.UNEMPLOYED else kind
        found.append(Income(kind=kind, amount=Decimal(rest), person_id=worker.id))
    return tuple(found)


def _per_head(dice: Dice, category: Category, status: FileStatus) -> int:
    if status is FileStatus.LIFTED:
        return dice.between(LOW_INCOME_LINE * 2 + 100, LOW_INCOME_LINE * 4)
    if category is Category.DEEP:
        return dice.between(260, LOW_INCOME_LINE)
    if category is Category.RELATIVE:
        return dice.between(LOW_INCOME_LINE + 1, LOW_INCOME_LINE * 2 - 1)
    return dice.between(LOW_INCOME_LINE, LOW_INCOME_LINE * 3)


def _address(dice: Dice, town: str) -> Address:
    name, (north, east), villages = next(entry for entry in words.TOWNS if entry[0] == town)
    order = dice.between(0, len(villages) - 1)
    village = villages[order]
    urban = village.endswith("社区")
    if urban:
        detail = f"{dice.between(1, 30)}栋{dice.between(1, 4)}单元{dice.between(1, 7)}0{dice.between(1, 4)}室"
    else:
        detail = f"{dice.between(1, 9)}组{dice.between(1, 120)}号"
    latitude = words.CENTRE[0] + north / 100 + (order - 2) * 0.012
    longitude = words.CENTRE[1] + east / 100 + (order % 3 - 1) * 0.015
    return Address(
        county=words.COUNTY,
        town=name,
        village=village,
        detail=detail,
        door=dice.pick(words.TOWN_DOORS if urban else words.VILLAGE_DOORS),
        place=dice.place(latitude, longitude, 0.004),
    )


def _bank(dice: Dice, worker: Worker) -> BankAccount:
    branch = f"{dice.pick(words.TOWNS)[0]}支行"
    return BankAccount(bank=words.BANK, branch=branch, number=dice.account(), holder=worker.name)


def _other_causes(worker: Worker, members: Sequence[Member], main: Cause) -> tuple[Cause, ...]:
    found = []
    if any(member.state is MemberState.STUDENT for member in members):
        found.append(Cause.SCHOOLING)
    if worker.work_state is WorkState.UNEMPLOYED:
        found.append(Cause.LAID_OFF)
    return tuple(cause for cause in found if cause is not main)


def _groups(worker: Worker, cause: Cause) -> tuple[TargetGroup, ...]:
    found = []
    if cause in (Cause.ILLNESS, Cause.DISASTER):
        found.append(TargetGroup.ILLNESS_DISASTER)
    if worker.work_state is WorkState.UNEMPLOYED:
        found.append(TargetGroup.LOW_INCOME_OR_JOBLESS)
    if worker.migrant:
        found.append(TargetGroup.MIGRANT)
    if worker.model_worker:
        found.append(TargetGroup.MODEL_WORKER)
    return tuple(found)
