"""The sample county 青山县: complete, consistent, nobody's (DOMAIN §5)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from domain.codes import Category, FileLevel, FileStatus, OrgType, Outcome, Role, VisitType
from domain.errors import InputError
from domain.identity import check_account, check_phone, parse_identity
from domain.models import Beneficiary
from domain.rules import r7, r8_identity, r15, r17, r19_phone, r22
from domain.search import entry_for, search
from registry.service.sample.names import pinyin
from registry.service.sample_county import make_county

COUNTY = make_county()
PEOPLE = [person for file in COUNTY.households for person in file.people()]
TODAY = date(2026, 12, 1)


def test_every_load_is_the_same_county() -> None:
    """The same seed gives the same ids, names and numbers; another seed gives others."""
    assert make_county() == COUNTY
    assert make_county(7).households != COUNTY.households


def test_the_organisations_stand_in_two_trees() -> None:
    """S30: a county, 6 towns, an industry, 20 enterprises, a service centre."""
    kinds = Counter(org.type for org in COUNTY.orgs)
    assert kinds == {
        OrgType.COUNTY: 1,
        OrgType.TOWN: 6,
        OrgType.INDUSTRY: 1,
        OrgType.ENTERPRISE: 20,
        OrgType.CENTRE: 1,
    }
    known: set[str] = set()
    for org in COUNTY.orgs:  # parents come first, so that foreign keys hold while loading
        assert {org.parent_territorial, org.parent_industrial} - {None} <= known
        known.add(org.id)
    assert sum(1 for org in COUNTY.orgs if org.parent_industrial) == 8


def test_files_in_every_status_and_category() -> None:
    """S1: 300 files, no combination is missing."""
    assert len(COUNTY.households) == 300
    seen = {(file.status, file.category) for file in COUNTY.households}
    assert seen == {(status, category) for status in FileStatus for category in Category}
    assert {file.level for file in COUNTY.households} == set(FileLevel)
    assert all(file.status_on(TODAY) is file.status for file in COUNTY.households)


def test_the_files_obey_the_rules() -> None:
    """R7, R8, R15, R17, R19, R22: nothing in the sample would be flagged."""
    rules = COUNTY.campaign.rules
    staff = [user.phone for user in COUNTY.users]
    for file in COUNTY.households:
        results = [
            r7(file, COUNTY.households, rules),
            r15(file, rules),
            r17(file, TODAY, rules),
            r22(file, rules),
        ]
        results.append(r19_phone(file.worker.phone, [file.id], staff, rules))
        for person in file.people():
            who = Beneficiary(name=person.name, id_number=person.id_number)
            results.append(r8_identity(who, TODAY, rules))
        assert [one for one in results if one.outcome is Outcome.FAIL] == []


def test_nobody_in_it_can_be_real() -> None:
    """R8: numbers, telephones and accounts pass their checksums and exist nowhere."""
    for person in PEOPLE:
        found = parse_identity(person.id_number, TODAY, allow_sample_region=True)
        assert (found.birth, found.sex) == (person.birth, person.sex)
        with pytest.raises(InputError, match="id_region_unknown"):
            parse_identity(person.id_number, TODAY)
    phones = [file.worker.phone for file in COUNTY.households] + [user.phone for user in COUNTY.users]
    assert len(set(phones)) == len(phones)
    for phone in phones:
        assert check_phone(phone, allow_sample=True) == phone
        with pytest.raises(InputError):
            check_phone(phone)
    accounts = [file.bank for file in COUNTY.households if file.bank]
    assert len(accounts) > 250
    assert all(check_account(one.number).startswith("9999") for one in accounts)


def test_names_are_as_varied_as_people() -> None:
    """S15: two characters, rare ones, compound surnames, long minority names, all within GBK."""
    names = {person.name for person in PEOPLE}
    assert any(len(name) == 2 for name in names)
    assert any(len(name) > 10 for name in names)
    assert "阿依古丽·买买提" in names
    assert names & {name for name in names if name.startswith(("欧阳", "上官", "司徒", "尉迟"))}
    for name in names:
        assert name.encode("gbk")
        assert len(name) >= 2


def test_names_are_found_by_their_readings() -> None:
    """S25: a surname with a reading of its own is searched by that reading."""
    assert (pinyin("单红").full, pinyin("单红").initials) == ("shanhong", "sh")
    assert pinyin("阿依古丽·买买提").initials == "ayglmmt"
    entries = [entry_for(file) for file in COUNTY.households]
    one = next(file for file in COUNTY.households if file.worker.name == "阿依古丽·买买提")
    assert search(entries, "ayglmmt")[0] == one.id
    assert one.id in search(entries, one.worker.id_number[-4:])


def test_users_of_every_role() -> None:
    """S9: each role has somebody, and the demo people have theirs."""
    assert {role for user in COUNTY.users for role in user.roles} == set(Role)
    roles = {user.id: user.roles for user in COUNTY.users}
    assert roles[COUNTY.demo_cadre_id] == (Role.CADRE,)
    assert roles[COUNTY.demo_delegate_id] == (Role.DELEGATE,)
    assert roles[COUNTY.demo_supervisor_id] == (Role.SUPERVISOR,)


def test_every_household_has_its_cadre() -> None:
    """S25: the demo cadre has 40 households, most of them active; each file has exactly one cadre."""
    by_cadre = [one for one in COUNTY.assignments if one.delegation_id is None]
    assert Counter(one.household_id for one in by_cadre) == Counter(file.id for file in COUNTY.households)
    files = {file.id: file for file in COUNTY.households}
    mine = [files[one.household_id] for one in by_cadre if one.user_id == COUNTY.demo_cadre_id]
    assert len(mine) == 40
    assert sum(1 for file in mine if file.status is FileStatus.ACTIVE) >= 25


def test_the_delegation_tours_six_households() -> None:
    """S26, S28: an itinerary over two days, with households it may pay in cash from central funds."""
    files = {file.id: file for file in COUNTY.households}
    homes = [files[stop.household_id] for stop in COUNTY.delegation.itinerary if stop.household_id]
    assert len(homes) == 6
    assert all(file.status is FileStatus.ACTIVE and file.level is FileLevel.NATIONAL for file in homes)
    kinds = {stop.visit_type for stop in COUNTY.delegation.itinerary}
    assert kinds == {VisitType.HOME, VisitType.ENTERPRISE, VisitType.UNION, VisitType.CENTRE}
    assert COUNTY.delegation.has(COUNTY.demo_delegate_id)
    scope = {one.household_id for one in COUNTY.assignments if one.user_id == COUNTY.demo_delegate_id}
    assert scope == {file.id for file in homes}
    start, end = COUNTY.campaign.starts_on, COUNTY.campaign.ends_on
    assert all(start <= stop.day <= end for stop in COUNTY.delegation.itinerary)


def test_a_demonstration_in_winter_falls_into_the_campaign() -> None:
    """S8: from November to the Lantern Festival the campaign is under way; reports are due after it."""
    campaign = COUNTY.campaign
    assert campaign.starts_on <= date(2026, 11, 1)
    assert date(2027, 2, 20) <= campaign.ends_on
    assert all(deadline.due > campaign.ends_on for deadline in campaign.deadlines)


def test_the_money_is_allocated_by_source() -> None:
    """S8: the county and each town know what they may spend from which source."""
    pairs = [(one.org_id, one.source) for one in COUNTY.allocations]
    assert len(set(pairs)) == len(pairs) == 31
    assert all(one.campaign_id == COUNTY.campaign.id and one.amount > 0 for one in COUNTY.allocations)
