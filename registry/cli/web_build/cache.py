"""Things that are slow to make and seldom change are kept in build/cache, named by what they are made of."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[str], None]


class BuildError(Exception):
    """The site could not be built; the message is for the person at the terminal."""


def digest(*parts: str | bytes) -> str:
    """16 hexadecimal digits that change when any part changes."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()[:16]


def digest_files(root: Path, files: Iterable[Path]) -> str:
    """A digest of names (relative to ``root``) and contents, in a fixed order."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


@dataclass(frozen=True)
class Cache:
    """Files and folders named ``<name>-<key><suffix>``; a new key replaces the old one."""

    folder: Path
    progress: Progress

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One build at a time; a second one waits and then finds everything made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.progress("Another build is running; waiting for it…")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def keep(
        self, name: str, key: str, make: Callable[[Path], None], *, suffix: str = "", doing: str = ""
    ) -> Path:
        """The cached artefact, made by ``make(target)`` when it is missing.

        ``make`` writes a file or a folder at the path it gets; it appears in the cache only when complete.
        """
        target = self.folder / f"{name}-{key}{suffix}"
        if target.exists():
            return target
        if doing:
            self.progress(doing)
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{name}-{key}.{os.getpid()}{suffix}"
        _remove(unfinished)
        try:
            make(unfinished)
            self._forget_older(name, suffix)
            unfinished.replace(target)
        finally:
            _remove(unfinished)
        return target

    def _forget_older(self, name: str, suffix: str) -> None:
        for old in self.folder.glob(f"{name}-{'[0-9a-f]' * 16}{suffix}"):
            _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
