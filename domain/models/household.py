"""The hardship file of one household (建档立卡): the gate for all aid (S1, S17)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.codes import (
    ActivationStep,
    AttachmentKind,
    Category,
    Cause,
    Disability,
    EthnicGroup,
    ExpenseKind,
    FileLevel,
    FileStatus,
    Health,
    Housing,
    IncomeKind,
    Insurance,
    LegacyCategory,
    LifeState,
    MemberState,
    Relation,
    Sex,
    TargetGroup,
    WorkState,
)
from domain.ids import Id
from domain.models.base import LongText, Model, MoneyModel, Sha256, ShortText
from domain.models.orgs import Region
from domain.places import Place


class Pinyin(Model, frozen=True, kw_only=True):
    """A name for searching: ``wangxiuying`` and ``wxy``; computed by the registry, all lower case."""

    full: str = ""
    initials: str = ""


class Person(Model, frozen=True, kw_only=True):
    """Anybody in a household. ``id_number`` is 18 characters, or empty when it is not known."""

    id: Id
    name: ShortText
    id_number: str = ""
    birth: date | None = None
    sex: Sex | None = None
    phone: str = ""
    ethnic_group: EthnicGroup = EthnicGroup.HAN
    health: Health = Health.HEALTHY
    disability: Disability = Disability.NONE
    illness: ShortText = ""
    life: LifeState = LifeState.PRESENT
    pinyin: Pinyin = Pinyin()


class Worker(Person, frozen=True, kw_only=True):
    """The worker whose file it is."""

    work_state: WorkState
    employer: ShortText = ""
    employer_id: Id | None = None
    migrant: bool = False
    model_worker: bool = False
    insurance: tuple[Insurance, ...] = ()


class Member(Person, frozen=True, kw_only=True):
    """A family member; a beneficiary too, for example a student (S22)."""

    relation: Relation
    state: MemberState
    school_or_employer: ShortText = ""


class Address(Model, frozen=True, kw_only=True):
    """Chinese order, from large to small; ``door`` says how to find it, in a neighbour's words."""

    county: ShortText
    town: ShortText
    village: ShortText
    detail: ShortText
    door: LongText = ""
    place: Place | None = None

    def line(self) -> str:
        """One line without the way to the door."""
        return f"{self.county}{self.town}{self.village}{self.detail}"


class BankAccount(Model, frozen=True, kw_only=True):
    bank: ShortText
    branch: ShortText
    number: str
    holder: ShortText


class Income(MoneyModel, frozen=True, kw_only=True):
    """Yuan over the last 12 months; ``person_id`` is None for what belongs to the household."""

    kind: IncomeKind
    amount: Decimal
    person_id: Id | None = None


class RigidExpense(MoneyModel, frozen=True, kw_only=True):
    """Yuan over the last 12 months that R22 takes off the income."""

    kind: ExpenseKind
    amount: Decimal
    person_id: Id | None = None


class Attachment(Model, frozen=True, kw_only=True):
    kind: AttachmentKind
    sha256: Sha256
    name: ShortText = ""


class StatusChange(Model, frozen=True, kw_only=True):
    """The file had this status from that local day on."""

    status: FileStatus
    since: date
    reason: ShortText = ""


class HouseholdFile(Model, frozen=True, kw_only=True):
    """One household, one file (R7); ``county_id`` is the distribution key, ``org_id`` its union."""

    id: Id
    number: ShortText
    county_id: Id
    org_id: Id
    region: Region
    level: FileLevel
    status: FileStatus
    category: Category
    worker: Worker
    address: Address
    main_cause: Cause
    other_causes: tuple[Cause, ...] = ()
    legacy_category: LegacyCategory | None = None
    target_groups: tuple[TargetGroup, ...] = ()
    area_tags: tuple[ShortText, ...] = ()
    members: tuple[Member, ...] = ()
    housing: Housing = Housing.OWNED
    incomes: tuple[Income, ...] = ()
    rigid_expenses: tuple[RigidExpense, ...] = ()
    bank: BankAccount | None = None
    paired_helper: Id | None = None
    attachments: tuple[Attachment, ...] = ()
    activation: tuple[ActivationStep, ...] = ()
    history: tuple[StatusChange, ...] = ()
    checked_on: date | None = None
    wish: LongText = ""

    def people(self) -> tuple[Worker | Member, ...]:
        """The worker first, then the family."""
        return (self.worker, *self.members)

    def status_on(self, day: date) -> FileStatus:
        """The status on that local day; a file without history has always had its present one."""
        past = [change for change in self.history if change.since <= day]
        if past:
            return max(past, key=lambda change: change.since).status
        return FileStatus.DRAFT if self.history else self.status
