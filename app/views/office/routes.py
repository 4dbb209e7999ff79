"""The office's addresses: ``/office``, ``/office/visit/:id``, ``/office/edits``, ``/office/quarantine``,
``/office/forms/…``."""

from __future__ import annotations

import flet as ft

from app.views.office.edits_view import OfficeEdits
from app.views.office.forms_answer import OfficeAnswer
from app.views.office.forms_answers import OfficeAnswers
from app.views.office.forms_charts import OfficeCharts
from app.views.office.forms_list import OfficeFormsList
from app.views.office.forms_one import OfficeForm
from app.views.office.office_view import OfficeHome, OfficeVisit
from app.views.office.quarantine_view import OfficeQuarantine

_FORM = ft.Route(
    path=":form",
    component=OfficeForm,
    children=[
        ft.Route(
            path="answers",
            component=OfficeAnswers,
            children=[ft.Route(path=":id", component=OfficeAnswer)],
        ),
        ft.Route(path="charts", component=OfficeCharts),
    ],
)

ROUTES: list[ft.Route] = [
    ft.Route(
        path="/office",
        component=OfficeHome,
        children=[
            ft.Route(path="visit/:id", component=OfficeVisit),
            ft.Route(path="quarantine", component=OfficeQuarantine),
            ft.Route(path="edits", component=OfficeEdits),
            ft.Route(path="forms", component=OfficeFormsList, children=[_FORM]),
        ],
    )
]
