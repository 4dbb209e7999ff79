"""Which control fits a question."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.views.form.asked import Asked
from app.views.form.controls.codes import CodeAnswer
from app.views.form.controls.dates import MomentAnswer
from app.views.form.controls.files import FileAnswer
from app.views.form.controls.pictures import PictureAnswer
from app.views.form.controls.place import PlaceAnswer
from app.views.form.controls.plain import acknowledge, note, read_only
from app.views.form.controls.ranges import range_answer
from app.views.form.controls.rank import rank
from app.views.form.controls.selects import select_multiple, select_one
from app.views.form.controls.typed import TypedAnswer
from app.views.form.controls.voice import VoiceAnswer
from app.views.visit.hooks import part

_MADE: dict[str, Callable[[Asked], ft.Control]] = {
    "range": range_answer,
    "select_one": select_one,
    "select_multiple": select_multiple,
    "rank": rank,
    "acknowledge": acknowledge,
}
_COMPONENTS = {
    "text": TypedAnswer,
    "integer": TypedAnswer,
    "decimal": TypedAnswer,
    "date": MomentAnswer,
    "time": MomentAnswer,
    "datetime": MomentAnswer,
    "image": PictureAnswer,
    "audio": VoiceAnswer,
    "file": FileAnswer,
    "geopoint": PlaceAnswer,
    "barcode": CodeAnswer,
}


def control_for(asked: Asked) -> ft.Control:
    """The input of one question, keyed by its path; label, hint and errors are the frame's."""
    question = asked.question
    if question.type == "note":
        return note(asked)
    if question.readonly:
        return read_only(asked)
    if question.type in _COMPONENTS:
        return part(_COMPONENTS[question.type], question.path, asked)
    return ft.Container(_MADE[question.type](asked), key=question.path)
