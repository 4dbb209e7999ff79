"""Somebody else signs for the recipient: who, in what relation, and why (代签, R11)."""

from __future__ import annotations

import flet as ft

from app.actions.sign_receipt import check_proxy, set_proxy_field
from app.actions.visit_draft import Draft
from app.lang import t
from app.views.components import Tone, banner, column, primary
from app.views.context import go
from app.views.theme import S3
from app.views.visit.hooks import Desk, part, sentence
from app.views.visit.pick import Pick
from app.views.visit.typed import Typed
from app.views.visit.widgets import marked
from domain.codes import Relation, label_key
from domain.errors import InputError

FIELD_OF = {
    "proxy_staff": "name",
    "proxy_name": "name",
    "proxy_relation": "relation",
    "proxy_reason": "reason",
}


@ft.component
def ProxyForm(desk: Desk) -> ft.Control:
    """Five fields; what is wrong is said under its field once the person wants to go on."""
    tried, set_tried = ft.use_state(False)
    draft = desk.draft
    assert draft is not None
    fault = _fault(desk, draft)

    def sign() -> None:
        if fault is None:
            go(f"/visit/{draft.id}/sign/recipient")
        else:
            set_tried(True)

    shown = fault if tried else None
    relations = [(r.value, t(label_key(r))) for r in Relation if r is not Relation.SELF]
    pick = part(
        Pick,
        "relation",
        t("visit.proxy.relation"),
        relations,
        draft.proxy.relation,
        lambda key: desk.act(set_proxy_field, "relation", key),
        "proxy-relation",
    )
    parts = [
        banner(ft.Icons.INFO_OUTLINE, t("visit.proxy.hint"), Tone.WAIT),
        _field(desk, draft, "name", shown, max_length=40),
        pick,
        _field(desk, draft, "id_number", shown, max_length=20),
        _field(desk, draft, "phone", shown, keyboard_type=ft.KeyboardType.PHONE, max_length=20),
        _field(desk, draft, "reason", shown, max_length=200, multiline=True, min_lines=1, max_lines=4),
    ]
    if shown is not None:
        parts.append(banner(ft.Icons.ERROR_OUTLINE, sentence(shown), Tone.PROBLEM))
    name = draft.proxy.name.strip() or t("visit.sign.somebody")
    button = primary(t("visit.sign.ask", name=name), sign, icon=ft.Icons.DRAW)
    return column([*parts, marked("sign-recipient", button)], spacing=S3)


def _field(desk: Desk, draft: Draft, field: str, fault: InputError | None, **more: object) -> ft.Control:
    mine = fault is not None and FIELD_OF.get(fault.code, "id_number") == field
    return part(
        Typed,
        f"proxy-{field}",
        t(f"visit.proxy.{field}"),
        getattr(draft.proxy, field),
        lambda text: desk.act(set_proxy_field, field, text),
        f"proxy-{field}",
        sentence(fault) if fault is not None and mine else None,
        **more,
    )


def _fault(desk: Desk, draft: Draft) -> InputError | None:
    try:
        check_proxy(desk.services, draft)
    except InputError as error:
        return error
    return None
