"""The frame of a screen, cards, and the distances between things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.views.components.text import detail
from app.views.theme import MAX_WIDTH, PAGE, RADIUS_CARD, S1, S2, S3, S4


def column(controls: Sequence[ft.Control], spacing: int = S2, **more: Any) -> ft.Column:
    """One below the other, as wide as the screen."""
    return ft.Column(
        list(controls),
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        tight=True,
        **more,
    )


def row(controls: Sequence[ft.Control], spacing: int = S2, *, wrap: bool = False, **more: Any) -> ft.Row:
    """Side by side; ``wrap`` breaks into lines when text is large (no expanding children then)."""
    more.setdefault("run_spacing", spacing)
    return ft.Row(list(controls), spacing=spacing, wrap=wrap, **more)


def dotted(facts: Sequence[str], text: Callable[[str], ft.Text] = detail) -> ft.Row:
    """今天 18:20 · 见到了 · 照片 2/3: lines break between facts only, with the dot at their end, which never
    stands alone."""
    *first, last = facts
    return row([text(f"{one}\u00a0·") for one in first] + [text(last)], spacing=S1, wrap=True, run_spacing=0)


def gap(size: int = S4) -> ft.Container:
    """Empty space of one of the theme's sizes."""
    return ft.Container(height=size)


def divider() -> ft.Divider:
    """A hairline between rows of one card."""
    return ft.Divider()


def card(
    controls: Sequence[ft.Control],
    *,
    on_click: Callable[..., Any] | None = None,
    tone: str | None = None,
    spacing: int = S2,
    padding: int = S4,
    key: str | None = None,
    label: str | None = None,
) -> ft.Control:
    """One thing. With ``on_click`` the whole card is the target, and its texts are read aloud together, or
    ``label`` instead of them.

    ``tone`` is a container colour of the scheme; without it a plain paper card with a hairline.
    """
    box = ft.Container(
        content=column(controls, spacing=spacing),
        padding=padding,
        bgcolor=tone or ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=None if tone else ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=RADIUS_CARD,
        on_click=on_click,
        ink=on_click is not None,
        key=key,
    )
    if label is None:
        return box
    return ft.Semantics(
        content=box,
        label=label,
        button=on_click is not None,
        on_tap=on_click,
        container=True,
        exclude_semantics=True,
    )


def screen(  # noqa: PLR0913 - named parts of one frame
    controls: Sequence[ft.Control],
    *,
    title: str | ft.Control | None = None,
    route: str | None = None,
    actions: Sequence[ft.Control] = (),
    bottom: Sequence[ft.Control] = (),
    top: Sequence[ft.Control] = (),
    navigation: ft.NavigationBar | None = None,
    scroll: bool = True,
    back: Callable[..., Any] | None = None,
    page: str | None = None,
    scroller: ft.Ref[ft.Column] | None = None,
    **view: Any,
) -> ft.View:
    """A whole screen.

    ``controls`` scroll (``scroll=False`` for a signature pad); ``top`` stays above them (banner), ``bottom``
    below (the main button, within reach of a thumb). ``back`` replaces the ordinary back arrow's handler.
    ``page`` names what is shown where one screen turns pages: another page starts at its top. ``scroller``
    will hold what scrolls, to bring something into sight.
    """
    content = ft.Column(
        [gap(S1), *controls, gap(S4)] if scroll else [*controls, gap(0)],
        spacing=S3,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        scroll=ft.ScrollMode.AUTO if scroll else None,
        expand=True,
        key=page,
        ref=scroller,
    )
    parts: list[ft.Control] = [*top, _body(content)]
    if bottom:
        parts.append(_pinned(bottom))
    whole = ft.Column(parts, spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.View(
        controls=[ft.SafeArea(whole, expand=True)],
        route=route or ft.use_view_path() or "/",
        appbar=_bar(title, actions, back) if title is not None else None,
        navigation_bar=navigation,
        padding=0,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        **view,
    )


def _bar(
    title: str | ft.Control, actions: Sequence[ft.Control], back: Callable[..., Any] | None
) -> ft.AppBar:
    text = ft.Text(title, max_lines=1, overflow=ft.TextOverflow.ELLIPSIS) if isinstance(title, str) else title
    leading = ft.IconButton(ft.Icons.ARROW_BACK, on_click=back) if back is not None else None
    return ft.AppBar(title=text, actions=list(actions), leading=leading)


def narrow(content: ft.Control, *, above: int = 0, below: int = 0) -> ft.Container:
    """In the middle with the page's margin, no wider than reads well. The layout itself sees to it, so that a
    phone that was turned needs no drawing."""
    return ft.Container(
        ft.Container(content, width=MAX_WIDTH),
        alignment=ft.Alignment.TOP_CENTER,
        padding=ft.Padding(PAGE, above, PAGE, below),
    )


def _body(content: ft.Control) -> ft.Control:
    box = narrow(content)
    box.expand = True
    return box


def _pinned(controls: Sequence[ft.Control]) -> ft.Control:
    box = narrow(column(controls, spacing=S2), above=S3, below=S3)
    box.bgcolor = ft.Colors.SURFACE
    box.border = ft.Border(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT))
    return box
