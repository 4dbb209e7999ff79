"""The visit's page: steps on top, one step's content, large buttons below. Every touch is already saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.clock_doubt import clock_doubt
from app.actions.discard_visit import discard_visit
from app.actions.finish_visit import finish_visit
from app.actions.locate_visit import locate_visit
from app.actions.meet_household import go_to_step
from app.actions.visit_context import campaign_of, standing_of
from app.actions.visit_draft import Draft, Step
from app.actions.visit_gaps import can_finish
from app.lang import t
from app.views.components import Tone, backward, banner, callout, confirm, empty, primary, screen, secondary
from app.views.context import go
from app.views.format import span
from app.views.shell.road_state import clock_sign
from app.views.theme import S2
from app.views.visit.hooks import Desk, part, sentence, use_desk
from app.views.visit.no_file import has_file, no_file
from app.views.visit.step_aid import StepAid
from app.views.visit.step_finish import StepFinish
from app.views.visit.step_meet import StepMeet
from app.views.visit.step_needs import StepNeeds
from app.views.visit.step_photos import StepPhotos
from app.views.visit.step_sign import StepSign
from app.views.visit.stepper import stepper_bar
from app.views.visit.typed import flush_typed
from app.views.visit.visit_state import after, before, here, whole
from app.views.visit.widgets import marked
from domain.errors import NuanFangError


@ft.component
def VisitView() -> Any:
    """``/visit/:id``; a visit already sealed shows its done page."""
    desk = use_desk()
    if desk.draft is not None:
        return VisitPage(desk)
    if desk.services.visits.get(desk.visit_id) is not None:
        return Gone(f"/visit/{desk.visit_id}/done", t("visit.gone.sealed"))
    return Gone("/", t("visit.gone.discarded"))


@ft.component
def Gone(target: str, words: str) -> ft.View:
    """Nothing to fill in under this address any more."""
    button = secondary(t("visit.gone.go"), lambda: go(target), wide=False)
    return screen([empty(ft.Icons.INBOX, words, actions=[button])], title=t("visit.title"))


@ft.component
def VisitPage(desk: Desk) -> ft.View:
    """One step of a visit under way."""
    draft = desk.draft
    assert draft is not None
    asked, set_asked = ft.use_state(0)
    busy, set_busy = ft.use_state(False)
    waiting = draft.place.state == "waiting"

    async def locate() -> None:
        if waiting:
            await desk.act_later(locate_visit)

    ft.use_effect(locate, [])

    async def discard() -> None:
        set_asked(0)
        if await desk.act_later(discard_visit):
            go("/")

    async def finish() -> None:
        set_busy(True)
        flush_typed()
        went_well = await desk.act_later(finish_visit)
        set_busy(False)
        if went_well:
            go(f"/visit/{desk.visit_id}/done")

    ft.use_dialog(_sure(asked, set_asked, discard) if asked else None)
    minimum = _minimum(desk, draft)
    return screen(
        [*_wrong_clock(desk), *_left(desk, draft), _step(desk, here(draft), minimum)],
        page=here(draft),
        title=draft.household_name,
        actions=[_menu(lambda: set_asked(1))],
        top=_top(desk, draft),
        bottom=[_buttons(desk, draft, finish, busy, minimum)],
    )


def _minimum(desk: Desk, draft: Draft) -> int:
    try:
        return campaign_of(desk.services, draft.campaign).rules.minimum_visitors
    except NuanFangError:
        return 2


def _wrong_clock(desk: Desk) -> list[ft.Control]:
    """Photos and the receipt bear the phone's own time: said where it can still be put right."""
    off = clock_doubt(desk.services)
    if off is None:
        return []
    words = t(f"common.sync.{clock_sign(off).value}", span=span(off))
    return [callout(ft.Icons.EVENT_BUSY_OUTLINED, words)]


