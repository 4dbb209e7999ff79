"""``/enrol`` on an enrolled phone: say whose it is, or enrol again when the office no longer accepts it."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import empty, screen, secondary
from app.views.context import go, use_bell, use_services
from app.views.enrol.enrol import enrol_view
from app.views.shell.homes import home_of


@ft.component
def EnrolAgain() -> ft.View:
    """Never enrols again by accident: the records of the first person are on this phone."""
    services = use_services()
    use_bell()
    asked, _ = ft.use_state(services.runner.status.reading.phase == "needs_login")
    if asked:
        return enrol_view(t("enrol.again.hint"), news=True, route="/enrol", title=t("common.app"))
    me = services.me
    name, org, role = (me.name, me.org_name, me.role) if me else ("", "", "")
    home = secondary(t("common.not_found.home"), lambda: go(home_of(role)), wide=False)
    hint = t("enrol.already.hint", name=name, org=org)
    return screen([empty(ft.Icons.HOW_TO_REG, t("enrol.already.title"), hint, [home])], title=t("common.app"))
