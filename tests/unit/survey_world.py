"""Questionnaires for tests of the phone: a small form, published as the feed brings it, on a real store."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from forms_kit import ask, bind, choose, repeat, xform
from visit_world import World, make_world

from app.actions.fill_survey import Filling, open_survey
from app.actions.start_survey import start_survey
from app.store.tables import orgs
from domain.ids import new_id
from sync.ports import TimeAnchor
from sync.protocol.forms import FormDoc, FormFile, form_key
from sync.protocol.messages import Change, SignedTime
from tests.contracts.fake_device import Disk, FakeFolder

ANCHOR = TimeAnchor(SignedTime(server_time="2027-01-20T11:00:00.000Z", sig=""), "boot-1", 0, 1)
UPLOAD = '<upload ref="{0}" mediatype="{1}"><label>{0}</label></upload>'


def upload(path: str, media: str = "image/*") -> str:
    return UPLOAD.format(path, media)


def pick(path: str, table: str = "h") -> str:
    """A choice from a table of rows with name and label."""
    return (
        f'<select1 ref="{path}"><label>?</label><itemset nodeset="instance(\'{table}\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>'
    )


ASSESSMENT = xform(
    '<name/><ill/><cause/><photo/><sign/><sound/><paper/><people jr:template=""><who/><face/></people>'
    "<people><who/><face/></people><count/><began/><ended/><phone/><filler/><day/>",
    bind("/data/name", required="true()")
    + bind("/data/cause", relevant="/data/ill = 'yes'")
    + bind("/data/photo", type="binary", relevant="/data/ill = 'yes'", orx_max_pixels="200")
    + bind("/data/sign", type="binary")
    + bind("/data/sound", type="binary")
    + bind("/data/paper", type="binary")
    + bind("/data/people/face", type="binary")
    + bind("/data/count", type="int", calculate="count(/data/people[who != ''])")
    + bind("/data/began", type="dateTime", jr_preload="timestamp", jr_preloadParams="start")
    + bind("/data/ended", type="dateTime", jr_preload="timestamp", jr_preloadParams="end")
    + bind("/data/phone", jr_preload="property", jr_preloadParams="phonenumber")
    + bind("/data/filler", jr_preload="property", jr_preloadParams="username")
    + bind("/data/day", type="date", jr_preload="date", jr_preloadParams="today"),
    ask("/data/name", "姓名")
    + choose("/data/ill", "yes", "no")
    + ask("/data/cause", "病因")
    + upload("/data/photo")
    + upload("/data/sign")
    + upload("/data/sound", "audio/*")
    + upload("/data/paper", "application/*")
    + repeat("/data/people", ask("/data/people/who", "家人") + upload("/data/people/face")),
)
"""A required name, a photo that only the ill are asked for, a signature, a sound, a paper, rows with photos,
a calculation and the form's own metadata."""

NEWER = ASSESSMENT.replace("病因", "得的什么病").replace('version="1"', 'version="2"')
UNKNOWN = xform("<a/><b/>", bind("/data/b", calculate="teleport(/data/a)"), ask("/data/a"))
"""Asks for a function that this app does not know."""


def form_doc(source: str = ASSESSMENT, form_id: str = "needs", version: str = "1", **more: Any) -> FormDoc:
    facts: dict[str, Any] = {
        "form_id": form_id,
        "version": version,
        "title": "五需评估",
        "subject": "household",
        "xform": source,
        "xform_sha256": hashlib.sha256(source.encode()).hexdigest(),
        "languages": [],
        "published_at": f"2026-11-2{version}T00:00:00.000Z",
    }
    return FormDoc(**{**facts, **more})


def csv_file(name: str, text: str) -> FormFile:
    data = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    return FormFile(name=name, content_type="text/csv", data=data)


def change(doc: FormDoc) -> Change:
    return Change(kind="form", id=form_key(doc.form_id, doc.version), doc=msgspec.to_builtins(doc))


def tombstone(key: str) -> Change:
    return Change(kind="form", id=key)


def feed(world: World, *changes: Change) -> None:
    """One page of the feed, as the road applies it."""
    world.notes.append("page")
    world.services.store.apply_changes(changes, f"c{len(world.notes)}", ANCHOR)


def publish(world: World, *docs: FormDoc) -> None:
    feed(world, *(change(doc) for doc in docs or (form_doc(),)))


def survey_world(folder: Path, disk: Disk | None = None) -> World:
    """make_world with the assessment published; ``disk``: on this pretended device instead of a folder."""
    world = make_world(FakeFolder(disk) if disk is not None else folder)  # type: ignore[arg-type]
    publish(world)
    return world


def begin(world: World, **more: Any) -> Filling:
    """The assessment of the first household, begun and open."""
    about: Mapping[str, Any] = more or {"household": world.household.id}
    return open_survey(world.services, start_survey(world.services, "needs@1", **about))


def kill(world: World, survey: Filling) -> Filling:
    """The app is gone at this moment and starts again."""
    world.reopen()
    return open_survey(world.services, survey.draft.id)


def add_org(world: World, name: str = "红旗机械厂") -> str:
    org = new_id()
    document = {"id": org, "code": "QS-ENT-1", "name": name, "type": "enterprise", "region": "990101"}
    orgs(world.db).put(document)
    return org
