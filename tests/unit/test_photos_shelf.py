"""Photos rest encrypted, under the name of their own content (S9)."""

import pytest

from app.photos import PhotoError, Shelf
from app.photos.shelf import shelf_key
from app.platform.errors import PlatformError
from app.platform.native.crypto import NativeCrypto
from sync.protocol.canonical import sha256_hex

KEY = bytes(range(32))
PHOTO = b"\xff\xd8 a picture of a door plate \xff\xd9" * 40


class MemoryBlobs:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.writes = 0
        self.full = False

    async def put(self, name: str, data: bytes) -> None:
        if self.full:
            raise PlatformError("disk_full")
        self.writes += 1
        self.files[name] = data

    async def get(self, name: str) -> bytes:
        try:
            return self.files[name]
        except KeyError:
            raise PlatformError("blob_missing", name=name) from None

    async def has(self, name: str) -> bool:
        return name in self.files

    async def delete(self, name: str) -> None:
        del self.files[name]

    async def names(self) -> list[str]:
        return sorted(self.files)


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def shelf(blobs: MemoryBlobs) -> Shelf:
    return Shelf(blobs, NativeCrypto(), KEY)


async def test_a_photo_comes_back_as_it_was(shelf, blobs):
    """A kept photo is read back byte for byte, under its SHA-256."""
    name = await shelf.keep(PHOTO)
    assert name == sha256_hex(PHOTO)
    assert await shelf.get(name) == PHOTO
    assert await shelf.names() == [name]


async def test_whoever_finds_the_phone_cannot_see_the_photo(shelf, blobs):
    """S9: nothing of the picture stands readable on the disk, and the store's own key does not open it."""
    name = await shelf.keep(PHOTO)
    raw = blobs.files[name]
    assert PHOTO[:16] not in raw
    assert shelf_key(KEY) != KEY
    with pytest.raises(PlatformError):
        NativeCrypto().open(KEY, raw[:12], raw[12:], name.encode())


async def test_the_same_photo_is_kept_once(shelf, blobs):
    """Pressing twice costs no room."""
    assert await shelf.keep(PHOTO) == await shelf.keep(PHOTO)
    assert blobs.writes == 1


async def test_a_file_moved_under_another_name_is_refused(shelf, blobs):
    """R12: one household's photo cannot be slipped under another's name."""
    name, other = await shelf.keep(PHOTO), await shelf.keep(PHOTO + b"2")
    blobs.files[name] = blobs.files[other]
    with pytest.raises(PhotoError) as error:
        await shelf.get(name)
    assert error.value.code == "photo_damaged"


async def test_a_damaged_file_says_so(shelf, blobs):
    """One flipped bit is noticed, not shown as a strange picture."""
    name = await shelf.keep(PHOTO)
    raw = bytearray(blobs.files[name])
    raw[40] ^= 1
    blobs.files[name] = bytes(raw)
    with pytest.raises(PhotoError):
        await shelf.get(name)
    blobs.files[name] = b"short"
    with pytest.raises(PhotoError):
        await shelf.get(name)


async def test_a_missing_or_wrongly_named_photo_has_its_own_error(shelf):
    """The caller can tell 'gone' from 'damaged'."""
    with pytest.raises(PlatformError) as error:
        await shelf.get("0" * 64)
    assert error.value.code == "blob_missing"
    with pytest.raises(PhotoError):
        await shelf.put("0" * 64, PHOTO)


async def test_a_full_disk_reaches_the_caller(shelf, blobs):
    """The screen can say calmly that the phone is full."""
    blobs.full = True
    with pytest.raises(PlatformError) as error:
        await shelf.keep(PHOTO)
    assert error.value.code == "disk_full"


async def test_forgetting_twice_is_no_error(shelf):
    """Removing a photo that is already gone is what the person wanted."""
    name = await shelf.keep(PHOTO)
    await shelf.delete(name)
    await shelf.delete(name)
    assert not await shelf.has(name)
