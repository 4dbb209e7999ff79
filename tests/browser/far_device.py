"""The browser's device seams, reached from a test: each call runs inside the app's own worker.

So that the contract test classes of tests/contracts run unchanged against the real browser.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from app.platform.errors import PlatformError
from tests.browser.harness.inside import InsideError, run_inside

_KEPT = """
import sys, types
kept = sys.modules.setdefault("kept_by_tests", types.SimpleNamespace(things={})).things
"""


class Far:
    """Objects inside the worker, by name."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def run(self, code: str, **given: Any) -> Any:
        """What ``code`` returns; it sees ``kept`` (a dict that stays) and ``given``."""
        try:
            return run_inside(self.page, _KEPT + code, **given)
        except InsideError as error:
            if error.code:
                raise PlatformError(error.code) from error
            raise

    def call(self, name: str, method: str, *arguments: Any) -> Any:
        code = 'return getattr(kept[given["name"]], given["method"])(*given["arguments"])'
        return self.run(code, name=name, method=method, arguments=list(arguments))


class FarFile:
    def __init__(self, far: Far, folder: str, name: str) -> None:
        self._far, self._key = far, f"{folder}/{name}"
        far.run(
            'kept[given["key"]] = kept[given["folder"]].open(given["name"])',
            key=self._key,
            folder=folder,
            name=name,
        )

    def size(self) -> int:
        return self._far.call(self._key, "size")

    def read(self, offset: int, size: int) -> bytes:
        return self._far.call(self._key, "read", offset, size)

    def append(self, data: bytes) -> None:
        self._far.call(self._key, "append", data)

    def truncate(self, size: int) -> None:
        self._far.call(self._key, "truncate", size)

    def sync(self) -> None:
        self._far.call(self._key, "sync")

    def close(self) -> None:
        self._far.call(self._key, "close")


class FarFolder:
    """An OpfsFolder that was connected under ``name``."""

    def __init__(self, far: Far, name: str) -> None:
        self._far, self._name = far, name
        far.run(
            """
from app.platform.browser.files import OpfsFolder
kept[given["name"]] = await OpfsFolder.connect(given["name"], 6)
""",
            name=name,
        )

    def names(self) -> list[str]:
        return self._far.call(self._name, "names")

    def free(self) -> int:
        return self._far.call(self._name, "free")

    def open(self, name: str) -> FarFile:
        return FarFile(self._far, self._name, name)

    def replace(self, source: str, target: str) -> None:
        self._far.call(self._name, "replace", source, target)

    def remove(self, name: str) -> None:
        self._far.call(self._name, "remove", name)

    def lock(self) -> None:
        self._far.call(self._name, "lock")

    def close(self) -> None:
        self._far.call(self._name, "close")


class FarCrypto:
    def __init__(self, far: Far) -> None:
        self._far = far
        far.run("""
from app.platform.browser.crypto import NobleCrypto
from app.platform.browser.device import site_url
kept["crypto"] = await NobleCrypto.load(site_url("crypto-noble.js"))
""")

    def random(self, size: int) -> bytes:
        return self._far.call("crypto", "random", size)

    def seal(self, key: bytes, nonce: bytes, data: bytes, associated: bytes = b"") -> bytes:
        return self._far.call("crypto", "seal", key, nonce, data, associated)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        return self._far.call("crypto", "open", key, nonce, sealed, associated)

    def ed25519_generate(self) -> tuple[bytes, bytes]:
        private, public = self._far.call("crypto", "ed25519_generate")
        return private, public

    def ed25519_sign(self, private: bytes, message: bytes) -> bytes:
        return self._far.call("crypto", "ed25519_sign", private, message)

    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        return self._far.call("crypto", "ed25519_verify", public, signature, message)
