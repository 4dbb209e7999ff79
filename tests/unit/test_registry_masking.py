"""What a document shows to somebody in the office who has given no reason yet (DOMAIN §7)."""

from __future__ import annotations

import msgspec
import pytest

from domain.models import FieldChange, HouseholdFile
from registry.service.masking import masked, told
from registry.service.sample_county import make_county


@pytest.fixture(scope="module")
def file():
    return next(one for one in make_county().households if one.bank and one.members and one.wish)


def test_who_judges_reads_names_but_no_numbers(file):
    """Names stay; ID numbers, phones, accounts and health do not."""
    shown = msgspec.json.encode(masked(msgspec.to_builtins(file))).decode()
    assert file.worker.name in shown
    assert file.wish in shown
    for secret in (file.worker.id_number, file.worker.phone, file.bank.number, '"health":"'):
        assert secret not in shown


def test_who_counts_reads_no_name_in_any_letters(file):
    """Worker, family, account holder, pinyin, and what is told about them; it is a file all the same."""
    doc = masked(msgspec.to_builtins(file), named=False)
    shown = msgspec.json.encode(doc).decode()
    for person in file.people():
        assert person.name not in shown
        assert person.pinyin.full not in shown
    again = msgspec.convert(doc, HouseholdFile)
    assert again.bank.holder == file.bank.holder[0] + "*" * (len(file.bank.holder) - 1)
    assert (again.bank.bank, again.address.town, again.category) == (
        file.bank.bank,
        file.address.town,
        file.category,
    )
    assert (again.wish, again.address.door) == ("***", "***")


@pytest.mark.parametrize("field", ["worker.name", "members.1.name", "bank.holder", "address.door", "wish"])
def test_a_correction_of_a_name_tells_a_counter_none(field):
    """Neither what the file said nor what it should say; others read both."""
    change = msgspec.to_builtins(FieldChange(field=field, before="王秀英", after="王小宝", reason="王秀英说"))
    assert masked(change) == change
    assert not {"王秀英", "王小宝", "王秀英说"} & set(masked(change, named=False).values())


def test_colleagues_are_called_by_name():
    """Everybody has the visitors' names from the feed; nothing was told where nothing was written."""
    body = {"visitors": [{"name": "李明"}], "note": ""}
    assert masked(body, named=False) == body
    assert (told("", named=False), told("话", named=True), told("话", named=False)) == ("", "话", "***")
