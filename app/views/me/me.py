"""我的: who I am, how the app looks, what is still on this phone, and whether it may be emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.lang import t
from app.views.components import Tone, body, card, detail, name, screen, secondary, section, status
from app.views.context import use_bell, use_services
from app.views.form.entries import home_entry
from app.views.format import megabytes, moment
from app.views.me.data_card import data_card
from app.views.me.ledger_card import ledger_card
from app.views.me.look_card import look_card
from app.views.me.update import UpdateCard
from app.views.me.wipe import WipeCard
from app.views.shell.frame import navigation
from app.views.shell.homes import DOORS, home_of
from app.views.shell.road_state import time_left
from app.views.shell.road_strip import RoadStrip
from app.views.theme import S1, S3

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.status import Reading


@ft.component
def MeScreen() -> ft.View:
    """The third tab."""
    services = use_services()
    use_bell()
    return screen(
        [
            _person(services),
            UpdateCard(),
            *ledger_card(services),
            _road(services),
            *_forms(services),
            data_card(services),
            look_card(services),
            WipeCard(),
            _about(services),
        ],
        route="/",
        top=[RoadStrip("/me")],
        navigation=navigation(services, "/me"),
    )


def _person(services: Services) -> ft.Control:
    me = services.me
    if me is None:
        return card([section(t("common.app"))])
    return card([name(me.name, lines=None), body(me.org_name), detail(t(f"code.role.{me.role}"))], spacing=S1)


def _road(services: Services) -> ft.Control:
    reading = services.runner.status.reading
    if reading.last_success is None:
        words, tone, icon = t("me.sync.never"), Tone.QUIET, ft.Icons.CLOUD_OFF_OUTLINED
    else:
        words = t("me.sync.last", when=moment(reading.last_success, services.platform.clock.now()))
        barred = reading.phase in ("needs_login", "needs_update")  # what was reached then says little now
        tone, icon = (
            (Tone.QUIET, ft.Icons.CLOUD_OFF_OUTLINED) if barred else (Tone.DONE, ft.Icons.CLOUD_DONE_OUTLINED)
        )
    rest = []
    if reading.bytes_left:
        rest = [detail(_left_words(reading))]
    left = time_left(reading)
    if left is not None:
        rest.append(detail(t(f"common.sync.left.{left[0]}", count=left[1])))
    again = secondary(t("me.sync.now"), services.runner.kick, icon=ft.Icons.SYNC)
    return card([section(t("me.sync.title")), status(icon, words, tone), *rest, again], spacing=S3)


def _left_words(reading: Reading) -> str:
    """记录 2 条，照片和签名 5 个，共 1.2 MB; neither nothing is said, nor a size that rounds to it."""
    parts = []
    if reading.pending_records:
        parts.append(t("me.sync.records", count=reading.pending_records))
    if reading.pending_media:
        parts.append(t("me.sync.pictures", count=reading.pending_media))
    parts += [t("me.sync.size", size=size) for size in megabytes(reading.bytes_left)]
    return t("me.sync.left", what=t("me.sync.separator").join(parts))


def _forms(services: Services) -> list[ft.Control]:
    """Questionnaires, for those whose first screen is the office's: the others have them on theirs."""
    if services.me is None or home_of(services.me.role) == DOORS:
        return []
    return home_entry(services, services.platform.clock.now())


def _about(services: Services) -> ft.Control:
    return card(
        [
            section(t("me.about.title")),
            detail(t("me.about.text")),
            detail(t("me.about.version", version=services.app_version)),
            detail(t("me.about.registry", url=services.registry_url)),
            detail(t("me.about.device", id=services.identity.device_id)),
        ],
        spacing=S1,
    )
