"""A second composition root, for ``nuanfang forms preview``: one form, no registry, nothing kept or sent.

Runs in the browser instead of app.main (assets/web/preview_main.py). The form comes from the preview's own
server at each load; store, photos and keys live in memory, and nothing synchronises.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import flet as ft
import js
import msgspec

from app.actions.enrol import device_identity
from app.actions.preferences import Preferences
from app.actions.services import Services
from app.actions.start_survey import start_survey
from app.lang import t
from app.photos.shelf import Shelf
from app.platform import open_platform
from app.platform.errors import PlatformError
from app.store import open_database
from app.store.tables import forms, records
from app.views.components import Tone, body, callout, card, primary, screen, section
from app.views.context import ServicesContext, go
from app.views.form.routes import form_routes
from app.views.shell import crash
from app.views.shell.look import apply_look
from domain.ids import new_id
from sync.protocol.forms import FormDoc, form_key
from sync.protocol.messages import Me

SOURCE = "preview.json"


@dataclass
class MemoryFile:
    """One file of a store that is gone when the page is."""

    data: bytearray = field(default_factory=bytearray)

    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self.data[offset : offset + size])

    def append(self, data: bytes) -> None:
        self.data += data

    def truncate(self, size: int) -> None:
        del self.data[size:]

    def sync(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class MemoryFolder:
    files: dict[str, MemoryFile] = field(default_factory=dict)

    def names(self) -> list[str]:
        return list(self.files)

    def free(self) -> int:
        return 1000

    def open(self, name: str) -> MemoryFile:
        return self.files.setdefault(name, MemoryFile())

    def replace(self, source: str, target: str) -> None:
        self.files[target] = self.files.pop(source)

    def remove(self, name: str) -> None:
        self.files.pop(name, None)

    def lock(self) -> None: ...

    def close(self) -> None: ...


class MemoryBlobs:
    """Photos and secrets alike: by name, as long as the page is open."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    async def put(self, name: str, data: bytes) -> None:
        self.held[name] = data

    async def get(self, name: str) -> bytes:
        if name not in self.held:
            raise PlatformError("blob_missing", name=name)
        return self.held[name]

    async def has(self, name: str) -> bool:
        return name in self.held

    async def delete(self, name: str) -> None:
        self.held.pop(name, None)

    async def names(self) -> list[str]:
        return list(self.held)


class MemorySecrets:
    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    async def get(self, name: str) -> bytes | None:
        return self.held.get(name)

    async def put(self, name: str, value: bytes) -> None:
        self.held[name] = value

    async def delete(self, name: str) -> None:
        self.held.pop(name, None)


async def main(page: ft.Page) -> None:
    """Fetch the form, put it on a shelf of its own, show it."""
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("zh", "CN")], current_locale=ft.Locale("zh", "CN")
    )
    found = json.loads(await _fetched())
    services = await _services(page)
    apply_look(page, services)
    key = ""
    if found["doc"] is not None:
        doc = msgspec.convert(found["doc"], FormDoc)
        key = form_key(doc.form_id, doc.version)
        forms(services.db).put({"id": key, **found["doc"]})
    crash.install(page, lambda *_: None, lambda *_: None)
    page.render_views(Preview, services, found, key)


async def _fetched() -> str:
    base = str(js.self.location.origin) + "/app/"
    answer = await js.fetch(base + SOURCE, cache="no-store")
    return str(await answer.text())


async def _services(page: ft.Page) -> Services:
    platform = await open_platform(page)
    key = platform.crypto.random(32)
    identity = await device_identity(MemorySecrets(), platform.crypto)
    nobody = new_id()
    return Services(
        platform=platform,
        db=open_database(MemoryFolder(), key, crypto=platform.crypto),
        blobs=Shelf(MemoryBlobs(), platform.crypto, key),
        runner=cast(Any, None),
        identity=identity,
        preferences=Preferences(),
        me=Me(
            user_id=nobody,
            name=t("forms.preview.person"),
            role="cadre",
            org_id=nobody,
            org_name="",
            county="000000",
        ),
    )


@ft.component
def Preview(services: Services, found: dict[str, Any], key: str) -> Any:  # noqa: N802  # noqa: N802
    """The ordinary screens of a questionnaire; its end shows what would be sealed."""

    @ft.component
    def Start() -> Any:  # noqa: N802  # noqa: N802
        return _start(services, found, key)

    @ft.component
    def Done() -> Any:  # noqa: N802  # noqa: N802
        return _done(services, ft.use_route_params().get("fid", ""))

    below = [route for route in form_routes() if route.path != "form/:fid/done"]
    routes = [
        ft.Route(
            path="/", component=Start, children=[ft.Route(path="form/:fid/done", component=Done), *below]
        )
    ]
    return ServicesContext(services, lambda: ft.Router(routes, manage_views=True))


def _start(services: Services, found: dict[str, Any], key: str) -> ft.View:
    def begin() -> None:
        go(f"/form/{start_survey(services, key)}")

    lines: list[ft.Control] = [body(line) for line in found["lines"]]
    fit = bool(key)
    parts: list[ft.Control] = [
        callout(
            ft.Icons.VISIBILITY if fit else ft.Icons.ERROR_OUTLINE,
            t("forms.preview.hint" if fit else "forms.preview.unfit"),
            Tone.WAIT if fit else Tone.PROBLEM,
        ),
        card([section(found["file"]), *lines]),
    ]
    button = [primary(t("forms.preview.begin"), begin, icon=ft.Icons.EDIT)] if fit else []
    return screen(parts, title=t("forms.preview.title"), route="/", bottom=button)


def _done(services: Services, survey_id: str) -> ft.View:
    kept = records(services.db).get(survey_id)
    text = json.dumps(_answers(kept), ensure_ascii=False, indent=2) if kept else ""
    sealed = ft.Text(text, selectable=True, font_family="monospace")
    return screen(
        [
            callout(ft.Icons.CLOUD_OFF_OUTLINED, t("forms.preview.done"), Tone.WAIT),
            card([section(t("forms.preview.sealed")), sealed]),
        ],
        title=t("forms.preview.title"),
        bottom=[primary(t("forms.preview.again"), lambda: go("/"), icon=ft.Icons.REFRESH)],
        back=lambda: go("/"),
    )


def _answers(kept: dict[str, Any]) -> Any:
    return json.loads(kept["text"])["body"]["answers"]
