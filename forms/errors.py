"""What a form, an expression or an answer can be refused for.

InputError
├── FormError      the form cannot be used: a stable code, the question's path, the reason
│   └── XPathError an expression cannot be read; ``details["at"]`` is the 0-based column
└── AnswerError    a value does not fit the question it was given to

Texts: ``error.<code>`` is never shown to people filling a form; an administrator reads
``forms.refusal.<code>`` (app/lang/*/LC_MESSAGES/forms.po).
"""

from __future__ import annotations

from domain.errors import InputError


class FormError(InputError):
    """A form we refuse. ``question``: instance path, "" for the whole form; ``reason``: the detail."""

    code = "form_unusable"

    def __init__(self, code: str, question: str = "", reason: str = "", **details: object) -> None:
        self.question = question
        self.reason = reason
        super().__init__(code, question=question, reason=reason, **details)


class XPathError(FormError):
    """An expression that cannot be read, or asks for what we do not support."""

    code = "xpath_unreadable"

    def __init__(self, code: str, reason: str, at: int = 0, question: str = "") -> None:
        super().__init__(code, question, reason, at=at)
        self.at = at


class AnswerError(InputError):
    """A value that does not fit: ``code`` answer_wrong_type, answer_no_such_question, answer_no_such_row…"""

    code = "answer_wrong_type"

    def __init__(self, code: str, path: str, value: str = "") -> None:
        self.path = path
        super().__init__(code, path=path, value=value)
