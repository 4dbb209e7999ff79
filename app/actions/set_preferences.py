"""Change language, text size, light and dark, or what may be sent when; kept on this phone, at once so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.actions.preferences import Preferences, decode, encode, policy_of
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
    """Fields of Preferences; raises StoreError, then nothing has changed."""
    before = policy_of(services.preferences)
    wanted = replace(services.preferences, **changes)
    put_meta(services.db, KEY, encode(wanted))
    services.preferences = wanted
    set_language(wanted.language)
    if policy_of(wanted) != before:
        services.runner.obey(policy_of(wanted))
    services.shell_bell.ring()
