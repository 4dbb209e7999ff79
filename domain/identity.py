"""Identity numbers (GB 11643, R8), bank accounts (Luhn) and telephone numbers.

Each check returns the number put into its one written form, or raises InputError with a code of its own:

- ``id_missing``, ``id_wrong_length``, ``id_not_digits``, ``id_region_unknown``, ``id_birth_date``,
  ``id_birth_in_future``, ``id_checksum``
- ``account_missing``, ``account_not_digits``, ``account_wrong_length``, ``account_checksum``
- ``phone_missing``, ``phone_invalid``
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul

from msgspec import Struct

from domain.codes import Sex
from domain.errors import InputError
from domain.regions import is_known
from domain.text import half_width

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"  # ISO 7064 MOD 11-2
_NUMBER = re.compile(r"[0-9]{15}([0-9]{2}[0-9X])?\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # the digits of twice as much, added up
_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z")
_SAMPLE_MOBILE = re.compile(r"12[0-9]{9}\Z")  # no operator has it
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[1-9][0-9]{6,7}\Z")
_EARLIEST_YEAR = 1875  # nobody alive was born before


class Identity(Struct, frozen=True):
    """A checked number in its 18-character form, and what it says about its holder."""

    number: str
    region: str
    birth: date
    sex: Sex

    def age(self, today: date) -> int:
        """Completed years on that day."""
        return age(self.birth, today)


def checksum(first17: str) -> str:
    """The 18th character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def parse_identity(text: str, today: date, allow_sample_region: bool = False) -> Identity:
    """An 18- or (older) 15-digit identity number → Identity; spaces, full width and a small x are put right.

    ``today`` bounds the birth date. A number that begins with 99 is a person of the sample county and is
    refused as ``id_region_unknown`` unless ``allow_sample_region``.
    """
    number = _upgrade("".join(half_width(text).split()).upper())
    if not is_known(number[:6], allow_sample_region):
        raise InputError("id_region_unknown", field="id_number")
    birth = _birth(number, today)
    if checksum(number[:17]) != number[17]:
        raise InputError("id_checksum", field="id_number")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return Identity(number=number, region=number[:6], birth=birth, sex=sex)


def _upgrade(number: str) -> str:
    """18 characters; a 15-digit number gets its century and check character."""
    if not number:
        raise InputError("id_missing", field="id_number")
    if len(number) not in (15, 18):
        raise InputError("id_wrong_length", field="id_number", length=len(number))
    if not _NUMBER.match(number):
        raise InputError("id_not_digits", field="id_number")
    if len(number) == 18:
        return number
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + checksum(first17)


def _birth(number: str, today: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InputError("id_birth_date", field="id_number") from None
    if birth.year < _EARLIEST_YEAR:
        raise InputError("id_birth_date", field="id_number")
    if birth > today:
        raise InputError("id_birth_in_future", field="id_number")
    return birth


def age(birth: date, today: date) -> int:
    """Completed years; one born on 29 February turns a year older on 1 March of other years."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def tail(number: str) -> str:
    """The last four characters, which a cadre may search and say aloud."""
    return number[-4:]


def mask_identity(number: str) -> str:
    """``110101********1234``: region and tail, without the birth date (DOMAIN §7)."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else "*" * len(number)


def mask_phone(number: str) -> str:
    """``138****1234``."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def mask_account(number: str) -> str:
    """Only the last four digits."""
    return f"{'*' * (len(number) - 4)}{number[-4:]}" if len(number) > 4 else "*" * len(number)


def mask_name(name: str) -> str:
    """The first character and one star for each other, as public notices print it (R16)."""
    return name[:1] + "*" * (len(name) - 1)


def luhn_digit(digits: str) -> str:
    """The check digit to append to ``digits`` (ISO/IEC 7812-1)."""
    plain = list(map(int, reversed(digits)))
    return str(-(sum(plain[1::2]) + sum([_DOUBLED[n] for n in plain[::2]])) % 10)


def check_account(text: str) -> str:
    """A bank account without spaces or hyphens; 12 to 19 digits whose last is the Luhn digit.

    Old passbooks fail ``account_checksum`` and are still good: R8 only warns then.
    """
    number = "".join(half_width(text).split()).replace("-", "")
    if not number:
        raise InputError("account_missing", field="account")
    if not _DIGITS.match(number):
        raise InputError("account_not_digits", field="account")
    if not 12 <= len(number) <= 19:
        raise InputError("account_wrong_length", field="account", length=len(number))
    if luhn_digit(number[:-1]) != number[-1]:
        raise InputError("account_checksum", field="account")
    return number


def check_phone(text: str, allow_sample: bool = False) -> str:
    """A mainland mobile or a landline with area code, digits only; +86, spaces and hyphens are put right.

    ``allow_sample`` also takes numbers that begin with 12, which no operator gives out.
    """
    number = re.sub(r"[\s()-]", "", half_width(text))
    number = re.sub(r"^(\+86|0086)", "", number)
    if not number:
        raise InputError("phone_missing", field="phone")
    known = (
        _MOBILE.match(number) or _LANDLINE.match(number) or (allow_sample and _SAMPLE_MOBILE.match(number))
    )
    if not known:
        raise InputError("phone_invalid", field="phone")
    return number
