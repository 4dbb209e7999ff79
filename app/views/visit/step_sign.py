"""Step 签收: the receipt in words, then each signature on a pad of its own (R9, R10, R11)."""

from __future__ import annotations

import flet as ft

from app.actions.draft_receipt import draft_receipt, receipt_to_be, recipient_name
from app.actions.lock_receipt import lock_receipt
from app.actions.meet_household import go_to_step
from app.actions.sign_receipt import set_proxy
from app.actions.visit_context import check, household_of
from app.actions.visit_draft import Draft, SignatureDraft
from app.actions.visit_gaps import HANDLERS, unsigned_handlers
from app.lang import t
from app.receipts import ReceiptWords
from app.views.components import (
    Tone,
    body,
    callout,
    card,
    column,
    detail,
    divider,
    number,
    primary,
    quiet,
    row,
    secondary,
    section,
    status,
)
from app.views.context import go
from app.views.theme import RADIUS_CONTROL, S2, S3
from app.views.visit.aid_state import findings, may_lock
from app.views.visit.hooks import Desk, part
from app.views.visit.proxy_form import ProxyForm
from app.views.visit.rule_words import Findings
from app.views.visit.shelf_images import use_images
from app.views.visit.widgets import choices, group, marked
from domain.rules import Phase


@ft.component
def StepSign(desk: Desk) -> ft.Control:
    """Not locked: what stands in the way, or the button. Locked: receipt, recipient, ours."""
    draft = desk.draft
    assert draft is not None
    if draft.receipt is None:
        return part(ToLock, "to-lock", desk)
    return part(Signing, "signing", desk)


@ft.component
def ToLock(desk: Desk) -> ft.Control:
    """What must be right before anybody signs."""
    draft = desk.draft
    assert draft is not None
    results = check(desk.services, draft, Phase.BEFORE_SIGNING)
    if not may_lock(draft, results):
        found = tuple(one for one in findings(draft, results) if one.blocks or one.subject)
        words = t("visit.sign.not_allowed" if found else "visit.sign.not_ready")
        back = secondary(
            t("visit.sign.mend"), lambda: desk.act(go_to_step, "aid"), icon=ft.Icons.EDIT_OUTLINED
        )
        return column(
            [
                callout(ft.Icons.INFO_OUTLINE, words, Tone.WAIT),
                part(Findings, "found", desk, found),
                marked("sign-mend", back),
            ],
            spacing=S3,
        )
    return column(
        [
            body(t("visit.sign.lock_hint")),
            marked("to-read", _to_read(receipt_to_be(desk.services, draft))),
            marked(
                "receipt-lock",
                primary(t("visit.sign.lock"), lambda: desk.act(lock_receipt), icon=ft.Icons.LOCK),
            ),
        ],
        spacing=S3,
    )


def _to_read(words: ReceiptWords) -> ft.Control:
    """What the recipient is told before anything is fixed."""
    lines = [body(line) for line in words.lines]
    return card([*lines, divider(), number(words.total), body(words.capitals)], spacing=S2)


@ft.component
def Signing(desk: Desk) -> ft.Control:
    """The locked receipt and who signs it."""
    draft = desk.draft
    assert draft is not None
    signed = [one for one in (draft.recipient, *draft.handlers) if one is not None]
    images = use_images(desk.services.blobs, [one.image_sha256 for one in signed])
    return column(
        [
            marked("receipt", receipt_card(draft_receipt(desk.services, draft))),
            _recipient(desk, draft, images),
            _handlers(draft, images),
        ],
        spacing=20,
    )


def receipt_card(words: ReceiptWords) -> ft.Control:
    """The receipt as it is read aloud: large amount, capitals, then the rest."""
    return card(
        [
            section(words.title),
            body(words.opening),
            *[body(line) for line in words.lines],
            divider(),
            number(words.total),
            body(words.capitals),
            divider(),
            detail(words.closing),
            detail(words.code),
        ],
        spacing=S2,
    )


def _recipient(desk: Desk, draft: Draft, images: dict[str, bytes | str]) -> ft.Control:
    if draft.recipient is not None:
        return group(t("visit.sign.recipient"), [_signed(draft.recipient, images, draft.id, "recipient")])
    who = [("self", t("visit.sign.self")), ("proxy", t("visit.sign.proxy"))]
    pick = choices(
        who,
        "proxy" if draft.proxy.on else "self",
        lambda key: desk.act(set_proxy, key == "proxy"),
        name="signer",
    )
    parts: list[ft.Control] = [pick]
    if draft.proxy.on:
        parts.append(part(ProxyForm, "proxy", desk))
    else:
        parts.append(_ask(draft, recipient_name(draft, household_of(desk.services, draft.household))))
    return group(t("visit.sign.recipient"), parts)


def _ask(draft: Draft, name: str) -> ft.Control:
    button = primary(
        t("visit.sign.ask", name=name), lambda: go(f"/visit/{draft.id}/sign/recipient"), icon=ft.Icons.DRAW
    )
    return marked("sign-recipient", button)


def _handlers(draft: Draft, images: dict[str, bytes | str]) -> ft.Control:
    waiting = unsigned_handlers(draft)
    parts: list[ft.Control] = []
    for place, visitor in enumerate(draft.visitors[:HANDLERS]):
        done = next(
            (s for s in draft.handlers if (s.user_id, s.name) == (visitor.user_id, visitor.name)), None
        )
        if done is not None:
            parts.append(_signed(done, images, draft.id, str(place)))
        elif draft.recipient is None:
            parts.append(status(ft.Icons.HOURGLASS_EMPTY, t("visit.sign.later", name=visitor.name)))
        else:
            parts.append(_ask_handler(draft, place, visitor.name, main=place == waiting[0]))
    return group(t("visit.sign.ours"), parts)


def _ask_handler(draft: Draft, place: int, name: str, *, main: bool) -> ft.Control:
    make = primary if main else secondary
    button = make(
        t("visit.sign.ask", name=name), lambda: go(f"/visit/{draft.id}/sign/{place}"), icon=ft.Icons.DRAW
    )
    return marked(f"sign-{place}", button)


def _signed(one: SignatureDraft, images: dict[str, bytes | str], visit_id: str, who: str) -> ft.Control:
    data = images.get(one.image_sha256)
    words = status(ft.Icons.CHECK_CIRCLE, t(f"visit.sign.done_{one.method}", name=one.name), Tone.DONE)
    again = quiet(t("visit.sign.again"), lambda: go(f"/visit/{visit_id}/sign/{who}"))
    parts: list[ft.Control] = [row([ft.Container(words, expand=True), again])]
    if isinstance(data, bytes):
        picture = ft.Image(src=data, height=96, fit=ft.BoxFit.CONTAIN, semantics_label=one.name)
        parts.append(
            ft.Container(
                picture,
                bgcolor="#FFFFFF",
                border_radius=RADIUS_CONTROL,
                padding=S2,
                alignment=ft.Alignment.CENTER,
            )
        )
    return marked(f"signed-{who}", card(parts, spacing=S2))
