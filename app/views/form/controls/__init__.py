"""One fitting control for every type and appearance of question: ``control_for(asked)`` is the input only."""

from app.views.form.controls.choose import control_for

__all__ = ["control_for"]
