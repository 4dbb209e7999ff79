"""The few seams to the device, each with a native and a browser version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.platform.detect import in_browser
from app.platform.ports import Platform

if TYPE_CHECKING:
    import flet

__all__ = ["Platform", "in_browser", "open_platform"]


async def open_platform(page: flet.Page) -> Platform:
    """The platform of the edition that runs. Only its modules are imported."""
    if in_browser():
        from app.platform.browser.device import open_browser

        return await open_browser()
    from app.platform.native.device import open_native

    return await open_native(page)
