"""The pieces every screen is made of. Texts come in already looked up; sizes and colours from the theme.

Screen: ``screen``. Text: ``headline name section body detail number``. Layout: ``column row gap card
divider dotted narrow``. Doing: ``primary secondary quiet danger backward icon_button``. Saying: ``Tone
status chip banner sliding callout``. States: ``empty loading failed``. ``steps`` (a record's road), ``ring``
(coverage), ``fact`` (label and value), ``text_field`` and ``typed_in`` (what its event says), ``switch``,
``choice`` (one of a few), ``notice`` and ``confirm`` (dialogs for ft.use_dialog).
"""

from app.views.components.buttons import backward, danger, icon_button, primary, quiet, secondary
from app.views.components.choice import choice
from app.views.components.dialogs import confirm, notice
from app.views.components.fields import fact, switch, text_field, typed_in
from app.views.components.layout import card, column, divider, dotted, gap, narrow, row, screen
from app.views.components.progress import Step, StepState, ring, steps
from app.views.components.states import empty, failed, loading
from app.views.components.status import Tone, banner, callout, chip, sliding, status
from app.views.components.text import body, detail, headline, name, number, section

__all__ = [
    "Step",
    "StepState",
    "Tone",
    "backward",
    "banner",
    "body",
    "callout",
    "card",
    "chip",
    "choice",
    "column",
    "confirm",
    "danger",
    "detail",
    "divider",
    "dotted",
    "empty",
    "fact",
    "failed",
    "gap",
    "headline",
    "icon_button",
    "loading",
    "name",
    "narrow",
    "notice",
    "number",
    "primary",
    "quiet",
    "ring",
    "row",
    "screen",
    "secondary",
    "section",
    "sliding",
    "status",
    "steps",
    "switch",
    "text_field",
    "typed_in",
]
