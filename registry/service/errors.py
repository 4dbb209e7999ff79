"""What the office refuses, each with a code of ``sync.protocol.problems.PROBLEMS``.

RegistryError
└── RefusedError   a request that is answered with problem JSON
"""

from __future__ import annotations

from domain.errors import NuanFangError
from sync.protocol.problems import PROBLEMS


class RegistryError(NuanFangError):
    """Anything the office raises on purpose."""


class RefusedError(RegistryError):
    """A request is refused; ``code`` stands in the catalogue, which also gives the HTTP status."""

    def __init__(self, code: str, detail: str | None = None, **params: object) -> None:
        super().__init__(code, **params)
        self.kind = PROBLEMS[code]
        self.detail = detail
