"""The questionnaires on this phone, read once: documents, loaded forms, data sets, and what is open now.

Loading a form of 500 questions takes a noticeable moment on a cheap phone, so the last few stay in memory.
"""

from __future__ import annotations

import base64
import logging
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import msgspec

from app.actions.form_verdicts import note_verdict, verdict
from app.store.errors import StoreError
from app.store.waiting import Waiting
from domain.errors import InputError
from forms import Definition, FormError, load
from sync.protocol.forms import FormDoc, FormFile

if TYPE_CHECKING:
    from app.actions.fill_survey import Filling
    from app.store import NuanDB
    from forms.xpath.nodes import Node

logger = logging.getLogger("nuanfang")

LOADED = 3
"""Forms kept ready; one of 500 questions takes a few megabytes."""


@dataclass(frozen=True, slots=True)
class LoadedForm:
    """A form ready to be filled. ``datasets``: file name → document, for ``forms.Session``."""

    key: str
    doc: FormDoc
    definition: Definition
    datasets: Mapping[str, Node]


class FormShelf:
    """Reads the table ``forms``. ``open`` holds the fillings that some screen shows, one for each draft, so
    that two screens never write over each other; ``last`` spares reading the one opened last again."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._docs = Waiting(db, "forms", _doc)
        self._definitions: OrderedDict[str, Definition] = OrderedDict()
        self.open: WeakValueDictionary[str, Filling] = WeakValueDictionary()
        self.last: Filling | None = None
        self.datasets: dict[str, tuple[object, Node]] = {}

    def docs(self) -> dict[str, FormDoc]:
        """Every form version on this phone that decodes, by its key."""
        return {key: doc for key, doc in self._docs.read() if doc is not None}

    def doc(self, key: str) -> FormDoc:
        """Raises InputError("form_missing")."""
        found = self.docs().get(key)
        if found is None:
            raise InputError("form_missing", key=key)
        return found

    def definition(self, key: str) -> Definition:
        """Raises InputError("form_missing"), FormError when this app cannot use the form."""
        doc = self.doc(key)
        sha256 = doc.xform_sha256
        if sha256 not in self._definitions:
            self._definitions[sha256] = load(doc.xform)
            while len(self._definitions) > LOADED:
                self._definitions.popitem(last=False)
        self._definitions.move_to_end(sha256)
        return self._definitions[sha256]

    def try_out(self, key: str) -> FormError | None:
        """Can this app use the form? Its card says so from now on, unless the disk is too full to note it."""
        error = None
        try:
            self.definition(key)
        except FormError as refused:
            logger.warning("form %s: %s", key, refused)
            error = refused
        with suppress(StoreError):
            note_verdict(self._db, self.doc(key).xform_sha256, error)
        return error

    def forget(self, survey_id: str) -> None:
        """It was sealed or discarded."""
        self.open.pop(survey_id, None)
        if self.last is not None and self.last.draft.id == survey_id:
            self.last = None

    def refusal(self, doc: FormDoc) -> FormError | None:
        """Why this app cannot use the form, as far as that was found out already."""
        found = verdict(self._db, doc.xform_sha256)
        return found if isinstance(found, FormError) else None


@lru_cache(maxsize=16)
def file_bytes(file: FormFile) -> bytes:
    """What a form's csv table or picture holds; the last ones stay, for a page asks at each drawing."""
    return base64.urlsafe_b64decode(file.data + "=" * (-len(file.data) % 4))


def _doc(document: dict[str, Any]) -> tuple[str, FormDoc | None]:
    try:
        return document["id"], msgspec.convert(document, FormDoc)
    except msgspec.ValidationError:  # a kind of questionnaire that only a newer app knows
        logger.exception("form %s does not decode", document.get("id"))
        return document["id"], None