def _left(desk: Desk, draft: Draft) -> list[ft.Control]:
    """The office gave the household to somebody else meanwhile; what was begun is finished all the same."""
    if standing_of(desk.services, draft.household) != "left":
        return []
    return [callout(ft.Icons.INFO_OUTLINE, t("visit.left"))]


def _step(desk: Desk, step: Step, minimum: int) -> ft.Control:
    if not has_file(desk):
        return no_file()
    if step == "meet":
        return part(StepMeet, "meet", desk, minimum)
    if step == "finish":
        return part(StepFinish, "finish", desk, minimum)
    pages: dict[str, Callable[..., ft.Control]] = {
        "photos": StepPhotos,
        "needs": StepNeeds,
        "aid": StepAid,
        "sign": StepSign,
    }
    return part(pages[step], step, desk)


def _top(desk: Desk, draft: Draft) -> list[ft.Control]:
    parts = [stepper_bar(draft, lambda step: desk.act(go_to_step, step))]
    if desk.trouble is not None:
        close = ft.IconButton(
            ft.Icons.CLOSE, tooltip=t("common.close"), on_click=lambda: desk.tell(None), width=48, height=48
        )
        line = banner(ft.Icons.ERROR_OUTLINE, sentence(desk.trouble), Tone.PROBLEM, close)
        parts.append(ft.Semantics(content=line, identifier="trouble", live_region=True))
    return parts


def _menu(discard: Callable[[], Any]) -> ft.Control:
    item = ft.PopupMenuItem(
        content=t("visit.discard"), icon=ft.Icons.DELETE_OUTLINE, on_click=lambda: discard()
    )
    return ft.PopupMenuButton(items=[item], tooltip=t("visit.menu"), icon=ft.Icons.MORE_VERT)


def _sure(asked: int, set_asked: Callable[[int], Any], discard: Callable[[], Any]) -> ft.AlertDialog:
    """Asked twice: what was noted cannot be brought back."""
    keep = (t("visit.discard_no"), lambda: set_asked(0))
    if asked == 1:
        yes = (t("visit.discard_yes"), lambda: set_asked(2))
        return confirm(t("visit.discard_title"), t("visit.discard_text"), yes, keep)
    return confirm(
        t("visit.discard_title_again"),
        t("visit.discard_text_again"),
        (t("visit.discard_sure"), discard),
        keep,
    )


def _buttons(desk: Desk, draft: Draft, finish: Callable[[], Any], busy: bool, minimum: int) -> ft.Control:
    """Back, narrow, and Next with the name of what comes, wide. Without a file no step opens: home."""
    if not has_file(desk):
        return marked("visit-home", primary(t("visit.no_file_home"), lambda: go("/"), icon=ft.Icons.LIST))
    last, following = before(draft), after(draft)
    if following is None:
        ready = can_finish(draft, minimum)
        label = _finish_words(desk) if busy else t("visit.finish.seal")
        main = primary(label, finish if ready else None, icon=ft.Icons.CHECK, busy=busy)
        forward = ft.Semantics(content=main, identifier="visit-finish", expand=True, key="finish")
    else:
        label = t("visit.next", step=t(f"visit.step.{following}"))
        # while somebody still has to sign, that is the main thing to do, and going on is not
        make = primary if whole(draft) else secondary
        main = make(label, lambda: desk.act(go_to_step, following), icon=ft.Icons.ARROW_FORWARD)
        forward = ft.Semantics(content=main, identifier="visit-next", expand=True, key="next")
    if last is None:
        return ft.Row([forward])
    return ft.Row([_backward(desk, last), forward], spacing=S2)


def _finish_words(desk: Desk) -> str:
    waits = desk.services.coming.count(desk.visit_id)
    return t("visit.finish.waiting" if waits else "visit.finish.busy")


def _backward(desk: Desk, step: Step) -> ft.Control:
    button = backward(lambda: desk.act(go_to_step, step), t("visit.back"))
    return ft.Semantics(content=button, identifier="visit-back")
