"""What tus 1.0.0 asks of every request and answer under /v1/media, whatever handler they meet."""

from __future__ import annotations

from litestar.types import HTTPScope

VERSION = "1.0.0"
UPLOADS = "/v1/media/uploads/"
OVERRIDE = "x-http-method-override"
OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD"})


def meant(scope: HTTPScope, headers: dict[str, str]) -> None:
    """A client that can only POST says in a header what it means (tus 1.0.0, X-HTTP-Method-Override)."""
    wanted = headers.get(OVERRIDE, "").upper()
    if scope["method"] == "POST" and scope["path"].startswith(UPLOADS) and wanted in OVERRIDES:
        scope["method"] = wanted  # type: ignore[typeddict-item]


def spoken(path: str, asked: dict[str, str], status: int) -> list[tuple[bytes, bytes]]:
    """Headers that an error to a tus client needs too; successes carry them already."""
    if status < 400 or not path.startswith("/v1/media"):
        return []
    names = ["tus-resumable"] * ("tus-resumable" in asked) + ["tus-version"] * (status == 412)
    return [(name.encode(), VERSION.encode()) for name in names]
