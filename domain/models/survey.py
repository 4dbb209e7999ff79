"""A filled questionnaire as it is sealed: which form, about whom, the answers, the files they name.

``SurveyBody`` is the body of a record of type ``survey``. A correction is a new record that names the old.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from domain.event_time import EventTime
from domain.ids import Id
from domain.models.base import Count, DHash, Model, Sha256, ShortText
from domain.places import Place

SurveySubject = Literal["household", "org", "none"]
"""Whom a form is about: a household's file, an enterprise, union or centre (S27, S31), or nobody (S40)."""

FormId = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
FormVersion = Annotated[str, Meta(min_length=1, max_length=64)]
Answers = dict[str, Any]
"""As ``forms.Session.to_json()["answers"]``: groups are objects, repeats lists of objects, answers texts."""


class SurveyFile(Model, frozen=True, kw_only=True):
    """A file that an answer names: ``name`` is the answer's text, ``path`` its question
    (``/data/person[2]/photo``). ``kind``: photo (watermarked), drawing (signature, sketch, annotation),
    audio, file. A photo has a thumbnail, the hash of the original as captured, and a print (R12)."""

    path: Annotated[str, Meta(max_length=500)]
    name: ShortText
    sha256: Sha256
    kind: Literal["photo", "drawing", "audio", "file"]
    size: Count
    content_type: ShortText
    taken: EventTime
    thumb_sha256: Sha256 | None = None
    original_sha256: Sha256 | None = None
    dhash: DHash | None = None
    place: Place | None = None
    picked: bool = False


class SurveyBody(Model, frozen=True, kw_only=True):
    """``xform_sha256`` is the SHA-256 of the XForm's UTF-8 text, so that the registry reads the answers with
    the very form they were given in. ``visit_id``: the visit during which it was filled, if any."""

    form_id: FormId
    version: FormVersion
    xform_sha256: Sha256
    subject: SurveySubject
    started: EventTime
    ended: EventTime
    answers: Answers
    files: tuple[SurveyFile, ...] = ()
    household_id: Id | None = None
    org_id: Id | None = None
    campaign_id: Id | None = None
    visit_id: Id | None = None
    language: ShortText = ""
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.subject == "household" and self.household_id is None:
            raise ValueError("household_id: this questionnaire is about a household")
        if self.subject == "org" and self.org_id is None:
            raise ValueError("org_id: this questionnaire is about an organisation")
