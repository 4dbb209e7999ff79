"""Every place for photos keeps the same promises: a folder here, the browser's own in tests/browser."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.platform.errors import PlatformError
from app.platform.native.blobs import FolderBlobs
from tests.contracts.test_pictures_contract import Now

NAME = "ab" * 32


class BlobsContract:
    """``opener`` opens the same place each time, as a new start of the app would; methods are synchronous."""

    @pytest.fixture
    def blobs(self, opener):
        return opener()

    def test_what_was_put_is_there_after_a_restart(self, opener):
        """A photo outlives the app."""
        data = os.urandom(300_000)
        opener().put(NAME, data)
        again = opener()
        assert again.get(NAME) == data
        assert again.has(NAME)
        assert again.names() == [NAME]

    def test_a_missing_photo_is_named(self, blobs):
        """Asking for what is not there gives a clear error."""
        assert not blobs.has(NAME)
        with pytest.raises(PlatformError) as error:
            blobs.get(NAME)
        assert error.value.code == "blob_missing"

    def test_put_replaces(self, blobs):
        """The second content counts, whole."""
        blobs.put(NAME, b"first, and longer than the second")
        blobs.put(NAME, b"second")
        assert blobs.get(NAME) == b"second"
        assert blobs.names() == [NAME]

    def test_an_empty_blob_is_a_blob(self, blobs):
        """Nothing is also something."""
        blobs.put(NAME, b"")
        assert blobs.has(NAME)
        assert blobs.get(NAME) == b""

    def test_delete_twice(self, blobs):
        """Deleting is done when it is gone, however often."""
        blobs.put(NAME, b"x")
        blobs.delete(NAME)
        blobs.delete(NAME)
        assert not blobs.has(NAME)
        assert blobs.names() == []

    @pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "x.part", "a" * 300, "照片", "a\0b"])
    def test_names_that_could_do_harm_are_refused(self, blobs, name):
        """A name can never lead out of the folder."""
        with pytest.raises(PlatformError) as error:
            blobs.put(name, b"x")
        assert error.value.code == "bad_file_name"
        assert blobs.names() == []


class TestFolder(BlobsContract):
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "photos"

    @pytest.fixture
    def opener(self, folder):
        return lambda: Now(FolderBlobs(folder))

    def test_a_folder_that_is_away_is_no_missing_photo(self, blobs, folder):
        """S25: a card or profile that is not there now may come back."""
        blobs.put(NAME, b"photo")
        folder.rename(folder.with_name("away"))
        with pytest.raises(PlatformError, match="file_failed"):
            blobs.get(NAME)
        folder.with_name("away").rename(folder)
        assert blobs.get(NAME) == b"photo"
        with pytest.raises(PlatformError, match="blob_missing"):
            blobs.get("0" * 64)

    def test_a_full_disk_is_told_and_leaves_nothing(self, blobs, folder, monkeypatch):
        """When the phone is full, the old content stays and no half file lies about."""
        blobs.put(NAME, b"old")

        def full(_descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(PlatformError) as error:
            blobs.put(NAME, b"new")
        assert error.value.code == "disk_full"
        assert blobs.get(NAME) == b"old"
        assert [path.name for path in folder.iterdir()] == [NAME]

    def test_what_a_crash_left_is_swept(self, opener, folder):
        """An unfinished file of a killed app is never shown as a photo and goes at the next start."""
        opener()
        (folder / "0123.part").write_bytes(b"half")
        assert opener().names() == []
        assert not list(folder.iterdir())
