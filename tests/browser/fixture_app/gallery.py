"""Runs inside the fixture app's worker: the controls of a form on one page, with a draft in memory.

``show(page, paths, dark)`` draws the questions; ``asked`` answers questions about what was given.
"""

import hashlib

import flet as ft

from app.actions.survey_draft import FileDraft, Sketch
from app.lang import t
from app.platform import open_platform
from app.views.components import card, detail, screen, section
from app.views.form.asked import Asked
from app.views.form.controls import control_for
from app.views.theme import theme
from forms import Session, load


class Gallery:
    def __init__(self, platform, xform, pictures):
        self.session = Session(load(xform))
        self.platform, self.pictures = platform, pictures
        self.files, self.sketches, self.shelf, self.given = {}, {}, {}, []
        self.draw = lambda: None

    def answer(self, path, value):
        self.given.append([path, value])
        self.session.set(path, value)
        self.draw()

    def keep(self, data, kind, content_type, source):
        sha256 = hashlib.sha256(data).hexdigest()
        self.shelf[sha256] = data
        more = {"kind": kind, "content_type": content_type, "source": source, "taken": {}}
        return FileDraft(name=sha256[:8], sha256=sha256, size=len(data), **more)

    def asked(self, path):
        async def attach(data, *, kind, content_type, source, name=""):
            self.files[path] = self.keep(data, kind, content_type, source)
            self.answer(path, self.files[path].name)

        async def ground(data, *, source):
            kept = self.keep(data, "photo", "image/jpeg", source)
            self.sketches[path] = Sketch(strokes=[], width=0, height=0, background=kept)

        def keep_sketch(strokes, width, height):
            old = self.sketches.get(path)
            ground_kept = old.background if old else None
            self.sketches[path] = Sketch(strokes=strokes, width=width, height=height, background=ground_kept)

        async def kept(sha256):
            return self.shelf[sha256]

        def drop():
            del self.files[path]
            self.answer(path, "")

        return Asked(
            question=self.session.question(path),
            answer=lambda value: self.answer(path, value),
            error="",
            file=self.files.get(path),
            attach=attach,
            drop_file=drop,
            picture=self.pictures.get,
            load=kept,
            platform=self.platform,
            compact=True,
            sketch=lambda: self.sketches.get(path),
            keep_sketch=keep_sketch,
            background=ground,
        )


@ft.component
def Questions(gallery, paths):
    _, count = ft.use_state(0)
    gallery.draw = lambda: count(lambda drawn: drawn + 1)
    cards = []
    for path in paths:
        question = gallery.session.question(path)
        parts = [section(question.label), *([detail(question.hint)] if question.hint else [])]
        cards.append(card([*parts, control_for(gallery.asked(path))], spacing=8, key=path))
    return screen(cards, title=t("common.app"), route="/", page=paths[0])


async def start(page, xform, paths, dark=False, pictures=None, answers=None):
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("zh", "CN")], current_locale=ft.Locale("zh", "CN")
    )
    page.theme, page.dark_theme = theme(dark=False), theme(dark=True)
    page.theme_mode = ft.ThemeMode.DARK if dark else ft.ThemeMode.LIGHT
    page.update()
    gallery = Gallery(await open_platform(page), xform, pictures or {})
    for path, value in (answers or {}).items():
        gallery.session.set(path, value)
    page.render_views(Questions, gallery, paths)
    return gallery
