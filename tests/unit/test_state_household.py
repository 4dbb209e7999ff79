"""One household as its screen shows it (R4, R14, R16)."""

from datetime import date

import msgspec
import pytest
from visit_world import make_household

from app.views.household.household_state import (
    Notice,
    age_of,
    is_ill,
    masked_identity,
    masked_phone,
    notice_of,
)
from domain.codes import FileStatus, Health, LifeState

TODAY = date(2027, 1, 20)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (FileStatus.ACTIVE, None),
        (FileStatus.RELAPSED, None),
        (FileStatus.LIFTED, "lifted"),
        (FileStatus.CANCELLED, "cancelled"),
        (FileStatus.DRAFT, "pending"),
        (FileStatus.SURVEYED, "pending"),
    ],
)
def test_a_file_without_right_to_aid_says_so_before_the_door(status, key):
    """R4: whoever opens the household knows before knocking that there is no aid to promise."""
    found = notice_of(make_household("QS-1", "王秀英", status=status), TODAY)
    assert (found.key if found else None) == key


def test_a_death_comes_before_everything():
    """R14: the death of the worker is told first."""
    file = make_household("QS-1", "王秀英", status=FileStatus.LIFTED)
    file = msgspec.structs.replace(file, worker=msgspec.structs.replace(file.worker, life=LifeState.DECEASED))
    assert notice_of(file, TODAY) == Notice("deceased", {"name": "王秀英"})


def test_numbers_are_masked():
    """R16: neither the phone nor the identity number stands in the clear."""
    person = make_household("QS-1", "王秀英").worker
    person = msgspec.structs.replace(person, phone="12800001234")
    assert masked_phone(person) == "128****1234"
    assert person.id_number not in masked_identity(person)
    assert masked_phone(msgspec.structs.replace(person, phone="")) == ""


def test_ages_and_health_of_members():
    """A birth date that is not known gives no age; only illness is worth a word."""
    person = make_household("QS-1", "王秀英").worker
    assert age_of(person, TODAY) is None
    assert age_of(msgspec.structs.replace(person, birth=date(1968, 3, 12)), TODAY) == 58
    assert not is_ill(person)
    assert is_ill(msgspec.structs.replace(person, health=Health.CHRONIC))
