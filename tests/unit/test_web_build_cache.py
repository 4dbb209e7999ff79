"""What was made once is not made again, and nothing half made is ever used."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from registry.cli.web_build.cache import Cache, digest, digest_files


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path, said) -> Cache:
    return Cache(tmp_path / "cache", said.append)


def key(text: str) -> str:
    return digest(text)


def test_a_part_is_made_once(cache, said):
    """The second build finds the font where the first one left it, and says nothing."""
    made = []

    def make(to: Path) -> None:
        made.append(to)
        to.write_text("font")

    first = cache.keep("font", key("a"), make, suffix=".woff2", doing="Cutting…")
    assert cache.keep("font", key("a"), make, suffix=".woff2", doing="Cutting…") == first
    assert (len(made), first.read_text(), said) == (1, "font", ["Cutting…"])


def test_a_new_key_replaces_the_old_part_only(cache):
    """The cache does not grow with every change, and other parts stay."""
    cache.keep("app", key("1"), lambda to: to.mkdir())
    other = cache.keep("app-compiled", key("1"), lambda to: to.mkdir())
    new = cache.keep("app", key("2"), lambda to: to.mkdir())
    assert sorted(path.name for path in cache.folder.iterdir()) == sorted([new.name, other.name])


def test_a_failed_part_leaves_nothing(cache):
    """A download that broke off is not taken for a whole one next time."""

    def broken(to: Path) -> None:
        to.write_text("half")
        raise OSError("the line went dead")

    with pytest.raises(OSError, match="dead"):
        cache.keep("wheels", key("a"), broken)
    assert list(cache.folder.iterdir()) == []


def _hold(folder: Path, log: str, seconds: float) -> None:
    with Cache(folder, lambda _: None).alone(), Path(log).open("a") as file:
        file.write("in ")
        file.flush()
        time.sleep(seconds)
        file.write("out ")


def test_two_builds_take_turns(tmp_path):
    """Two terminals building at once do not write over each other."""
    log = tmp_path / "log"
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_hold, args=(tmp_path / "cache", str(log), 0.3)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert log.read_text().split() == ["in", "out", "in", "out"]


def test_the_digest_sees_names_and_contents(tmp_path):
    """Renaming a file is a change, its date is none."""
    (tmp_path / "a").write_text("x")
    before = digest_files(tmp_path, [tmp_path / "a"])
    (tmp_path / "a").touch()
    assert digest_files(tmp_path, [tmp_path / "a"]) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest_files(tmp_path, [tmp_path / "b"]) != before
    assert digest("ab", "c") != digest("a", "bc")
