"""The draft of one questionnaire: what was answered so far, kept in the store at every touch (ADR 0007).

What never changes while filling is one document (table ``surveys``). What does is in many small ones (table
``survey_parts``), so that a touch writes what was touched and not five hundred answers. A part's id is the
survey's id, a mark and a path:

    =/data/person[1]/name   an answer as in forms.Session.answers()
    @/data/photo            the file an answer names (FileDraft)
    ~/data/signature        strokes drawn so far (Sketch)
    #                       where the person is, when, in which language (Touch)
    ^                       where on earth (PlaceDraft)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from app.actions.visit_draft import PlaceDraft, Strokes
from domain.models.survey import SurveySubject

P = TypeVar("P")
FileKind = Literal["photo", "drawing", "audio", "file"]
FileSource = Literal["camera", "album", "made"]
"""``made``: drawn, signed or recorded here, or a document picked on the phone."""

ANSWER, FILE, SKETCH, TOUCH, PLACE = "=", "@", "~", "#", "^"
ID_LENGTH = 36


class FileDraft(msgspec.Struct, kw_only=True):
    """A file on the shelf under ``sha256``; ``name`` is the answer's text. Photos have a thumbnail, the hash
    of the original as captured, a print (R12) and ``code``, the short code burnt into the picture.
    ``size`` in bytes, ``width`` and ``height`` in pixels, ``taken`` an EventTime."""

    name: str
    sha256: str
    size: int
    kind: FileKind
    content_type: str
    taken: dict[str, Any]
    source: FileSource = "camera"
    thumb_sha256: str = ""
    thumb_size: int = 0
    original_sha256: str = ""
    dhash: str = ""
    width: int = 0
    height: int = 0
    code: str = ""
    place: PlaceDraft = msgspec.field(default_factory=PlaceDraft)


class Sketch(msgspec.Struct, kw_only=True):
    """What was drawn so far in a pad of ``width`` × ``height`` units, kept after each stroke so that it can
    be continued, also after the drawing was taken as the answer. ``background``: the photo drawn on."""

    strokes: Strokes
    width: int
    height: int
    background: FileDraft | None = None


class Touch(msgspec.Struct, kw_only=True):
    """Where the person last was: ``page`` is a path for ``session.walker.jump``, "" at the beginning.
    ``changed_at``: UTC text; ``touched``: anything was answered."""

    changed_at: str
    touched: bool = False
    page: str = ""
    language: str = ""


class SurveyHead(msgspec.Struct, kw_only=True):
    """What is fixed when filling starts. ``started``: an EventTime. ``subject_name`` and ``subject_number``:
    of the household or organisation; both empty for a questionnaire about nobody."""

    id: str
    form_key: str
    form_id: str
    version: str
    title: str
    subject: SurveySubject
    author: str
    author_name: str
    started: dict[str, Any]
    household: str | None = None
    org: str | None = None
    subject_name: str = ""
    subject_number: str = ""
    visit_id: str | None = None
    campaign: str | None = None


class SurveyDraft(SurveyHead, kw_only=True):
    """A filling under way, whole. ``answers`` as ``forms.Session.answers()``; ``files`` and ``sketches`` by
    the path of their question; the rest is the last Touch."""

    changed_at: str
    touched: bool = False
    page: str = ""
    language: str = ""
    place: PlaceDraft = msgspec.field(default_factory=PlaceDraft)
    answers: dict[str, str] = {}
    files: dict[str, FileDraft] = {}
    sketches: dict[str, Sketch] = {}

    def touch(self) -> Touch:
        """The part that says where the person is."""
        return Touch(**{name: getattr(self, name) for name in Touch.__struct_fields__})


def part_id(survey_id: str, mark: str, path: str = "") -> str:
    return f"{survey_id}{mark}{path}"


def put_together(head: dict[str, Any], parts: list[dict[str, Any]]) -> SurveyDraft:
    """Stored documents → draft; unknown fields and parts of a newer app are ignored."""
    found: dict[str, dict[str, Any]] = {ANSWER: {}, FILE: {}, SKETCH: {}, TOUCH: {}, PLACE: {}}
    for part in parts:
        mark, path = part["id"][ID_LENGTH], part["id"][ID_LENGTH + 1 :]
        found.setdefault(mark, {})[path] = part["value"]
    whole = {
        **head,
        **found[TOUCH].get("", {}),
        "place": found[PLACE].get("", {}),
        "answers": found[ANSWER],
        "files": found[FILE],
        "sketches": found[SKETCH],
    }
    return msgspec.convert(whole, SurveyDraft)


def head_of(draft: SurveyDraft) -> dict[str, Any]:
    """What goes into ``surveys``."""
    document: dict[str, Any] = msgspec.to_builtins(draft)
    return {name: document[name] for name in SurveyHead.__struct_fields__}


def differences(before: Mapping[str, P], after: Mapping[str, P]) -> dict[str, P | None]:
    """What to write so that ``before`` becomes ``after``; None: remove."""
    gone: dict[str, P | None] = dict.fromkeys(before.keys() - after.keys())
    return gone | {path: value for path, value in after.items() if before.get(path) != value}


def moved_up(kept: Mapping[str, P], row: str) -> dict[str, P]:
    """``kept`` by path, without what is in ``row`` (``/data/person[2]``); later rows' paths one lower."""
    found = re.fullmatch(r"(.*)\[(\d+)\]", row)
    if found is None:
        return dict(kept)
    repeat, number = found[1], int(found[2])
    inside = re.compile(re.escape(repeat) + r"\[(\d+)\](/.*)")
    moved: dict[str, P] = {}
    for path, value in kept.items():
        match = inside.fullmatch(path)
        if match is None or int(match[1]) < number:
            moved[path] = value
        elif int(match[1]) > number:
            moved[f"{repeat}[{int(match[1]) - 1}]{match[2]}"] = value
    return moved


def names_of(draft: SurveyDraft) -> set[str]:
    """Every file of the draft on the shelf, by sha256."""
    grounds = (one.background for one in draft.sketches.values() if one.background is not None)
    found = {name for one in (*draft.files.values(), *grounds) for name in (one.sha256, one.thumb_sha256)}
    return found - {""}
