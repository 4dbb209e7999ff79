"""Files on the shelf that nothing in the store names any more: what a kill between a file and its note left.

Forgetting one that somebody needs would be the worst fault of all, so nothing is taken for granted: a file is
named when its sha256 stands anywhere in a draft, a queue or a sealed record, read or unreadable; what nothing
names after the store was found damaged is spared for ever, for the damage may have been its note; and what
was put since the app started is left for the next time.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import msgspec

from app.photos.shelf import Shelf
from app.store.tables import Rows, get_meta, media, put_meta, records

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.store import NuanDB

logger = logging.getLogger("nuanfang")

NAME = re.compile(r"[0-9a-f]{64}")
DRAFTS = ("drafts", "surveys", "survey_parts")
SPARED, DOUBTED = "shelf_spared", "shelf_doubted"
"""Meta keys: sha256 of files never to be forgotten; that the store was damaged since they were listed."""


def note_damage(db: NuanDB) -> None:
    """First thing after the store was opened: what it reports now it will not report again."""
    if any(report.code != "ballast_missing" for report in db.reports):
        put_meta(db, DOUBTED, True)


async def tidy_shelf(services: Services) -> int:
    """Forget the leftovers; returns how many. Raises PlatformError, StoreError: then some are left."""
    shelf, db = services.blobs, services.db
    if not isinstance(shelf, Shelf):
        return 0
    found = [name for name in await shelf.names() if NAME.fullmatch(name)]
    left = set(found) - _named_while_open(db) - set(get_meta(db, SPARED, ()))
    if left:
        left -= _named_in_records(db, left)
    if get_meta(db, DOUBTED, False):
        with db.batch():
            put_meta(db, SPARED, sorted(left.union(get_meta(db, SPARED, ()))))
            put_meta(db, DOUBTED, False)
        return 0
    gone = sum([await shelf.forget_untouched(name) for name in sorted(left)])
    if gone:
        logger.info("%d files that nothing names were forgotten", gone)
    return gone


def _named_while_open(db: NuanDB) -> set[str]:
    named = {document["sha256"] for document in media(db).all()}
    for table in DRAFTS:
        for document in Rows(db, table).all():
            named.update(NAME.findall(msgspec.json.encode(document).decode()))
    return named


def _named_in_records(db: NuanDB, names: set[str]) -> set[str]:
    """Of these; only asked for the few that nothing else names, for there may be ten thousand records."""
    return {name for record in records(db).all() for name in NAME.findall(record["text"]) if name in names}
