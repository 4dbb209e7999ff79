"""Codes by ZXing in JavaScript: the phone's own detector exists in few browsers."""

from __future__ import annotations

from typing import Any

from pyodide.code import run_js
from pyodide.ffi import JsException, to_js

from app.platform.errors import PlatformError
from app.platform.picture_rules import check


class ZxingCodes:
    """Implements app.platform.ports.CodeReader; the module is loaded when a code is first asked for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._module: Any = None

    async def ready(self) -> bool:
        if self._module is None:
            try:
                self._module = await run_js("(url) => import(url)")(self._url)
            except JsException:
                return False
        return True

    async def read(self, picture: bytes) -> str | None:
        check(picture)
        if not await self.ready():
            return None
        try:
            found = await self._module.read(to_js(picture))
        except JsException as error:
            raise PlatformError("not_a_picture", reason=str(error)) from error
        return str(found) if found else None
