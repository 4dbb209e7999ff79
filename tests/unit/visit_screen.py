"""The visit's screens in a fake client, on the real world of visit_world."""

from __future__ import annotations

from typing import Any

import flet as ft
from fake_flet import FakeApp
from visit_world import World

from app.views.context import ServicesContext
from app.views.visit.routes import ROUTES


@ft.component
def Home() -> ft.View:
    return ft.View(route="/", controls=[ft.Text("home")])


@ft.component
def Root(world: World) -> Any:
    tree = [ft.Route(path="/", component=Home, children=ROUTES)]
    return ServicesContext(world.services, lambda: ft.Router(tree, manage_views=True))


def screen(world: World, route: str, **more: Any) -> FakeApp:
    """``async with screen(world, "/visit/…") as app``."""

    def main(page: ft.Page) -> None:
        page.render_views(Root, world)

    return FakeApp(main, route=route, **more)


def by_id(app: FakeApp, identifier: str) -> ft.Semantics:
    """The part of the top view with this identifier."""
    found = [
        one for one in app.walk(app.top) if isinstance(one, ft.Semantics) and one.identifier == identifier
    ]
    known = sorted(
        one.identifier for one in app.walk(app.top) if isinstance(one, ft.Semantics) and one.identifier
    )
    assert found, f"no {identifier}; there are {known}"
    return found[-1]


def has_id(app: FakeApp, identifier: str) -> bool:
    return any(isinstance(one, ft.Semantics) and one.identifier == identifier for one in app.walk(app.top))


async def press(app: FakeApp, identifier: str) -> None:
    """Tap whatever can be tapped under the identifier."""
    part = by_id(app, identifier)
    if part.on_tap is not None:
        await app.fire(part, "tap")
        return
    target = next(one for one in app.walk(part) if getattr(one, "on_click", None) is not None)
    await app.fire(target, "click")


async def write(app: FakeApp, identifier: str, text: str) -> None:
    """Type into the field under the identifier and leave it."""
    field = next(one for one in app.walk(by_id(app, identifier)) if isinstance(one, ft.TextField))
    await app.type(field, text)
    await app.fire(field, "blur")


async def draw(app: FakeApp, points: list[tuple[float, float]]) -> None:
    """A finger on the pad."""
    pad = next(one for one in app.walk(by_id(app, "signature-pad")) if isinstance(one, ft.GestureDetector))
    first, *rest = points
    await app.fire(pad, "pan_down", _at(*first))
    for x, y in rest:
        await app.fire(pad, "pan_update", {**_at(x, y), "gd": _zero(), "ld": _zero(), "pd": 0.0, "ts": 5})
    end = {"v": _zero(), "pv": 0.0, "l": _xy(*points[-1]), "g": _xy(*points[-1])}
    await app.fire(pad, "pan_end", end)


def _xy(x: float, y: float) -> dict[str, float]:
    return {"x": x, "y": y}


def _zero() -> dict[str, float]:
    return _xy(0.0, 0.0)


def _at(x: float, y: float) -> dict[str, Any]:
    return {"l": _xy(x, y), "g": _xy(x, y), "k": "touch"}
