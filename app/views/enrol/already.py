"""The enrolment link opened on a phone that is enrolled: say whose it is."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import empty, screen, secondary
from app.views.context import go, use_services
from app.views.shell.homes import home_of


@ft.component
def AlreadyEnrolled() -> ft.View:
    """Never enrols again by accident: the records of the first person are on this phone."""
    me = use_services().me
    name, org, role = (me.name, me.org_name, me.role) if me else ("", "", "")
    home = secondary(t("common.not_found.home"), lambda: go(home_of(role)), wide=False)
    hint = t("enrol.already.hint", name=name, org=org)
    return screen([empty(ft.Icons.HOW_TO_REG, t("enrol.already.title"), hint, [home])], title=t("common.app"))
