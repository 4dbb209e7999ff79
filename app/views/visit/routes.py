"""The visit's addresses, as children of ``/`` (app/views/shell/router.py)."""

from __future__ import annotations

import flet as ft

from app.views.form.routes import form_routes
from app.views.visit.camera import CameraView
from app.views.visit.done import DoneView
from app.views.visit.file_page import FileView
from app.views.visit.pad import PadView
from app.views.visit.page import VisitView
from app.views.visit.start import StartView

ROUTES: list[ft.Route] = [
    ft.Route(path="household/:hid/start", component=StartView),
    ft.Route(path="visit/:id/done", component=DoneView),
    ft.Route(
        path="visit/:id",
        component=VisitView,
        children=[
            ft.Route(path="camera/:kind", component=CameraView),
            ft.Route(path="sign/:who", component=PadView),
            ft.Route(path="file", component=FileView),
            *form_routes(),
        ],
    ),
]
"""Lower views stay mounted: the page below camera and pad reads its draft again when the bell rings."""
