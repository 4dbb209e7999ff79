"""Which address shows which screen. Each room lists its own routes; this file only puts the lists together.

A room's ``routes.py`` holds ``ROUTES: list[ft.Route]``. The router manages the view stack: every route with
a component is one ``ft.View``, the parent's view stays below it, and Back goes to the parent's address. A
screen's component takes no arguments, reads ``ft.use_route_params()`` and returns the View that
``app.views.components.screen`` makes.

| address | room | where its ROUTES stand |
|---|---|---|
| ``/`` | home | the home tab, below all of the next two |
| ``/household/:hid`` | household | child of ``/``: path ``household/:hid`` |
| ``/forms`` ``/form/:fid…`` | form | children of ``/``, and of a household's and a visit's own address |
| ``/household/:hid/start`` ``/visit/:id/…`` | visit | children of ``/``, paths without the first slash |
| ``/records`` ``/records/:id`` | records | a tab of its own |
| ``/me`` ``/me/…`` | me | a tab of its own |
| ``/office`` ``/office/…`` | office | top level, a supervisor's home |

While this phone is not enrolled, every address shows enrolment; ``/enrol?code=XXXX-XXXX`` fills in the code.
"""

from __future__ import annotations

import flet as ft

from app.views.enrol.again import EnrolAgain
from app.views.form.routes import OF_HOUSEHOLD
from app.views.form.routes import ROUTES as FORMS
from app.views.home.home import HomeScreen
from app.views.household.household import HouseholdScreen
from app.views.me.me import MeScreen
from app.views.office.routes import ROUTES as OFFICE
from app.views.records.record import RecordScreen
from app.views.records.records import RecordsScreen
from app.views.shell.homes import DOORS, home_of
from app.views.shell.not_found import NotFound
from app.views.shell.to_office import ToOffice
from app.views.visit.routes import ROUTES as VISIT

ON_HOME = [
    *VISIT,
    ft.Route(path="household/:hid", component=HouseholdScreen, children=[*OF_HOUSEHOLD]),
    *FORMS,
    ft.Route(path="enrol", component=EnrolAgain),
]
TABS = [
    ft.Route(
        path="/records",
        component=RecordsScreen,
        children=[ft.Route(path=":id", component=RecordScreen)],
    ),
    ft.Route(path="/me", component=MeScreen),
    *OFFICE,
]


def routes(role: str) -> list[ft.Route]:
    """The whole tree, in matching order; ``/`` leads somebody of the office to the queue."""
    first = HomeScreen if home_of(role) == DOORS else ToOffice
    return [ft.Route(path="/", component=first, children=[*ON_HOME]), *TABS]


def router(role: str) -> ft.Control:
    """The router; call it inside a component."""
    return ft.Router(routes(role), not_found=NotFound, manage_views=True)
