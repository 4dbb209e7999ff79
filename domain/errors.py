"""Every error we raise on purpose.

NuanFangError
├── InputError        what a person or a file gave us is not usable
├── StoreError        the phone's database (app.store.errors)
├── WireError         the road (sync)
└── RegistryError     the office (registry)

Each carries a stable ``code``; the Chinese sentence for it lives in the catalogue as
``error.<code>``, and on the wire it becomes RFC 9457 problem JSON.
"""

from __future__ import annotations


class NuanFangError(Exception):
    """Base of all: ``code`` is stable snake_case, ``details`` fill the message's placeholders."""

    code: str = "internal"

    def __init__(self, code: str | None = None, **details: object) -> None:
        if code is not None:
            self.code = code
        self.details = details
        super().__init__(self.code, details)

    def __str__(self) -> str:
        extra = ", ".join(f"{k}={v!r}" for k, v in self.details.items())
        return f"{self.code}({extra})" if extra else self.code


class InputError(NuanFangError):
    """Input that cannot be used as it is; ``details["field"]`` names where, if known."""

    code = "bad_input"
