"""Intake of filled questionnaires: two steps inside the batch's one transaction.

The registry reads the answers once more with the form they were given in, and only flags: ``form_unknown``
for a version it never published, ``answers_invalid`` for answers that the form would not have let pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.dhash import is_flat
from domain.models import SurveyBody
from registry.db.bulk import insert_many
from registry.db.tables import photo_prints, records
from registry.service.intake_items import Item
from registry.service.intake_known import Facts
from registry.service.intake_rules import Judged
from registry.service.intake_write import CHECK, PRINT, REF
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.surveys import rows
from registry.service.surveys.named import named_rows
from registry.service.surveys.reading import Reading, read_answers, unfold

Read = Mapping[str, Reading]
"""By the record's hash."""


async def read_surveys(
    connection: AsyncConnection, office: Office, who: Principal, items: Sequence[Item]
) -> Read:
    """Read all questionnaires of a batch; adds flags to the items. Takes no lock."""
    bodies = {item.hash: item.survey for item in items if item.survey is not None}
    if not bodies:
        return {}
    known = await office.forms.find(connection, who.county, {one.xform_sha256 for one in bodies.values()})
    flats = await asyncio.to_thread(
        lambda: {key: unfold(known.get(body.xform_sha256), body) for key, body in bodies.items()}
    )
    answers = {answer for flat in flats.values() for answer in flat.given.values()}
    named = await named_rows(connection, who.county, answers)
    read = await asyncio.to_thread(
        lambda: {
            key: read_answers(known.get(body.xform_sha256), body, flats[key], named)
            for key, body in bodies.items()
        }
    )
    copied = await _copied(connection, who, list(bodies.values()))
    for item in items:
        if item.survey is not None:
            item.flags += read[item.hash].flags
            if any((item.survey.household_id, one) in copied for one in _pictures(item.survey)):
                item.flags.append("R12")
    return read


def _pictures(body: SurveyBody) -> set[str]:
    """What a photo is known by: the hash of the original and the picture's own (R12)."""
    originals = {one.original_sha256 for one in body.files if one.original_sha256}
    return originals | {one.dhash for one in body.files if one.dhash and not is_flat(one.dhash)}


async def _copied(
    connection: AsyncConnection, who: Principal, bodies: Sequence[SurveyBody]
) -> set[tuple[str | None, str]]:
    """(household of the filling, picture) of photos that another household has already (R12)."""
    pictures = {one for body in bodies for one in _pictures(body)}
    if not pictures:
        return set()
    of = photo_prints.c
    same = and_(of.county == who.county, or_(of.original_sha256.in_(pictures), of.dhash.in_(pictures)))
    rows = (await connection.execute(select(of.household_id, of.original_sha256, of.dhash).where(same))).all()
    return {
        (body.household_id, picture)
        for body in bodies
        for picture in _pictures(body)
        for row in rows
        if row.household_id != body.household_id and picture in (row.original_sha256, row.dhash)
    }


async def write_surveys(
    connection: AsyncConnection,
    who: Principal,
    accepted: Sequence[Judged],
    read: Read,
    facts: Facts,
    received_at: datetime,
) -> None:
    """Files, facts, values and checks of accepted questionnaires."""
    found = [(one, one.item, one.item.survey) for one in accepted if one.item.survey is not None]
    if not found:
        return
    county = who.county
    refs = [row for _, item, body in found for row in rows.refs(item, body)]
    await insert_many(connection, "media_refs", county, REF, refs)
    told = [rows.facts(one, b, _path(b, who, facts), who.user_id, received_at) for one, _, b in found]
    await insert_many(connection, "surveys", county, rows.SURVEY, told)
    values = [row for _, item, body in found for row in rows.values(item, body, read[item.hash])]
    await insert_many(connection, "survey_values", county, rows.VALUE, values)
    checks = [rows.checks(item, read[item.hash], received_at) for _, item, _ in found]
    await insert_many(connection, "record_checks", county, CHECK, checks)
    prints = [row for _, item, body in found for row in rows.prints(item, body)]
    await insert_many(connection, "photo_prints", county, PRINT, prints)


async def copied_meanwhile(
    connection: AsyncConnection, who: Principal, accepted: Sequence[Judged]
) -> list[str]:
    """Look once more while the county's feed is held: every batch that went before has been committed by now
    and none comes between, so of two that brought the same photo at once the later one is flagged (R12).
    Returns the records."""
    mine = [one for one in accepted if one.item.survey and "R12" not in one.flags]
    copied = await _copied(connection, who, [one.item.survey for one in mine if one.item.survey])
    late = [
        one.item.id
        for one in mine
        if one.item.survey
        and copied & {(one.item.survey.household_id, p) for p in _pictures(one.item.survey)}
    ]
    if late:
        flagged = records.c.county == who.county, records.c.id.in_(late), records.c.state == "accepted"
        more = func.array_append(records.c.flags, "R12")
        await connection.execute(update(records).where(*flagged).values(flags=more))
    return late


def _path(body: SurveyBody, who: Principal, facts: Facts) -> str:
    """Who may see it: those above the household's union, the organisation, or else the author."""
    return facts.paths.get(body.household_id or "") or facts.org_paths.get(body.org_id or "") or who.path
