"""Change language, text size or light and dark; kept on this phone, seen at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.actions.preferences import Preferences, decode, encode
from app.lang import set_language
from app.store.tables import get_meta, put_meta

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.store import NuanDB

KEY = "preferences"


def load_preferences(db: NuanDB) -> Preferences:
    """As kept, and the language set for the whole app."""
    kept = decode(get_meta(db, KEY))
    set_language(kept.language)
    return kept


def change_preferences(services: Services, **changes: Any) -> None:
    """``language``, ``theme`` or ``text_scale``; raises StoreError, then nothing has changed."""
    wanted = replace(services.preferences, **changes)
    put_meta(services.db, KEY, encode(wanted))
    services.preferences = wanted
    set_language(wanted.language)
    services.shell_bell.ring()
