"""Every crypto keeps the same promises, proven with published vectors (GCM specification, RFC 8032)."""

from __future__ import annotations

import pytest

from app.platform.errors import PlatformError
from app.platform.native.crypto import NativeCrypto
from app.platform.native.secrets import FileSecrets
from app.platform.ports import Crypto

KEY, NONCE = bytes(32), bytes(12)
#: RFC 8032 section 7.1: seed, public key, message, signature.
ED25519 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


class CryptoContract:
    def test_gcm_vector(self, crypto: Crypto):
        """The seal is the one the standard prescribes (GCM test case 14)."""
        sealed = crypto.seal(KEY, NONCE, bytes(16))
        assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        assert crypto.open(KEY, NONCE, sealed) == bytes(16)

    def test_nothing_changed_opens(self, crypto: Crypto):
        """A wrong key, place, nonce or any flipped bit is noticed."""
        sealed = crypto.seal(KEY, NONCE, "暖访".encode(), b"place")
        assert crypto.open(KEY, NONCE, sealed, b"place").decode() == "暖访"
        wrong = [
            (b"\1" * 32, NONCE, sealed, b"place"),
            (KEY, b"\1" * 12, sealed, b"place"),
            (KEY, NONCE, sealed, b"other"),
            (KEY, NONCE, sealed[:-1], b"place"),
            (KEY, NONCE, b"", b"place"),
        ]
        wrong += [(KEY, NONCE, _flip(sealed, bit), b"place") for bit in range(len(sealed) * 8)]
        for arguments in wrong:
            with pytest.raises(PlatformError) as error:
                crypto.open(*arguments)
            assert error.value.code == "sealed_data_damaged"

    def test_a_short_key_is_refused(self, crypto: Crypto):
        """AES-128 by accident is not possible."""
        with pytest.raises(PlatformError) as error:
            crypto.seal(bytes(16), NONCE, b"x")
        assert error.value.code == "bad_key"

    @pytest.mark.parametrize(("seed", "public", "message", "signature"), ED25519)
    def test_ed25519_vectors(self, crypto: Crypto, seed, public, message, signature):
        """Signatures are those of RFC 8032."""
        assert crypto.ed25519_sign(bytes.fromhex(seed), bytes.fromhex(message)).hex() == signature
        assert crypto.ed25519_verify(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))

    def test_a_new_key_signs(self, crypto: Crypto):
        """A fresh device key signs what its public half verifies, and nothing else."""
        private, public = crypto.ed25519_generate()
        signature = crypto.ed25519_sign(private, b"record")
        assert crypto.ed25519_verify(public, signature, b"record") is True
        assert crypto.ed25519_verify(public, signature, b"Record") is False
        assert crypto.ed25519_verify(public, _flip(signature, 3), b"record") is False

    def test_malformed_signatures_are_just_false(self, crypto: Crypto):
        """Garbage from outside never raises."""
        for public, signature in ((b"", b""), (b"x" * 32, b"y" * 64), (b"x" * 5, b"y" * 64)):
            assert crypto.ed25519_verify(public, signature, b"m") is False

    def test_random_is_random(self, crypto: Crypto):
        """Nonces do not repeat, and large requests are served."""
        assert len({crypto.random(12) for _ in range(1000)}) == 1000
        assert len(crypto.random(100_000)) == 100_000


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


class TestNativeCrypto(CryptoContract):
    @pytest.fixture
    def crypto(self) -> Crypto:
        return NativeCrypto()


class TestFileSecrets:
    """The store's key on a computer."""

    async def test_a_secret_is_kept_and_forgotten(self, tmp_path):
        """What was put is there for the next start, and gone after deletion."""
        secrets = FileSecrets(tmp_path)
        assert await secrets.get("key") is None
        await secrets.put("key", b"\0\xff" * 16)
        await secrets.put("other", b"x")
        assert await FileSecrets(tmp_path).get("key") == b"\0\xff" * 16
        await secrets.delete("key")
        await secrets.delete("key")
        assert await secrets.get("key") is None
        assert await secrets.get("other") == b"x"

    async def test_only_the_owner_reads_it(self, tmp_path):
        """Other users of the computer cannot read the key."""
        await FileSecrets(tmp_path).put("key", b"x")
        assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0

    async def test_a_damaged_file_is_never_started_over(self, tmp_path):
        """A new key would make the store unreadable for ever, so damage is an error."""
        (tmp_path / "secrets.json").write_bytes(b'{"key": ')
        with pytest.raises(PlatformError) as error:
            await FileSecrets(tmp_path).get("key")
        assert error.value.code == "secrets_unreadable"
        with pytest.raises(PlatformError):
            await FileSecrets(tmp_path).put("key", b"new")
        assert (tmp_path / "secrets.json").read_bytes() == b'{"key": '
