"""Identity numbers, accounts, telephones, and how they are masked (S1, R8, R16)."""

from __future__ import annotations

from datetime import date

import pytest
from domain_cases import id_number
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import Sex
from domain.errors import InputError
from domain.identity import (
    age,
    check_account,
    check_phone,
    checksum,
    luhn_digit,
    mask_account,
    mask_identity,
    mask_name,
    mask_phone,
    parse_identity,
    tail,
)

TODAY = date(2027, 1, 10)
# The example of GB 11643 itself.
STANDARD = "11010519491231002X"


def refusal(number: str, **options: bool) -> str:
    with pytest.raises(InputError) as refused:
        parse_identity(number, TODAY, **options)
    return refused.value.code


def test_the_standards_own_example_is_valid() -> None:
    """R8: GB 11643's example number says a woman born on the last day of 1949 in Beijing."""
    found = parse_identity(STANDARD, TODAY)
    assert (found.number, found.region, found.birth, found.sex) == (
        STANDARD,
        "110105",
        date(1949, 12, 31),
        Sex.FEMALE,
    )
    assert found.age(TODAY) == 77


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_harmless_typing_is_put_right(typed: str) -> None:
    """R8: spaces, full width and a small x are no mistakes."""
    assert parse_identity(typed, TODAY).number == STANDARD


def test_a_fifteen_digit_number_gets_its_century() -> None:
    """R8: the older numbers are accepted and written in today's form."""
    assert parse_identity("110105491231002", TODAY).number == STANDARD


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_missing"),
        ("1101051949123100", "id_wrong_length"),
        ("110105194912310021X", "id_wrong_length"),
        ("11010519491231X02X", "id_not_digits"),
        ("11010549123100X", "id_not_digits"),
        ("110105194912310٠2X", "id_not_digits"),
        ("990105194912310024", "id_region_unknown"),
        ("000105194912310024", "id_region_unknown"),
        ("110105194913310027", "id_birth_date"),
        ("110105190002290027", "id_birth_date"),
        ("110105180012310027", "id_birth_date"),
        ("110105202812310020", "id_birth_in_future"),
        ("110105194912310021", "id_checksum"),
    ],
)
def test_every_wrong_number_has_its_own_answer(number: str, code: str) -> None:
    """R8: the cadre learns what to compare with the card."""
    assert refusal(number) == code


def test_the_sample_region_is_nobody_and_only_for_samples() -> None:
    """R8: a number of the sample county passes where the settings allow it, and nowhere else."""
    number = id_number()
    assert parse_identity(number, TODAY, allow_sample_region=True).region == "990101"
    assert refusal(number) == "id_region_unknown"


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: date, order: int, place: int, shift: int) -> None:
    """R8: MOD 11-2 catches every single mistyped digit."""
    first17 = f"110105{birth:%Y%m%d}{order:03d}"
    number = first17 + checksum(first17)
    assert parse_identity(number, TODAY).birth == birth
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(InputError):
        parse_identity(wrong, TODAY)


def test_ages_count_completed_years() -> None:
    """S15: somebody born on 29 February turns older on 1 March."""
    assert age(date(2008, 2, 29), date(2027, 2, 28)) == 18
    assert age(date(2008, 2, 29), date(2027, 3, 1)) == 19


def test_masks_keep_only_what_may_be_seen() -> None:
    """R16: region and tail of an identity number, the tail of an account, the first character of a name."""
    assert mask_identity("110101199001011234") == "110101********1234"
    assert mask_identity("110101900101123") == "110101*****1123"
    assert mask_identity("123") == "***"
    assert mask_phone("12012345678") == "120****5678"
    assert mask_account("9999123456789012345") == "***************2345"
    assert mask_name("王秀英") == "王**"
    assert tail("11010519491231002X") == "002X"


def test_accounts_are_checked_by_luhn() -> None:
    """R8: a mistyped account is noticed; spaces as printed on the card are fine."""
    digits = "999912345678901234"
    number = digits + luhn_digit(digits)
    assert check_account(" ".join((number[:4], number[4:8], number[8:]))) == number
    assert luhn_digit("7992739871") == "3"
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    for typed, code in (
        ("", "account_missing"),
        ("9999abc", "account_not_digits"),
        ("12345", "account_wrong_length"),
        (wrong, "account_checksum"),
    ):
        with pytest.raises(InputError) as refused:
            check_account(typed)
        assert refused.value.code == code


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "010-62345678", "(0833)2123456", "１３８００１３８０００"]
)
def test_telephones_of_the_mainland_are_read(typed: str) -> None:
    """S15: mobiles and landlines with area code, however written."""
    assert check_phone(typed).isdigit()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_missing"),
        ("12345678901", "phone_invalid"),
        ("62345678", "phone_invalid"),
        ("138001380001", "phone_invalid"),
    ],
)
def test_other_numbers_are_refused(typed: str, code: str) -> None:
    """S15: a number that cannot be called is noticed at the door."""
    with pytest.raises(InputError) as refused:
        check_phone(typed)
    assert refused.value.code == code


def test_sample_telephones_only_for_samples() -> None:
    """S15: the sample county's numbers exist nowhere else."""
    assert check_phone("12012345678", allow_sample=True) == "12012345678"
    with pytest.raises(InputError):
        check_phone("12012345678")
