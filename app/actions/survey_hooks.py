"""Who fills in a questionnaire, by which clock: the form's own metadata (start, end, today, deviceid …)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.lang import language
from app.store.tables import Rows
from forms import Definition, Hooks

if TYPE_CHECKING:
    from app.actions.services import Services


def hooks_of(services: Services) -> Hooks:
    """The phone's clock (as for visits: a wrong one is bounded by the record's own event times), real chance,
    and the properties deviceid, username (the person's name), phonenumber, email (not known here)."""
    live = Hooks.live(_properties(services))
    return Hooks(
        now=services.platform.clock.now,
        random=live.random,
        uuid=live.uuid,
        zone=live.zone,
        properties=live.properties,
    )


def _properties(services: Services) -> dict[str, str]:
    me = services.me
    user = Rows(services.db, "users").get(me.user_id) if me else None
    return {
        "deviceid": services.identity.device_id,
        "username": me.name if me else "",
        "phonenumber": str((user or {}).get("phone", "")),
        "email": "",
    }


def first_language(definition: Definition) -> str:
    """The form's language that the app speaks, named as XLSForm does (``中文 (zh)``, ``English (en)``);
    else the form's own default."""
    code = language()
    plain, full = ("(zh-hans)", "(zh-cn)", "(zh)"), ("(zh-hant)", "(zh-tw)", "(zh-hk)")
    wanted = {"zh_Hans": plain + full, "zh_Hant": full + plain[::-1]}  # the other script before English
    for mark in wanted.get(code, (f"({code})",)):
        for name in definition.languages:
            if name.lower().endswith(mark):
                return name
    return definition.default_language
