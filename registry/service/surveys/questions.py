"""Which questions of a form can be filtered and charted, and the form that answers them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from forms.definition import Block, Control, ElementDef, Group, Repeat
from registry.db.tables import form_versions
from registry.service.errors import RefusedError
from registry.service.forms.shelf import KnownForm
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.surveys.labels import Words
from registry.service.surveys.sensitive import kind_of
from registry.service.surveys.values import CALCULATE, CHOICES, DAYS, NUMBERS, is_kept, type_of
from sync.protocol.forms import QuestionInfo, QuestionsAnswer

CHARTED = CHOICES | NUMBERS | DAYS | {CALCULATE}


async def list_questions(
    office: Office, who: Principal, form_id: str, version: str = "", language: str = ""
) -> QuestionsAnswer:
    """Raises RefusedError: forbidden, not_found."""
    who.require(READERS)
    async with office.reader.connect() as connection:
        form = await form_of(connection, office, who, form_id, version)
    questions = infos(form, Words(form, language))
    if not who.may(NAMED):
        questions = [replace(one, filter=one.filter and not kind_of(one.path)) for one in questions]
    return QuestionsAnswer(questions=questions, languages=list(form.definition.languages))


async def form_of(
    connection: AsyncConnection, office: Office, who: Principal, form_id: str, version: str = ""
) -> KnownForm:
    """The version asked for, else the one in use, else the newest. Raises RefusedError("not_found")."""
    return (await forms_of(connection, office, who, form_id, version))[0]


async def forms_of(
    connection: AsyncConnection, office: Office, who: Principal, form_id: str, version: str = ""
) -> list[KnownForm]:
    """All versions ever published, or the one asked for; the one in use first, then the newest.

    Raises RefusedError("not_found").
    """
    of = form_versions.c
    where = [of.county == who.county, of.form_id == form_id, of.state != "draft"]
    if version:
        where.append(of.version == version)
    order = of.current.desc(), of.published_at.desc(), of.version.desc()
    hashes = list(
        (await connection.execute(select(of.xform_sha256).where(*where).order_by(*order))).scalars()
    )
    known = await office.forms.find(connection, who.county, hashes)
    found = [known[one] for one in hashes if one in known]
    if not found:
        raise RefusedError("not_found")
    return found


def infos(form: KnownForm, words: Words) -> list[QuestionInfo]:
    """In the form's order; what it computes comes last."""
    asked = [_info(form, words, element, group) for element, group in _asked(form.definition.body, words)]
    computed = [
        _info(form, words, element, "")
        for element in form.definition.elements.values()
        if type_of(element) == CALCULATE
    ]
    return [info for info in (*asked, *computed) if info is not None]


def _asked(blocks: list[Block], words: Words, group: str = "") -> Iterator[tuple[ElementDef, str]]:
    for block in blocks:
        if isinstance(block, Control):
            yield block.element, group
        elif isinstance(block, Group | Repeat):
            yield from _asked(block.children, words, words.text(block.label) or group)


def _info(form: KnownForm, words: Words, element: ElementDef, group: str) -> QuestionInfo | None:
    if not is_charted(form, element):
        return None
    label = words.question(element)
    open_ = kind_of(element.path) in ("", "name")
    return QuestionInfo(path=element.path, label=label, type=type_of(element), group=group, filter=open_)


def is_charted(form: KnownForm, element: ElementDef) -> bool:
    """Texts are not counted; a name that a form looks up is a text. Of what is hidden only choices are: the
    least and the most of a number are somebody's answers."""
    kind = type_of(element)
    if kind not in CHOICES and kind_of(element.path):
        return False
    return kind in CHARTED and is_kept(form, element)
