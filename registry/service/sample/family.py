"""A worker and the family: ages, relations and what each does fit together."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.codes import (
    Cause,
    Disability,
    EthnicGroup,
    Health,
    Insurance,
    MemberState,
    Relation,
    Sex,
    WorkState,
)
from domain.models import Member, Org, Worker
from registry.service.sample import words
from registry.service.sample.dice import Dice
from registry.service.sample.names import MINORITY, child_name, family_name, given_name, pinyin, surname

TODAY = date(2026, 11, 1)
_WORK_STATES = {
    Cause.LAID_OFF: WorkState.UNEMPLOYED,
    Cause.ABLE_UNEMPLOYED: WorkState.UNEMPLOYED,
    Cause.NO_LABOUR: WorkState.SICK_LEAVE,
    Cause.ILLNESS: WorkState.SICK_LEAVE,
    Cause.INSURANCE_UNPAID: WorkState.AWAITING,
}


def make_worker(dice: Dice, employer: Org, cause: Cause, minority: int | None) -> Worker:
    """``minority`` picks one of the long names; None means a Han name."""
    sex = dice.pick((Sex.MALE, Sex.FEMALE))
    ethnic, name = EthnicGroup.HAN, surname(dice) + given_name(dice, sex)
    if minority is not None:
        ethnic, sex, name = MINORITY[minority]
    age = dice.between(31, 60)
    ill = cause is Cause.ILLNESS
    return Worker(
        **_person(dice, name, sex, age),
        ethnic_group=ethnic,
        health=Health.SERIOUS if ill else Health.WEAK if cause is Cause.NO_LABOUR else Health.HEALTHY,
        illness=dice.pick(words.ILLNESSES) if ill else "",
        disability=_disability(dice) if cause is Cause.DISABILITY else Disability.NONE,
        phone=dice.phone(),
        work_state=_work_state(cause, sex, age),
        employer=employer.name,
        employer_id=employer.id,
        migrant=dice.one_in(5),
        model_worker=dice.one_in(25),
        insurance=_insurance(cause),
    )


def make_members(dice: Dice, worker: Worker, cause: Cause) -> tuple[Member, ...]:
    """Spouse, children, parents; a family poor by schooling has a student."""
    members: list[Member] = []
    if not dice.one_in(4):
        members.append(_spouse(dice, worker))
    children = max(dice.between(0, 2), 1 if cause is Cause.SCHOOLING else 0)
    for order in range(children):
        child = _child(dice, worker, student=order == 0 and cause is Cause.SCHOOLING)
        while child.name in {one.name for one in members}:
            child = _child(dice, worker, student=False)
        members.append(child)
    if dice.one_in(4):
        members.append(_parent(dice, worker))
    return tuple(members)


def _person(dice: Dice, name: str, sex: Sex, age: int) -> dict[str, Any]:
    birth = dice.day_between(date(TODAY.year - age - 1, 11, 2), date(TODAY.year - age, 10, 28))
    return {
        "id": dice.new_id(),
        "name": name,
        "id_number": dice.identity_number(birth, sex),
        "birth": birth,
        "sex": sex,
        "pinyin": pinyin(name),
    }


def _age(worker: Worker) -> int:
    assert worker.birth is not None
    return TODAY.year - worker.birth.year


def _other_sex(sex: Sex | None) -> Sex:
    return Sex.FEMALE if sex is Sex.MALE else Sex.MALE


def _spouse(dice: Dice, worker: Worker) -> Member:
    sex = _other_sex(worker.sex)
    name = surname(dice) + given_name(dice, sex)
    state = dice.pick((MemberState.WORKING, MemberState.FARMING, MemberState.JOBLESS))
    age = max(24, _age(worker) + dice.between(-5, 4))
    return Member(
        **_person(dice, name, sex, age),
        relation=Relation.SPOUSE,
        state=state,
        health=Health.HEALTHY if state is not MemberState.JOBLESS else Health.CHRONIC,
        illness=dice.pick(words.CHRONIC) if state is MemberState.JOBLESS else "",
        school_or_employer=dice.pick(words.ENTERPRISES)[0] if state is MemberState.WORKING else "",
    )


def _child(dice: Dice, worker: Worker, student: bool) -> Member:
    sex = dice.pick((Sex.MALE, Sex.FEMALE))
    oldest = min(_age(worker) - 22, 26)
    age = dice.between(min(7, oldest), min(oldest, 21)) if student else dice.between(1, oldest)
    state = _child_state(age)
    schools = words.COLLEGES if age >= 18 else words.SCHOOLS[2:] if age >= 12 else words.SCHOOLS[:2]
    return Member(
        **_person(dice, child_name(dice, worker.name, worker.ethnic_group, sex), sex, age),
        ethnic_group=worker.ethnic_group,
        relation=Relation.CHILD,
        state=state,
        school_or_employer=dice.pick(schools) if state is MemberState.STUDENT else "",
    )


def _child_state(age: int) -> MemberState:
    if age < 6:
        return MemberState.PRESCHOOL
    return MemberState.STUDENT if age <= 21 else MemberState.WORKING


def _parent(dice: Dice, worker: Worker) -> Member:
    sex = dice.pick((Sex.MALE, Sex.FEMALE))
    han = worker.ethnic_group is EthnicGroup.HAN
    family = family_name(worker.name) if han and sex is Sex.MALE else surname(dice)
    age = min(_age(worker) + dice.between(22, 30), 91)
    return Member(
        **_person(dice, family + given_name(dice, sex), sex, age),
        relation=Relation.PARENT,
        state=MemberState.NO_LABOUR,
        health=Health.CHRONIC,
        illness=dice.pick(words.CHRONIC),
    )


def _work_state(cause: Cause, sex: Sex, age: int) -> WorkState:
    if cause in _WORK_STATES:
        return _WORK_STATES[cause]
    return WorkState.RETIRED if sex is Sex.FEMALE and age >= 55 else WorkState.ON_POST


def _disability(dice: Dice) -> Disability:
    return dice.pick((Disability.LEVEL_1, Disability.LEVEL_2, Disability.LEVEL_3, Disability.LEVEL_4))


def _insurance(cause: Cause) -> tuple[Insurance, ...]:
    if cause is Cause.UNINSURED:
        return ()
    if cause is Cause.INSURANCE_UNPAID:
        return (Insurance.RESIDENT_MEDICAL,)
    return (Insurance.PENSION, Insurance.MEDICAL, Insurance.WORK_INJURY)
