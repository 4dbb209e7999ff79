"""Organisations, users, delegations, campaigns and their money (S8, S26–S30)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, field

from domain.codes import FileStatus, FundSource, LeaderOrgan, OrgType, Role, Severity, TargetGroup, VisitType
from domain.ids import Id
from domain.models.base import Count, LongText, Model, MoneyModel, ShortText

Region = Annotated[str, Meta(pattern="^[0-9]{6}([0-9]{3}){0,2}$")]


class Org(Model, frozen=True, kw_only=True):
    """One organisation in the territorial tree, the industrial tree, or both (S30)."""

    id: Id
    code: ShortText
    name: ShortText
    type: OrgType
    region: Region
    parent_territorial: Id | None = None
    parent_industrial: Id | None = None


class User(Model, frozen=True, kw_only=True):
    """Somebody who works with the product; ``roles`` apply to the subtree under ``org_id``."""

    id: Id
    org_id: Id
    name: ShortText
    roles: tuple[Role, ...]
    post: ShortText = ""
    phone: str = ""
    id_number: str = ""


class Assignment(Model, frozen=True, kw_only=True):
    """A household this user visits, alone or with the delegation (what a phone may hold)."""

    user_id: Id
    household_id: Id
    delegation_id: Id | None = None


class RuleSettings(MoneyModel, frozen=True, kw_only=True):
    """What a campaign decides about R1–R24. Amounts in yuan.

    ``severity`` maps a rule code to block | warn | off; a rule that is not named keeps its default.
    ``low_income_line`` is per person and month; ``relative_multiplier`` widens it for 相对困难 (R22).
    """

    severity: dict[str, Severity] = field(default_factory=dict)
    low_income_line: Decimal
    relative_multiplier: Decimal = Decimal("2.00")
    cap_per_time: Decimal = Decimal("3000.00")
    cap_per_year: Decimal = Decimal("6000.00")
    minimum_visitors: Count = 2
    donated_goods: bool = True
    cash_by_delegation_only: bool = True
    statuses_with_aid: tuple[FileStatus, ...] = (FileStatus.ACTIVE,)
    off_file_groups: tuple[TargetGroup, ...] = (
        TargetGroup.MODEL_WORKER,
        TargetGroup.HARSH_POST,
        TargetGroup.DISASTER_FRONTLINE,
        TargetGroup.HOLIDAY_DUTY,
        TargetGroup.POSTED_AWAY,
        TargetGroup.KEY_PROJECT,
    )
    excluded_incomes: tuple[str, ...] = ()
    excluded_expenses: tuple[str, ...] = ()
    near_photo_bits: Count = 8
    far_from_home_m: Count = 500
    proxy_follow_up_days: Count = 15
    recheck_days: Count = 365
    recheck_sample_percent: Count = 30
    keep_years: Count = 10
    lifted_follow_up_days: Count = 180
    allow_sample_region: bool = False


class Deadline(Model, frozen=True, kw_only=True):
    """A table that is due (S49)."""

    name: ShortText
    due: date


class Campaign(Model, frozen=True, kw_only=True):
    """One drive, such as 两节送温暖 2027; both days belong to it."""

    id: Id
    code: ShortText
    name: ShortText
    org_id: Id
    region: Region
    starts_on: date
    ends_on: date
    rules: RuleSettings
    deadlines: tuple[Deadline, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()


class FundAllocation(MoneyModel, frozen=True, kw_only=True):
    """Money of one source that an organisation may spend in a campaign (S8)."""

    id: Id
    campaign_id: Id
    org_id: Id
    source: FundSource
    amount: Decimal


class DelegationMember(Model, frozen=True, kw_only=True):
    """``user_id`` is None for a leader who does not use the app."""

    name: ShortText
    post: ShortText
    user_id: Id | None = None


class Stop(Model, frozen=True, kw_only=True):
    """One stop of the itinerary: a household or an organisation."""

    day: date
    order: Count
    visit_type: VisitType
    household_id: Id | None = None
    org_id: Id | None = None
    note: LongText = ""


class Quota(Model, frozen=True, kw_only=True):
    """Visits of one kind expected of a delegation (S28)."""

    visit_type: VisitType
    count: Count
    target_group: TargetGroup | None = None


class Delegation(Model, frozen=True, kw_only=True):
    """慰问团: the only payer of cash (R3). ``on_behalf_of`` names whom it greets for (S12)."""

    id: Id
    campaign_id: Id
    name: ShortText
    leader: DelegationMember
    leader_organ: LeaderOrgan
    members: tuple[DelegationMember, ...]
    itinerary: tuple[Stop, ...] = ()
    quotas: tuple[Quota, ...] = ()
    on_behalf_of: ShortText = ""

    def has(self, user_id: str) -> bool:
        """Whether this user travels with the delegation."""
        return any(person.user_id == user_id for person in (self.leader, *self.members))
