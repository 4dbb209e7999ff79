"""The product's tables. Documents are plain dicts; each has its own ``id`` (UUIDv7 text or a code).

households  one file per household, its members inside (``members``: list)
campaign    the campaigns in force, with rule set and deadlines
orgs        the organisations in scope
drafts      visits being filled in, one document per visit
forms       versions of questionnaires as the feed brought them (sync.protocol.forms.FormDoc), by form_key
surveys     questionnaires being filled in: what does not change while filling (ADR 0007)
survey_parts  what does: one small document for each answer, file and drawing, and one for where the person is
left        households, organisations and campaigns that the feed took away while a draft is about them: id,
            table, doc; app.store.left keeps it
records     sealed records: id, hash, sig, text (canonical JSON), type, seq, state, problem, made_at,
            household_id, and for a questionnaire form_key, title, org_id, visit_id;
            state: kept | sending | received | complete | conflict | quarantined
outbox      what the registry has not confirmed: id, hash, seq, attempts, next_at, last_error
media       files to send: sha256, record_id, kind thumb|photo|signature|audio|file, size,
            state waiting|sending|received, offset, upload_url, attempts, next_at, blob
feedback    what the registry says about own records
proofs      that own records stand in the registry's ledger (sync.protocol.log.LogProof), by the record's id
meta        single values by ``key``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tinydb import where

if TYPE_CHECKING:
    from tinydb.table import Table

    from app.store.database import NuanDB

Doc = dict[str, Any]

#: (table, field) pairs that are looked up by equality.
INDEXES = (
    ("households", "id"),
    ("campaign", "id"),
    ("orgs", "id"),
    ("drafts", "id"),
    ("surveys", "id"),
    ("survey_parts", "id"),
    ("survey_parts", "survey"),
    ("left", "id"),
    ("records", "id"),
    ("records", "household_id"),
    ("outbox", "id"),
    ("media", "sha256"),
    ("media", "record_id"),
    ("feedback", "id"),
    ("feedback", "record_id"),
    ("meta", "key"),
)


class Rows:
    """One table by its key field: get, put, put_many, delete, find, all, count."""

    def __init__(self, db: NuanDB, name: str, key: str = "id") -> None:
        self._db, self._name, self._key = db, name, key

    @property
    def table(self) -> Table:
        """The TinyDB table itself, for any other query."""
        return self._db.table(self._name)

    def get(self, key: str) -> Doc | None:
        """A copy of the document, or None."""
        found: Doc | None = self.table.get(where(self._key) == key)
        return found

    def put(self, document: Mapping[str, Any]) -> None:
        """Insert, or replace the whole document that has the same key."""
        self.put_many([document])

    def put_many(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """All of them in one durable write."""
        with self._db.batch():
            for document in documents:
                self._put(document)

    def _put(self, document: Mapping[str, Any]) -> None:
        def replace(old: Any) -> None:
            old.clear()
            old.update(document)

        if not self.table.update(replace, where(self._key) == document[self._key]):
            self.table.insert(dict(document))

    def delete(self, *keys: str) -> None:
        """Remove those that exist, in one durable write."""
        with self._db.batch():
            for key in keys:
                self.table.remove(where(self._key) == key)

    def find(self, field: str, value: object) -> list[Doc]:
        """Copies of the documents whose ``field`` equals ``value``."""
        return list(self.table.search(where(field) == value))

    def all(self) -> list[Doc]:
        return list(self.table.all())

    def count(self) -> int:
        return len(self.table)


def households(db: NuanDB) -> Rows:
    """Household files; their members are inside the file."""
    return Rows(db, "households")


def campaign(db: NuanDB) -> Rows:
    return Rows(db, "campaign")


def orgs(db: NuanDB) -> Rows:
    return Rows(db, "orgs")


def drafts(db: NuanDB) -> Rows:
    """Visits that are not sealed yet."""
    return Rows(db, "drafts")


def forms(db: NuanDB) -> Rows:
    """Versions of questionnaires; written by app.store.feed and app.store.form_versions only."""
    return Rows(db, "forms")


def surveys(db: NuanDB) -> Rows:
    """Questionnaires that are not sealed yet."""
    return Rows(db, "surveys")


def survey_parts(db: NuanDB) -> Rows:
    """What was answered in them; ``id`` begins with the survey's id, which is also in ``survey``."""
    return Rows(db, "survey_parts")


def left(db: NuanDB) -> Rows:
    """What drafts still need of what the feed took away; written by app.store.left only."""
    return Rows(db, "left")


def records(db: NuanDB) -> Rows:
    """Sealed records; written by app.store.outbox only."""
    return Rows(db, "records")


def outbox(db: NuanDB) -> Rows:
    """Written by app.store.outbox only."""
    return Rows(db, "outbox")


def media(db: NuanDB) -> Rows:
    """Keyed by sha256; one picture may belong to several records, so use find()."""
    return Rows(db, "media", key="sha256")


def feedback(db: NuanDB) -> Rows:
    return Rows(db, "feedback")


def proofs(db: NuanDB) -> Rows:
    """Proofs that own records stand in the registry's ledger; the feed fills it."""
    return Rows(db, "proofs")


def get_meta(db: NuanDB, key: str, default: Any = None) -> Any:
    """A single stored value (any JSON)."""
    found = Rows(db, "meta", key="key").get(key)
    return default if found is None else found["value"]


def put_meta(db: NuanDB, key: str, value: Any) -> None:
    Rows(db, "meta", key="key").put({"key": key, "value": value})
