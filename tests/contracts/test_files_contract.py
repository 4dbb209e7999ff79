"""Every folder for the store keeps the same promises: native, browser pool, and the tests' fake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.platform.browser.pool import PAGE, PoolFolder
from app.platform.errors import PlatformError
from app.platform.native.files import NativeFolder
from app.platform.ports import DeviceFolder
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost, pool_handles

Opener = Callable[[], DeviceFolder]


class FolderContract:
    """``opener`` opens the same folder each time, as a new process would."""

    @pytest.fixture
    def folder(self, opener: Opener):
        folder = opener()
        yield folder
        folder.close()

    def test_a_new_folder_is_empty(self, folder):
        """A fresh phone has no files in the store's folder."""
        assert folder.names() == []

    def test_what_was_appended_is_read_back(self, folder):
        """Bytes come back at the offsets where they were written."""
        file = folder.open("a")
        file.append(b"one")
        file.append(b"two")
        assert (file.size(), file.read(0, 6), file.read(3, 3)) == (6, b"onetwo", b"two")

    def test_reading_past_the_end_gives_what_is_there(self, folder):
        """A short file gives short bytes, not an error."""
        file = folder.open("a")
        file.append(b"abc")
        assert file.read(1, 100) == b"bc"
        assert file.read(50, 10) == b""

    def test_truncate_then_append(self, folder):
        """After a cut the next bytes follow the cut."""
        file = folder.open("a")
        file.append(b"abcdef")
        file.truncate(2)
        file.append(b"X")
        assert file.read(0, 10) == b"abX"

    def test_files_survive_closing(self, opener):
        """What was flushed is there for the next process."""
        folder = opener()
        file = folder.open("a")
        file.append("访".encode() * 1000)
        file.sync()
        file.close()
        folder.close()
        again = opener()
        assert again.names() == ["a"]
        assert again.open("a").read(0, 10**6) == "访".encode() * 1000
        again.close()

    def test_replace_puts_a_file_in_the_place_of_another(self, folder):
        """The new content stands under the old name, and the old content is gone."""
        for name, data in (("a", b"old"), ("a.new", b"new!")):
            file = folder.open(name)
            file.append(data)
            file.sync()
            file.close()
        folder.replace("a.new", "a")
        assert folder.names() == ["a"]
        assert folder.open("a").read(0, 10) == b"new!"

    def test_a_removed_name_starts_empty_again(self, folder):
        """Nothing of a removed file shows up under its name later."""
        file = folder.open("a")
        file.append(b"secret" * 1000)
        file.close()
        folder.remove("a")
        folder.remove("a")
        assert folder.names() == []
        assert folder.open("a").size() == 0

    def test_an_impossible_name_is_refused(self, folder):
        """A name is never a way out of the folder."""
        with pytest.raises(PlatformError) as error:
            folder.open("")
        assert error.value.code == "bad_file_name"


class TestNativeFolder(FolderContract):
    @pytest.fixture
    def opener(self, tmp_path: Path) -> Opener:
        return lambda: NativeFolder(tmp_path / "store")

    def test_the_second_opener_hears_who_has_it(self, opener, tmp_path):
        """Two programs on one store: the second gets the pid of the first."""
        import os

        first, second = opener(), opener()
        first.lock()
        with pytest.raises(PlatformError) as error:
            second.lock()
        assert error.value.code == "store_in_use"
        assert error.value.details["holder"] == os.getpid()
        first.close()
        second.lock()
        second.close()

    @pytest.mark.parametrize("name", ["../out", "a/b", "..", ".lock", "a\0b"])
    def test_names_stay_inside(self, opener, name):
        """No name reaches outside the folder or the lock."""
        folder = opener()
        with pytest.raises(PlatformError):
            folder.open(name)
        folder.close()

    def test_only_the_owner_reads(self, opener, tmp_path):
        """Other users of the device cannot read the store's files."""
        folder = opener()
        folder.open("a").close()
        assert (tmp_path / "store").stat().st_mode & 0o077 == 0
        assert (tmp_path / "store" / "a").stat().st_mode & 0o077 == 0
        folder.close()


class TestFakeFolder(FolderContract):
    @pytest.fixture
    def opener(self) -> Opener:
        disk = Disk()
        return lambda: FakeFolder(disk)


class TestPoolFolder(FolderContract):
    @pytest.fixture
    def disk(self) -> Disk:
        return Disk()

    @pytest.fixture
    def opener(self, disk: Disk) -> Opener:
        return lambda: PoolFolder(list(pool_handles(disk)))

    def test_a_full_pool_says_so_and_grows(self, disk):
        """When no prepared file is left the error is clear, and more can be added."""
        folder = PoolFolder(list(pool_handles(disk, 2)))
        folder.open("a")
        folder.open("b")
        with pytest.raises(PlatformError) as error:
            folder.open("c")
        assert error.value.code == "folder_full"
        folder.add(list(pool_handles(Disk(), 1)))
        assert folder.open("c").size() == 0

    @pytest.mark.parametrize("kept", ["written", "flushed", "torn"])
    def test_a_rename_happens_whole_or_not_at_all(self, kept):
        """Power lost at any step of a rename leaves the old file or the new one, never neither or both."""
        for crash_at in range(40):
            disk = Disk()
            folder = PoolFolder(list(pool_handles(disk, 3)))
            for name, data in (("a", b"old"), ("a.new", b"new")):
                folder.open(name).append(data)
                folder.open(name).sync()
            disk.crash_at, crashed = disk.steps + crash_at, False
            try:
                folder.replace("a.new", "a")
            except PowerLost:
                crashed = True
            after = PoolFolder(list(pool_handles(disk.after_power_loss(kept), 3)))
            content = after.open("a").read(0, 10)
            assert content in (b"old", b"new")
            assert after.names().count("a") == 1
            if not crashed:
                assert content == b"new"
                return
        pytest.fail("the rename never finished")

    def test_a_slot_used_before_starts_empty(self, disk):
        """A crash between naming a file free and cutting it leaves no old bytes in the next file."""
        folder = PoolFolder(list(pool_handles(disk, 1)))
        folder.open("a").append(b"old bytes")
        folder._slots[0].rename("", 99)
        assert len(disk.files["slot-0"].now) > PAGE
        again = PoolFolder(list(pool_handles(disk, 1)))
        assert again.open("b").size() == 0
