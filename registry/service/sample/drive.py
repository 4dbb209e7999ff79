"""两节送温暖 2027: the campaign, its money by source, and the delegation that travels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain.codes import FundSource, LeaderOrgan, TargetGroup, VisitType
from domain.models import (
    Campaign,
    Deadline,
    Delegation,
    DelegationMember,
    FundAllocation,
    HouseholdFile,
    Quota,
    RuleSettings,
    Stop,
    User,
)
from registry.service.sample import words
from registry.service.sample.dice import Dice
from registry.service.sample.files import LOW_INCOME_LINE
from registry.service.sample.offices import Offices

_COUNTY_MONEY = {
    FundSource.CENTRAL_FISCAL: 420_000,
    FundSource.PROV_FISCAL: 260_000,
    FundSource.LOCAL_FISCAL: 180_000,
    FundSource.UPPER_UNION: 90_000,
    FundSource.UNION_MATCHING: 150_000,
    FundSource.ADMIN_FUND: 50_000,
    FundSource.DONATION: 66_600,
}
_TOWN_MONEY = {
    FundSource.CENTRAL_FISCAL: 60_000,
    FundSource.PROV_FISCAL: 30_000,
    FundSource.UNION_MATCHING: 40_000,
    FundSource.DONATION: 8_000,
}


def make_campaign(dice: Dice, offices: Offices) -> Campaign:
    """From 1 November 2026 to 20 February 2027 (the Lantern Festival), with the default severities."""
    return Campaign(
        id=dice.new_id(),
        code="2027-liangjie",
        name="2027年元旦春节送温暖",
        org_id=offices.county.id,
        region=words.REGION,
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 2, 20),
        rules=RuleSettings(low_income_line=Decimal(LOW_INCOME_LINE), allow_sample_region=True),
        deadlines=(
            Deadline(name="送温暖工程统计表", due=date(2027, 2, 25)),
            Deadline(name="困难职工帮扶中心统计表", due=date(2027, 2, 25)),
            Deadline(name="送温暖专项资金发放实名制汇总表", due=date(2027, 2, 28)),
        ),
        target_groups=(
            TargetGroup.LOW_INCOME_OR_JOBLESS,
            TargetGroup.ILLNESS_DISASTER,
            TargetGroup.HOLIDAY_DUTY,
            TargetGroup.MODEL_WORKER,
            TargetGroup.MIGRANT,
        ),
    )


def make_allocations(dice: Dice, campaign: Campaign, offices: Offices) -> tuple[FundAllocation, ...]:
    """What the county keeps for itself, and what each town received."""
    plans = [(offices.county, _COUNTY_MONEY), *((town, _TOWN_MONEY) for town in offices.towns)]
    return tuple(
        FundAllocation(
            id=dice.new_id(), campaign_id=campaign.id, org_id=org.id, source=source, amount=Decimal(amount)
        )
        for org, money in plans
        for source, amount in money.items()
    )


def make_delegation(
    dice: Dice,
    campaign: Campaign,
    offices: Offices,
    travellers: Sequence[User],
    households: Sequence[HouseholdFile],
) -> Delegation:
    """Two days: the service centre, an enterprise and a town union, and the households in between."""
    first, second = date(2027, 1, 19), date(2027, 1, 20)
    half = len(households) // 2
    stops = [
        Stop(day=first, order=1, visit_type=VisitType.CENTRE, org_id=offices.centre.id),
        *_homes(first, 2, households[:half]),
        Stop(day=second, order=1, visit_type=VisitType.ENTERPRISE, org_id=offices.enterprises[0].id),
        Stop(day=second, order=2, visit_type=VisitType.UNION, org_id=offices.towns[2].id),
        *_homes(second, 3, households[half:]),
    ]
    members = tuple(DelegationMember(name=one.name, post=one.post, user_id=one.id) for one in travellers)
    return Delegation(
        id=dice.new_id(),
        campaign_id=campaign.id,
        name=f"{words.COUNTY}第一慰问团",
        leader=DelegationMember(name=words.LEADER, post="县人大常委会副主任"),
        leader_organ=LeaderOrgan.PEOPLES_CONGRESS,
        members=members,
        itinerary=tuple(stops),
        quotas=(
            Quota(visit_type=VisitType.ENTERPRISE, count=1),
            Quota(visit_type=VisitType.HOME, count=len(households)),
        ),
        on_behalf_of="县委、县政府",
    )


def _homes(day: date, start: int, households: Sequence[HouseholdFile]) -> list[Stop]:
    return [
        Stop(day=day, order=start + number, visit_type=VisitType.HOME, household_id=household.id)
        for number, household in enumerate(households)
    ]
