"""The recipient, or somebody for them, signs the locked receipt with a finger (R9, R10, R11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.actions.drafts import change_draft, need_draft
from app.actions.event_now import event_builtins, event_now
from app.actions.free_space import shelve
from app.actions.local_time import today
from app.actions.remove_photo import forget_files
from app.actions.services import Services
from app.actions.visit_context import campaign_of
from app.actions.visit_draft import Draft, SignatureDraft, SignMethod, Strokes
from app.receipts import ink_strokes, signature_png
from domain.codes import Relation
from domain.errors import InputError, NuanFangError
from domain.identity import parse_identity
from domain.text import half_width
from sync.protocol.canonical import sha256_hex

PROXY_FIELDS = ("name", "relation", "id_number", "phone", "reason")


def keep_strokes(services: Services, visit_id: str, strokes: Strokes, who: str) -> Draft:
    """What is on the pad now, after each stroke: a kill loses at most the stroke under the finger."""

    def change(draft: Draft) -> None:
        draft.pad, draft.pad_of = strokes, who

    return change_draft(services, visit_id, f"pad.{who}", change)


def set_proxy(services: Services, visit_id: str, on: bool) -> Draft:
    """Whether somebody else signs; a signature already given by the other person is taken back."""

    def change(draft: Draft) -> None:
        draft.proxy.on = on
        draft.recipient = None

    return change_draft(services, visit_id, "proxy.on", change)


def set_proxy_field(services: Services, visit_id: str, field: str, value: str) -> Draft:
    """One of PROXY_FIELDS, as typed or chosen."""
    if field not in PROXY_FIELDS:
        raise InputError("bad_input", field=field)

    def change(draft: Draft) -> None:
        setattr(draft.proxy, field, value)

    return change_draft(services, visit_id, f"proxy.{field}", change)


def check_proxy(services: Services, draft: Draft) -> None:
    """R11. Raises InputError("proxy_name" | "proxy_staff" | "proxy_relation" | "proxy_reason" | id_…)."""
    proxy = draft.proxy
    if not proxy.on:
        return
    name = "".join(proxy.name.split())
    if not name:
        raise InputError("proxy_name", field="name")
    if name in {"".join(visitor.name.split()) for visitor in draft.visitors}:
        raise InputError("proxy_staff", field="name")
    if not proxy.relation or proxy.relation == Relation.SELF:
        raise InputError("proxy_relation", field="relation")
    rules = campaign_of(services, draft.campaign).rules
    parse_identity(half_width(proxy.id_number), today(services), rules.allow_sample_region)
    if not proxy.reason.strip():
        raise InputError("proxy_reason", field="reason")


async def sign_receipt(
    services: Services,
    visit_id: str,
    strokes: Strokes,
    size: tuple[int, int],
    method: SignMethod = "pen",
) -> Draft:
    """Keep the signature under the receipt's hash. Raises InputError("receipt_not_locked" |
    "receipt_changed" | "signature_missing" | proxy codes)."""
    draft = need_draft(services, visit_id)
    check_proxy(services, draft)
    name = draft.proxy.name.strip() if draft.proxy.on else draft.household_name

    def change(current: Draft, signature: SignatureDraft) -> None:
        if current.proxy != draft.proxy:
            raise InputError("receipt_changed")
        current.recipient = signature

    made = make_signature(services, draft, strokes, size, name, method)
    return await put_signature(services, draft, "recipient", made, change)


async def put_signature(
    services: Services,
    draft: Draft,
    field: str,
    made: Awaitable[SignatureDraft],
    change: Callable[[Draft, SignatureDraft], None],
) -> Draft:
    """Into the draft once it is drawn, and off the pad; 完成 waits for it. ``draft``: as it was when it was
    signed. Raises also InputError("receipt_changed"): another receipt lies there now, or none (R10)."""

    def put(current: Draft) -> None:
        if current.receipt != draft.receipt:
            raise InputError("receipt_changed")
        change(current, signature)
        current.pad, current.pad_of = [], ""

    with services.coming.one(draft.id):
        signature = await made
        try:
            return change_draft(services, draft.id, field, put)
        except NuanFangError:
            await forget_files(services, [signature.image_sha256])
            raise


async def make_signature(
    services: Services,
    draft: Draft,
    strokes: Strokes,
    size: tuple[int, int],
    name: str,
    method: SignMethod,
    user_id: str | None = None,
) -> SignatureDraft:
    """Draw, keep on the shelf, describe. Raises InputError("receipt_not_locked" | "signature_missing")."""
    if draft.receipt is None:
        raise InputError("receipt_not_locked")
    if not strokes:
        raise InputError("signature_missing")
    signed = event_now(services)
    png = await signature_png(services.platform.pictures, ink_strokes(strokes, method))
    name_of_file = sha256_hex(png)
    await shelve(services, name_of_file, png)
    return SignatureDraft(
        name=name,
        method=method,
        strokes=strokes,
        width=size[0],
        height=size[1],
        image_sha256=name_of_file,
        image_size=len(png),
        receipt_hash=draft.receipt.hash,
        event_time=event_builtins(signed),
        user_id=user_id,
    )
