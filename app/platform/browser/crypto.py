"""AES-256-GCM and Ed25519 by the audited noble libraries, synchronous in the Pyodide worker.

WebCrypto is asynchronous, so it cannot seal what an insert has to acknowledge (docs/adr/0003). The
site ships ``crypto-noble.js``, an ES module that exports seal(key, nonce, data, aad), open(key, nonce,
sealed, aad), edPublic(seed), edSign(seed, message) and edVerify(public, signature, message), all on
Uint8Array.
"""

from __future__ import annotations

from typing import Any

import js
from pyodide.code import run_js
from pyodide.ffi import JsException, to_js

from app.platform.errors import PlatformError

_MOST_RANDOM = 65536  # what getRandomValues gives at once


class NobleCrypto:
    """``await NobleCrypto.load(url)``; implements app.platform.ports.Crypto."""

    def __init__(self, module: Any) -> None:
        self._noble = module

    @classmethod
    async def load(cls, url: str) -> NobleCrypto:
        """Import the module; raises PlatformError("crypto_missing")."""
        try:
            return cls(await run_js("(url) => import(url)")(url))
        except JsException as error:
            raise PlatformError("crypto_missing", url=url, reason=str(error)) from error

    def random(self, size: int) -> bytes:
        parts: list[bytes] = []
        for start in range(0, size, _MOST_RANDOM):
            buffer = js.Uint8Array.new(min(_MOST_RANDOM, size - start))
            js.crypto.getRandomValues(buffer)
            parts.append(buffer.to_bytes())
        return b"".join(parts)

    def seal(self, key: bytes, nonce: bytes, data: bytes, associated: bytes = b"") -> bytes:
        return self._call("seal", _key(key), nonce, data, associated)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        try:
            return self._call("open", _key(key), nonce, sealed, associated)
        except JsException:
            raise PlatformError("sealed_data_damaged") from None

    def ed25519_generate(self) -> tuple[bytes, bytes]:
        seed = self.random(32)
        return seed, self._call("edPublic", seed)

    def ed25519_sign(self, private: bytes, message: bytes) -> bytes:
        return self._call("edSign", private, message)

    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            return bool(self._noble.edVerify(to_js(public), to_js(signature), to_js(message)))
        except JsException:
            return False

    def _call(self, name: str, *arguments: bytes) -> bytes:
        result = getattr(self._noble, name)(*(to_js(argument) for argument in arguments))
        data: bytes = result.to_bytes()
        return data


def _key(key: bytes) -> bytes:
    if len(key) != 32:
        raise PlatformError("bad_key", size=len(key))
    return key
