"""What stands above a list of things to settle, and on its rows: that it may be old, what came of an act."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.views.components import Tone, callout
from app.views.office import words
from app.views.office.board_state import Board, Said


def may_be_old(error: str) -> list[ft.Control]:
    """What is shown could not be asked for again: why; nothing without an error."""
    return [callout(ft.Icons.CLOUD_OFF_OUTLINED, words.problem(error), Tone.WAIT)] if error else []


def told(board: Board[Any], row_id: str = "") -> list[ft.Control]:
    """What came of the last act: on this row, or above the list. Heard as well as seen."""
    said = board.about(row_id)
    return [ft.Semantics(content=_line(said), live_region=True)] if said else []


def _line(said: Said) -> ft.Control:
    icon = ft.Icons.CHECK_CIRCLE if said.good else ft.Icons.ERROR_OUTLINE
    return callout(icon, said.text, Tone.DONE if said.good else Tone.WAIT)
