"""AES-256-GCM and Ed25519 by the cryptography package."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.platform.errors import PlatformError


class NativeCrypto:
    """Implements app.platform.ports.Crypto."""

    def __init__(self) -> None:
        self._last: tuple[bytes, AESGCM] | None = None

    def random(self, size: int) -> bytes:
        return os.urandom(size)

    def seal(self, key: bytes, nonce: bytes, data: bytes, associated: bytes = b"") -> bytes:
        return self._cipher(key).encrypt(nonce, data, associated)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        try:
            return self._cipher(key).decrypt(nonce, sealed, associated)
        except (InvalidTag, ValueError):
            raise PlatformError("sealed_data_damaged") from None

    def ed25519_generate(self) -> tuple[bytes, bytes]:
        private = Ed25519PrivateKey.generate()
        return private.private_bytes_raw(), private.public_key().public_bytes_raw()

    def ed25519_sign(self, private: bytes, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).sign(message)

    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _cipher(self, key: bytes) -> AESGCM:
        """The store uses one key for every frame; building the cipher costs more than a small seal."""
        last = self._last
        if last is None or last[0] != key:
            if len(key) != 32:
                raise PlatformError("bad_key", size=len(key))
            last = self._last = (key, AESGCM(key))
        return last[1]
