"""The questionnaires' addresses: by themselves, below a household, below a visit.

``form_routes`` are children of ``/``, of ``household/:hid`` and of ``visit/:id``: Back leads to the
screen below.
"""

from __future__ import annotations

import flet as ft

from app.views.form.done import FormDone
from app.views.form.fill import FillView
from app.views.form.finish import FinishView
from app.views.form.jump import JumpView
from app.views.form.lists import ChooseOrg, FormsView, HouseholdForms


def form_routes() -> list[ft.Route]:
    """Made anew for each place in the tree."""
    return [
        ft.Route(path="form/:fid/done", component=FormDone),
        ft.Route(
            path="form/:fid",
            component=FillView,
            children=[
                ft.Route(path="list", component=JumpView),
                ft.Route(path="finish", component=FinishView),
            ],
        ),
    ]


OF_HOUSEHOLD: list[ft.Route] = [ft.Route(path="forms", component=HouseholdForms), *form_routes()]
"""Children of ``household/:hid``."""

ROUTES: list[ft.Route] = [
    ft.Route(path="forms", component=FormsView, children=[ft.Route(path="org/:form", component=ChooseOrg)]),
    *form_routes(),
]
"""Children of ``/``."""
