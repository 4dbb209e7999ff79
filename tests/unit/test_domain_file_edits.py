"""What becomes of a correction that a visit brings (S14, R19)."""

from __future__ import annotations

import msgspec
import pytest
from domain_cases import household_with

from domain.errors import InputError
from domain.file_edits import corrected, judge, present, tidy


@pytest.fixture
def file():
    return msgspec.to_builtins(household_with())


@pytest.mark.parametrize(
    ("field", "seen", "after", "trusted", "shared", "state", "flags"),
    [
        ("worker.phone", True, "139 0000-1111", True, False, "applied", ()),
        ("worker.phone", True, "", True, False, "applied", ()),
        ("worker.phone", False, "13900001111", True, False, "conflict", ()),
        ("worker.phone", True, "13900001111", True, True, "waiting", ("R19",)),
        ("worker.phone", False, "13900001111", False, True, "conflict", ("out_of_scope", "R19")),
        ("worker.phone", True, "0", True, False, "waiting", ("invalid",)),
        ("worker.phone", False, "0", True, False, "conflict", ("invalid",)),
        ("address.detail", True, "3 栋 502", False, False, "waiting", ("out_of_scope",)),
        ("address.detail", True, " \0 ", True, False, "waiting", ("invalid",)),
        ("worker.employer", True, "新厂", True, False, "waiting", ()),
        ("housing", True, "不是代码", True, False, "waiting", ("invalid",)),
        ("worker.name", True, "别人", True, False, "waiting", ("unknown_field",)),
        ("members.nobody.phone", True, "13900001111", True, False, "waiting", ("unknown_field",)),
        ("members.phone", True, "13900001111", True, False, "waiting", ("unknown_field",)),
    ],
)
def test_each_correction_has_one_fate(file, field, seen, after, trusted, shared, state, flags):
    """Applied when the file still says what was seen and it is how to reach the family; else a person."""
    before = (present(file, field) or "") if seen else "别的"
    assert judge(file, field, before, after, trusted=trusted, shared=shared) == (state, flags)


def test_saying_what_the_file_says_already_is_no_conflict(file):
    """The office typed the same number meanwhile."""
    now = present(file, "worker.phone")
    assert judge(file, "worker.phone", "旧的", now, trusted=True, shared=False).state == "applied"


def test_a_members_field_is_found_by_the_person(file):
    """Whoever stands first in the list today may stand second tomorrow."""
    member = file["members"][0]
    fresh = corrected(file, f"members.{member['id']}.phone", "139-0000-1111")
    assert fresh["members"][0]["phone"] == "13900001111"
    assert file["members"][0].get("phone") != "13900001111"


def test_what_does_not_fit_is_said(file):
    """A code of the errors' catalogue for each."""
    for field, text, code in (
        ("worker.name", "别人", "edit_unknown"),
        ("address.detail", " ", "edit_empty"),
        ("worker.phone", "123", "phone_invalid"),
        ("address.detail", "长" * 201, "edit_invalid"),
    ):
        with pytest.raises(InputError) as refused:
            corrected(file, field, text)
        assert refused.value.code == code
    assert tidy("address.door", " 菜场  后门\n二楼 ") == "菜场 后门 二楼"
