"""Pictures and the receipt: the evidence a supervisor looks at longest."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import body, card, detail, divider, section
from app.views.office.frame import Room
from app.views.office.masked_fact import Ask, masked_fact
from app.views.office.money_state import AidLook, ReceiptLook, SignatureLook
from app.views.office.photos_state import PhotoLook, waiting
from app.views.office.picture import Picture
from app.views.office.signs import line
from app.views.theme import S1, S2, S3, Type

TOP = ft.CrossAxisAlignment.START
THUMB = 100
"""Side of a thumbnail, dp: three fit beside each other on a phone 390 dp wide."""
THUMB_ROOMY = 160


def photos_card(photos: tuple[PhotoLook, ...], room: Room) -> ft.Control:
    """A grid that breaks into lines; how many are still on their way stands in the title."""
    title = t("office.photos.title", count=len(photos))
    parts: list[ft.Control] = [section(title)]
    if waiting(photos):
        parts.append(detail(t("office.photos.waiting", count=waiting(photos))))
    if photos:
        tiles = [
            _photo(one, number, THUMB_ROOMY if room.roomy else THUMB) for number, one in enumerate(photos, 1)
        ]
        parts.append(ft.Row(tiles, wrap=True, spacing=S2, run_spacing=S3, vertical_alignment=TOP))
    else:
        parts.append(detail(t("office.photos.none")))
    return card(parts, spacing=S2)


def _photo(look: PhotoLook, number: int, side: int) -> ft.Control:
    label = t("office.photo.label", number=number, kind=look.kind)
    words: list[ft.Control] = [
        Picture(look.small, look.full, label, side, side),
        ft.Text(look.kind, theme_style=ft.TextThemeStyle.LABEL_MEDIUM),
    ]
    if look.taken:
        words.append(ft.Text(look.taken, theme_style=ft.TextThemeStyle.LABEL_SMALL))
    if look.note is not None:
        words.append(line(look.note))
    return ft.Container(ft.Column(words, spacing=S1, tight=True), width=side)


def receipt_card(aid: tuple[AidLook, ...], look: ReceiptLook | None, ask: Ask) -> ft.Control:
    """The amount large in digits, below it the same in capitals as it was signed."""
    if look is None:
        words = t("office.receipt.missing" if aid else "office.receipt.no_aid")
        return card([section(t("office.receipt.title")), detail(words), *(_aid(one, ask) for one in aid)])
    parts: list[ft.Control] = [
        section(t("office.receipt.title")),
        ft.Text(look.amount, theme_style=Type.NUMBER),
        body(look.capitals),
        *(line(one) for one in look.lines),
        divider(),
        *(_aid(one, ask) for one in aid),
        divider(),
        ft.Row(
            [_signature(one) for one in look.signatures],
            wrap=True,
            spacing=S3,
            run_spacing=S3,
            vertical_alignment=TOP,
        ),
    ]
    if look.proxy is not None:
        parts.append(line(look.proxy))
    if look.image:
        image = Picture(look.image, look.image, t("office.receipt.image"), THUMB, THUMB)
        parts.append(ft.Row([image]))  # or the card would stretch it to its own width
    return card(parts, spacing=S2)


def _aid(look: AidLook, ask: Ask) -> ft.Control:
    title = ft.Text(look.title, theme_style=Type.LABEL, expand=True)
    parts: list[ft.Control] = [
        ft.Row([title, ft.Text(look.amount, theme_style=Type.LABEL)], spacing=S2),
        detail(look.how),
    ]
    parts += [detail(text) for text in (look.goods, look.account) if text]
    parts.append(masked_fact(look.person, look.number, look.masked, ask))
    return ft.Column(parts, spacing=0, tight=True)


def _signature(look: SignatureLook) -> ft.Control:
    label = t("office.receipt.signature", name=look.name, role=look.role)
    image = look.sha256 if look.received else ""
    return ft.Container(
        ft.Column(
            [
                Picture(image, image, label, 148, 74, whole=True),
                ft.Text(look.name, theme_style=ft.TextThemeStyle.LABEL_MEDIUM),
                ft.Text(look.role, theme_style=ft.TextThemeStyle.LABEL_SMALL),
            ],
            spacing=S1,
            tight=True,
        ),
        width=148,
    )
