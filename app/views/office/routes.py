"""The office's addresses: ``/office``, ``/office/visit/:id``, ``/office/quarantine``."""

from __future__ import annotations

import flet as ft

from app.views.office.office_view import OfficeHome, OfficeVisit
from app.views.office.quarantine_view import OfficeQuarantine

ROUTES: list[ft.Route] = [
    ft.Route(
        path="/office",
        component=OfficeHome,
        children=[
            ft.Route(path="visit/:id", component=OfficeVisit),
            ft.Route(path="quarantine", component=OfficeQuarantine),
        ],
    )
]
