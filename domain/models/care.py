"""After the visit: one plan per household (一户一策, S17), cases (诉求) and follow-ups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.codes import CaseChannel, CaseKind, CaseState, FollowUpKind, MeasureOutcome, NeedKind
from domain.ids import Id
from domain.models.base import LongText, Model, MoneyModel, ShortText


class Measure(Model, frozen=True, kw_only=True):
    """One measure with its owner, the day it is due and what came of it (S19)."""

    id: Id
    need: NeedKind
    action: LongText
    owner: ShortText
    due: date
    outcome: MeasureOutcome = MeasureOutcome.PLANNED
    outcome_note: LongText = ""


class Plan(Model, frozen=True, kw_only=True):
    id: Id
    household_id: Id
    measures: tuple[Measure, ...]


class Case(Model, frozen=True, kw_only=True):
    """A grievance or request, however it came in."""

    id: Id
    household_id: Id | None
    channel: CaseChannel
    kind: CaseKind
    topic: ShortText
    text: LongText
    due: date
    state: CaseState = CaseState.OPEN
    escalated_to: tuple[Id, ...] = ()


class FollowUp(MoneyModel, frozen=True, kw_only=True):
    """A call, a revisit or a sample check; ``received_amount`` is what the recipient says came (R19)."""

    id: Id
    household_id: Id
    kind: FollowUpKind
    due: date
    aid_id: Id | None = None
    done_on: date | None = None
    received_amount: Decimal | None = None
    note: LongText = ""
