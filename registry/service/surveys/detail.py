"""One filling with everything a supervisor checks it against, and as the form's XML instance."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import REVIEWERS
from domain.identity import mask_name
from domain.models import SurveyBody
from forms.engine.seal import to_xml
from forms.xpath.nodes import Node
from registry.service.audit import note_by
from registry.service.chain import report
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import NAMED, Principal
from registry.service.surveys.labels import Words
from registry.service.surveys.lines import Lines
from registry.service.surveys.listing import survey_row, to_row
from registry.service.surveys.named import NamedRows, named_rows
from registry.service.surveys.reading import Reading, read_answers, unfold
from registry.service.surveys.sensitive import veil
from registry.service.times import wire
from registry.service.visit_detail import checks_of, media_of
from sync.protocol.forms import SurveyDetail
from sync.protocol.records import Sealed


@dataclass(frozen=True, slots=True)
class Filling:
    """A stored record, decoded and put into its form."""

    body: SurveyBody
    reading: Reading
    named: NamedRows


async def read_record(
    connection: AsyncConnection, office: Office, row: Any, *, named: bool = True
) -> Filling:
    """``row``: of survey_row; ``named``: expressions may look up whole names."""
    body = msgspec.convert(msgspec.json.decode(row.raw)["body"], SurveyBody)
    known = (await office.forms.find(connection, row.county, [body.xform_sha256])).get(body.xform_sha256)
    flat = unfold(known, body)
    people = await named_rows(connection, row.county, flat.given.values())
    reading = await asyncio.to_thread(read_answers, known, body, flat, shown(people, named))
    return Filling(body, reading, people)


async def survey_detail(office: Office, who: Principal, survey_id: str, language: str = "") -> SurveyDetail:
    """Masked; the sealed text is empty here and comes by a reveal with a reason.

    Raises RefusedError("forbidden" | "not_found").
    """
    async with office.reader.connect() as connection:
        row = await survey_row(connection, who, survey_id)
        filling = await read_record(connection, office, row, named=who.may(NAMED))
        media = await media_of(connection, row)
        form = filling.reading.form
        whole = who.may(NAMED)
        words = Words(form, language, shown(filling.named, whole)) if form is not None else None
        held = {one.sha256 for one in media if one.received}
        lines = Lines(filling.reading, filling.body, words, held, named=whole)
        return SurveyDetail(
            row=to_row(who, row),
            record=Sealed(id=row.id, hash=row.hash, sig=row.sig, record=""),
            lines=await asyncio.to_thread(lines.all),
            languages=list(form.definition.languages) if form is not None else [],
            earliest=wire(row.earliest) if row.earliest else None,
            latest=wire(row.latest),
            checks=await checks_of(connection, row, named=whole),
            chain=await report(connection, office.keys, row),
            media=media,
        )


def shown(named: NamedRows, whole: bool) -> NamedRows:
    """People's names as the reader may see them."""
    if whole:
        return named
    return NamedRows([row | {"label": mask_name(row["label"])} for row in named.households], named.orgs)


async def survey_xml(office: Office, who: Principal, survey_id: str, reason: str = "") -> str:
    """The filling as ODK submits it; personal answers masked, unless a reviewer gives a reason.

    Raises RefusedError: forbidden, not_found (also when no form of ours reads it).
    """
    whole = revealing(who, reason)
    async with office.engine.begin() as connection:
        row = await survey_row(connection, who, survey_id)
        filling = await read_record(connection, office, row)
        session = filling.reading.session
        if session is None:
            raise RefusedError("not_found")
        if whole:
            await note_by(
                connection, who, "reveal", ("survey", survey_id), reason.strip(), {"field": "instance.xml"}
            )
        else:
            _mask(session.root, who.may(NAMED))
    return to_xml(session.definition, session.root)


def revealing(who: Principal, reason: str) -> bool:
    """Whether answers are shown whole. Raises RefusedError: forbidden, validation_failed (the reason)."""
    if not reason:
        return False
    who.require(REVIEWERS)
    if not 2 <= len(reason.strip()) <= 500:
        raise RefusedError("validation_failed", field="reason")
    return True


def _mask(root: Node, named: bool) -> None:
    for node in root.walk():
        if node.value and node.defn is not None:
            node.value = veil(node.defn.path, node.value, named=named)


async def answer_of(
    connection: AsyncConnection, office: Office, who: Principal, survey_id: str, field: str
) -> str:
    """One answer whole, or the ``record``. Raises RefusedError: not_found, validation_failed (the field)."""
    row = await survey_row(connection, who, survey_id)
    if field == "record":
        return bytes(row.raw).decode()
    filling = await read_record(connection, office, row)
    if field not in filling.reading.given:
        raise RefusedError("validation_failed", field="field")
    return filling.reading.given[field]
