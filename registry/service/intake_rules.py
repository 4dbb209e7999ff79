"""Intake, third step, no database: the phone's rules once more, on what the registry knows. They flag, they
never refuse: what was done at the door is evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.codes import AidStatus, Outcome
from domain.event_time import SLACK, Sent, moment_before, reckon
from domain.models import Aid, RuleResult, SurveyBody, VisitBody
from domain.rules import OtherPhoto, VisitContext, evaluate, for_record
from registry.service.intake_items import Item
from registry.service.intake_known import Facts, add_aid, add_print
from registry.service.keys import Keys

LOCAL = ZoneInfo("Asia/Shanghai")


class Arrival(NamedTuple):
    """How a batch came: the registry's clock, the phone's at sending, and since when it knows the phone. In
    the order of domain.event_time's functions."""

    at: datetime
    sent: Sent | None
    since: datetime | None


class Judged(NamedTuple):
    """A record ready to be written. ``at``: the likeliest moment within the bounds at which it was sealed;
    ``flags``: codes of failed rules, and what the registry noticed."""

    item: Item
    earliest: datetime | None
    latest: datetime
    at: datetime
    results: tuple[RuleResult, ...]
    aid: list[tuple[Aid, str]]
    prints: list[OtherPhoto]
    flags: list[str]
    started_at: datetime | None = None
    """When what the body tells of began; None for a type whose body is not read."""


def judge_all(items: list[Item], facts: Facts, keys: Keys, came: Arrival) -> list[Judged]:
    """In the order sent; a visit sees the aid and the photos of those before it."""
    return [judge_item(item, facts, keys, came) for item in items]


def judge_item(item: Item, facts: Facts, keys: Keys, came: Arrival) -> Judged:
    """Bounds, scope, rules."""
    assert item.event is not None
    earliest, latest, at, wrong_by = reckon(item.event, *came)
    flags = [*item.flags, *(["clock"] if abs(wrong_by) > SLACK else [])]
    started = None
    if item.about is not None:
        flags += _scope_flags(item.about, facts)
        started = moment_before(item.about.started, item.event, at, came.since)
    if item.visit is None:
        return Judged(item, earliest, latest, at, (), [], [], flags, started)
    day = at.astimezone(LOCAL).date()
    macs = _macs(item.visit, keys)
    results = _evaluate(item.visit, facts, macs, day)
    failed = {result.code for result in results if result.outcome is Outcome.FAIL}
    aid = [(_ledger(item, item.visit, line_no, day), mac) for line_no, mac in enumerate(macs)]
    prints = _prints(item.visit, facts)
    for line, mac in aid:
        add_aid(facts, line, mac)
    for photo in prints:
        add_print(facts, photo)
    return Judged(item, earliest, latest, at, results, aid, prints, flags + sorted(failed), started)


def _scope_flags(about: VisitBody | SurveyBody, facts: Facts) -> list[str]:
    if about.household_id is None:
        return []
    if about.household_id not in facts.households:
        return ["out_of_scope", "unknown_household"]
    return [] if about.household_id in facts.in_scope else ["out_of_scope"]


def _evaluate(visit: VisitBody, facts: Facts, macs: list[str], day: date) -> tuple[RuleResult, ...]:
    campaign = facts.campaigns.get(visit.campaign_id)
    if campaign is None:
        return ()
    earlier = {id(aid): aid for mac in macs for aid in facts.earlier_by_mac.get(mac, ())}
    earlier |= {id(aid): aid for aid in facts.earlier_by_household.get(visit.household_id or "", ())}
    others = {
        id(one): one
        for photo in visit.photos
        for key in (photo.original_sha256, photo.dhash)
        for one in facts.prints.get(key, ())
    }
    context = VisitContext(
        visit=visit,
        campaign=campaign,
        day=day,
        household=facts.households.get(visit.household_id or ""),
        delegation=facts.delegations.get(visit.delegation_id or ""),
        earlier_aid=tuple(earlier.values()),
        other_photos=tuple(others.values()),
        staff_id_numbers=facts.staff_numbers,
    )
    return for_record(evaluate(context))


def _macs(visit: VisitBody, keys: Keys) -> list[str]:
    return [keys.mac("id-number", line.beneficiary.id_number) for line in visit.aid]


def _ledger(item: Item, visit: VisitBody, line_no: int, day: date) -> Aid:
    line = visit.aid[line_no]
    return Aid(
        id=line.id,
        visit_id=item.id,
        campaign_id=visit.campaign_id,
        beneficiary=line.beneficiary,
        type=line.type,
        form=line.form,
        source=line.source,
        amount=line.amount,
        status=AidStatus.SIGNED,
        given_on=day,
        household_id=visit.household_id,
        org_id=visit.org_id,
    )


def _prints(visit: VisitBody, facts: Facts) -> list[OtherPhoto]:
    file = facts.households.get(visit.household_id or "")
    if file is None:
        return []
    return [
        OtherPhoto(
            household_id=file.id,
            household_number=file.number,
            sha256=photo.sha256,
            original_sha256=photo.original_sha256,
            dhash=photo.dhash,
        )
        for photo in visit.photos
    ]
