"""The cards of a household's screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum

import flet as ft

from app.actions.read_visits import SealedVisit
from app.lang import t
from app.views.components import Tone, body, card, detail, divider, dotted, fact, section, status
from app.views.context import go
from app.views.format import label, moment, yuan
from app.views.household.household_state import age_of
from app.views.theme import S1, S3
from domain.codes import VisitResult
from domain.models import HouseholdFile, Member


def address_card(file: HouseholdFile) -> ft.Control:
    """Where, and how a neighbour would tell the way."""
    lines: list[ft.Control] = [section(t("household.address.title")), body(file.address.line())]
    if file.address.door:
        lines.append(fact(t("household.address.door"), file.address.door))
    return card(lines, spacing=S3)


def members_card(file: HouseholdFile, today: date) -> ft.Control:
    """The family, one line each."""
    if not file.members:
        return card([section(t("household.members.none"))])
    lines: list[ft.Control] = [section(t("household.members.title", count=len(file.members)))]
    for member in file.members:
        lines += [divider(), _member(member, today)]
    return card(lines, spacing=S3)


def _member(member: Member, today: date) -> ft.Control:
    years = age_of(member, today)
    facts = [label(member.relation)]
    if years is not None:
        facts.append(t("household.member.age", age=years))
    facts.append(label(member.state))
    if member.school_or_employer:
        facts.append(member.school_or_employer)
    return ft.Column([body(member.name), dotted(facts)], spacing=S1, tight=True)


def hardship_card(file: HouseholdFile) -> ft.Control:
    """Why the household is in need."""
    worker = file.worker
    facts = [fact(t("household.file.cause"), label(file.main_cause))]
    if file.other_causes:
        facts.append(fact(t("household.file.other_causes"), _list(file.other_causes)))
    facts.append(fact(t("household.file.work"), label(worker.work_state)))
    if worker.employer:
        facts.append(fact(t("household.file.employer"), worker.employer))
    facts.append(fact(t("household.file.housing"), label(file.housing)))
    if file.target_groups:
        facts.append(fact(t("household.file.groups"), _list(file.target_groups)))
    if file.wish:
        facts.append(fact(t("household.file.wish"), file.wish))
    return card([section(t("household.file.title")), *facts], spacing=S3)


def _list(codes: Sequence[Enum]) -> str:
    return t("common.list.separator").join(label(one) for one in codes)


def visits_card(visits: list[SealedVisit], now: datetime) -> ft.Control:
    """Visits of this campaign, the newest first; a tap shows the record's road."""
    title = section(t("household.visits.title"))
    if not visits:
        return card([title, detail(t("household.visits.none"))])
    return card([title, *[_visit(one, now) for one in visits[:5]]], spacing=S3)


def _visit(visit: SealedVisit, now: datetime) -> ft.Control:
    words = [moment(visit.at, now), label(VisitResult(visit.result))]
    if visit.aid_total:
        words.append(t("household.visits.aid", amount=yuan(visit.aid_total)))
    done = visit.state in ("received", "complete")
    icon = ft.Icons.CLOUD_DONE_OUTLINED if done else ft.Icons.CLOUD_QUEUE
    line = status(icon, t(f"home.row.{visit.state}"), Tone.DONE if done else Tone.QUIET)
    return ft.Container(
        ft.Column([dotted(words, body), line], spacing=S1, tight=True),
        on_click=lambda: go(f"/records/{visit.id}"),
        ink=True,
        padding=ft.Padding.symmetric(vertical=S1),
    )
