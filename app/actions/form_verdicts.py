"""Which forms this version of the app can use: found out once, at idle, and kept in the store.

A list can then say beforehand that a form is too new for this app, without loading every form at each start.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.store.tables import get_meta, put_meta
from app.version import VERSION
from forms import FormError

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.store import NuanDB

KEY = "form_verdicts"
"""Meta key: ``{"app": version, "by_sha": {xform_sha256: [] or [code, question, reason]}}``."""
BREATH_S = 0.05


def verdict(db: NuanDB, sha256: str) -> FormError | bool | None:
    """True: usable; FormError: why not; None: not tried with this version of the app."""
    kept = _kept(db).get(sha256)
    return kept if kept is None else (FormError(*kept) if kept else True)


def note_verdict(db: NuanDB, sha256: str, error: FormError | None) -> None:
    """Remember it; one small write, none when it is known already."""
    found = [] if error is None else [error.code, error.question, error.reason]
    kept = _kept(db)
    if kept.get(sha256) != found:
        put_meta(db, KEY, {"app": VERSION, "by_sha": {**kept, sha256: found}})


async def look_at_forms(services: Services) -> int:
    """Load each form that was not tried yet, one at a time with a breath between; returns how many. On a
    disk too full to keep a verdict it stops after the first."""
    tried = 0
    for key, doc in services.forms.docs().items():
        if not doc.current or verdict(services.db, doc.xform_sha256) is not None:
            continue
        services.forms.try_out(key)
        if verdict(services.db, doc.xform_sha256) is None:
            break
        tried += 1
        await asyncio.sleep(BREATH_S)
    return tried


def _kept(db: NuanDB) -> dict[str, list[str]]:
    kept = get_meta(db, KEY)
    found: dict[str, list[str]] = kept["by_sha"] if kept is not None and kept["app"] == VERSION else {}
    return found
