"""May this phone be emptied? The proof in words, and the button only when it holds."""

from __future__ import annotations

import flet as ft

from app.actions.wipe import Proof, proof_of, wipe
from app.lang import t
from app.views.components import Tone, body, card, confirm, danger, section, status
from app.views.context import use_bell, use_services, use_value
from app.views.format import NO_ANSWER, problem
from app.views.theme import S3
from domain.errors import NuanFangError


@ft.component
def WipeCard() -> ft.Control:
    """Checks again at every draw; the action itself checks once more and asks the office. While that is under
    way the button says so, and cannot be pressed a second time."""
    services = use_services()
    use_bell()
    asking, set_asking = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    refused, set_refused = use_value("")

    async def yes() -> None:
        set_asking(False)
        set_refused("")
        set_busy(True)
        try:
            await wipe(services)
        except NuanFangError as error:
            set_refused(error.code)
        finally:
            set_busy(False)

    dialog = confirm(
        t("me.wipe.confirm.title"),
        t("me.wipe.confirm.text"),
        (t("me.wipe.confirm.yes"), yes),
        (t("common.cancel"), lambda: set_asking(False)),
    )
    ft.use_dialog(dialog if asking else None)
    proof = proof_of(services)
    button = danger(
        t("me.wipe.asking" if busy else "me.wipe.button"),
        lambda: set_asking(True),
        icon=ft.Icons.DELETE_OUTLINE,
        busy=busy,
        key="wipe",
    )
    return card(
        [
            section(t("me.wipe.title")),
            *_words(proof),
            *([_line(_why_not(refused))] if refused and proof.safe else []),
            *([button] if proof.safe else []),
        ],
        spacing=S3,
    )


def _words(proof: Proof) -> list[ft.Control]:
    if proof.safe:
        return [status(ft.Icons.VERIFIED_OUTLINED, t("me.wipe.safe"), Tone.DONE)]
    counted = {
        "unsent": proof.unsent,
        "pictures": proof.pictures_left,
        "drafts": proof.drafts,
        "troubled": proof.troubled,
    }
    lines = [_line(t(f"me.wipe.{key}", count=count)) for key, count in counted.items() if count]
    if not proof.head_equal and not lines:
        lines.append(_line(t("me.wipe.head")))
    return [body(t("me.wipe.unsafe")), *lines]


def _why_not(code: str) -> str:
    """Why it was not emptied. The usual words about the network promise that it sends by itself: not this."""
    return t("me.wipe.offline") if code in NO_ANSWER else problem(code)


def _line(words: str) -> ft.Control:
    return status(ft.Icons.SCHEDULE, words, Tone.WAIT)
