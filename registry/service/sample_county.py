"""The sample county 青山县: pure and deterministic, nothing is written anywhere.

Everybody in it is fictional: identity numbers pass the checksum but carry the sample region 99, telephones
begin with 12 and bank accounts with 9999, none of which exist; the county lies in an empty desert.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from domain.codes import FileLevel, FileStatus, Role
from domain.models import Assignment, Campaign, Delegation, FundAllocation, HouseholdFile, Org, User
from registry.service.sample.dice import Dice
from registry.service.sample.drive import make_allocations, make_campaign, make_delegation
from registry.service.sample.files import make_files
from registry.service.sample.offices import make_offices, make_users

SEED = 20260101
_DEMO_TOWN = 1  # 云溪镇
_DEMO_HOUSEHOLDS = 40
_DELEGATION_HOUSEHOLDS = 6


class SampleCounty(Struct, frozen=True, kw_only=True):
    """All of it, in an order that satisfies foreign keys; the three demo people are among ``users``."""

    county_id: str
    orgs: tuple[Org, ...]
    users: tuple[User, ...]
    households: tuple[HouseholdFile, ...]
    campaign: Campaign
    allocations: tuple[FundAllocation, ...]
    delegation: Delegation
    assignments: tuple[Assignment, ...]
    demo_cadre_id: str
    demo_delegate_id: str
    demo_supervisor_id: str


def make_county(seed: int = SEED) -> SampleCounty:
    """The same county for the same seed: 29 organisations, 14 users, 300 files, a campaign, a delegation."""
    dice = Dice(seed)
    offices = make_offices(dice)
    users = make_users(dice, offices)
    cadres = [user for user in users if Role.CADRE in user.roles]
    delegates = [user for user in users if Role.DELEGATE in user.roles]
    supervisor = next(user for user in users if Role.SUPERVISOR in user.roles)
    households = make_files(dice, offices.towns, offices.enterprises, cadres)
    campaign = make_campaign(dice, offices)
    toured = _toured(households, offices.towns[_DEMO_TOWN].id)
    delegation = make_delegation(dice, campaign, offices, delegates, toured)
    return SampleCounty(
        county_id=offices.county.id,
        orgs=offices.all(),
        users=tuple(users),
        households=tuple(households),
        campaign=campaign,
        allocations=make_allocations(dice, campaign, offices),
        delegation=delegation,
        assignments=(*_by_cadre(households, cadres), *_by_delegation(toured, delegates, delegation)),
        demo_cadre_id=cadres[_DEMO_TOWN].id,
        demo_delegate_id=delegates[0].id,
        demo_supervisor_id=supervisor.id,
    )


def _toured(households: Sequence[HouseholdFile], demo_town_id: str) -> list[HouseholdFile]:
    """The delegation greets nationally filed, active households outside the demo cadre's town."""
    elsewhere = [file for file in households if file.org_id != demo_town_id]
    fit = [one for one in elsewhere if one.status is FileStatus.ACTIVE and one.level is FileLevel.NATIONAL]
    return fit[:_DELEGATION_HOUSEHOLDS]


def _by_cadre(households: Sequence[HouseholdFile], cadres: Sequence[User]) -> list[Assignment]:
    """Each cadre visits the town's households; the demo cadre hands ten of them to the next town's."""
    demo, neighbour = cadres[_DEMO_TOWN], cadres[_DEMO_TOWN + 1]
    taken = 0
    found = []
    for file in households:
        user = next(cadre for cadre in cadres if cadre.id == file.paired_helper)
        if user is demo:
            taken += 1
            user = demo if taken <= _DEMO_HOUSEHOLDS else neighbour
        found.append(Assignment(user_id=user.id, household_id=file.id))
    return found


def _by_delegation(
    households: Sequence[HouseholdFile], delegates: Sequence[User], delegation: Delegation
) -> list[Assignment]:
    return [
        Assignment(user_id=user.id, household_id=file.id, delegation_id=delegation.id)
        for user in delegates
        for file in households
    ]
