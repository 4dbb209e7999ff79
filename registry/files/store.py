"""Photos at rest: content-addressed objects in a folder or any S3 service, through obstore.

A finished file is ``aa/bb/SHA256``; the parts of an unfinished upload are ``parts/UPLOAD/…``, so any API
process can go on with an upload that another began.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from domain.errors import NuanFangError
from registry.files.folder import Folder

if TYPE_CHECKING:
    from obstore.store import RetryConfig

log = logging.getLogger("registry.files")


ANSWER_S, SLOWEST = 8.0, 512 * 1024
"""A service that took the connection and then says nothing is away: after so many seconds, and as many more
as the bytes take at so many a second. A folder's disk may take its time."""
RETRY: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=ANSWER_S)}
"""A phone that hears "busy" goes on with its records; one that waits for minutes does not."""
CHECK_S, CHECKED_S = 5.0, 5.0


class MediaAwayError(NuanFangError):
    """The photo store does not answer or has no room: nothing was kept, trying again later helps."""


class MediaStore:
    """Bytes by path; what ``put`` acknowledged survives a power cut (a folder is synced, S3 promises it)."""

    def __init__(self, url: str) -> None:
        self._folder: Folder | None = None
        self._checking, self._check_at, self._answers = asyncio.Lock(), 0.0, False
        self._store: ObjectStore
        if urlsplit(url).scheme == "file":
            root = Path(unquote(urlsplit(url).path))
            root.mkdir(parents=True, exist_ok=True)
            self._folder = Folder(root)
            self._store = LocalStore(prefix=root)
        else:
            # credentials from the environment, as the S3 tools have them
            self._store = from_url(url, retry_config=RETRY)

    @staticmethod
    def path_of(sha256: str) -> str:
        """Where a finished file lives."""
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    async def put(self, path: str, data: bytes) -> None:
        """Whole or not at all; durable when it returns. Raises MediaAwayError("busy")."""
        async with self._reachable(len(data), missing_is_an_answer=False):
            if self._folder is not None:
                await asyncio.to_thread(self._folder.put, path, data)
            else:
                await obstore.put_async(self._store, path, data)

    async def get(self, path: str) -> bytes:
        """Raises FileNotFoundError, MediaAwayError("busy")."""
        async with self._reachable():
            answer = await obstore.get_async(self._store, path)
        async with self._reachable(answer.meta["size"]):
            return bytes(await answer.bytes_async())

    async def delete(self, paths: list[str]) -> None:
        """What is not there is fine. Raises MediaAwayError("busy")."""
        for path in paths:
            with suppress(FileNotFoundError):
                async with self._reachable():
                    await obstore.delete_async(self._store, path)

    async def below(self, folder: str) -> list[str]:
        """Names of the folders in this one, empty ones too."""
        async with self._reachable(missing_is_an_answer=False):
            found = await obstore.list_with_delimiter_async(self._store, folder)
        return [path.rsplit("/", 1)[-1] for path in found["common_prefixes"]]

    async def clear(self, folder: str) -> None:
        """Everything that lies in it, known to anybody or not, and the folder; not there is fine."""
        async with self._reachable(missing_is_an_answer=False):
            found = [one["path"] async for some in obstore.list(self._store, folder) for one in some]
        await self.delete(found)
        if self._folder is not None:
            async with self._reachable(missing_is_an_answer=False):
                await asyncio.to_thread(self._folder.remove, folder)

    async def tidy(self) -> None:
        """Remove what interrupted writes left behind."""
        if self._folder is not None:
            await asyncio.to_thread(self._folder.tidy)

    async def check(self) -> bool:
        """Whether the store answers, for the health page: as it was within the last CHECKED_S, however many
        phones ask."""
        async with self._checking:
            if time.monotonic() >= self._check_at:
                self._answers, self._check_at = await self._ask(), time.monotonic() + CHECKED_S
            return self._answers

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(CHECK_S):
                await obstore.list_with_delimiter_async(self._store, "00/00")
        except Exception:  # the reason is in the log of the store; health only says up or down
            return False
        return True

    @asynccontextmanager
    async def _reachable(self, size: int = 0, *, missing_is_an_answer: bool = True) -> AsyncIterator[None]:
        """To who asks for a file that it is missing is an answer; everything else that the store says, and
        that it says nothing, means that it cannot be used now. ``size``: bytes on their way."""
        patience = ANSWER_S + size / SLOWEST if self._folder is None else None
        try:
            async with asyncio.timeout(patience):
                yield
        except (BaseError, OSError) as error:
            if missing_is_an_answer and isinstance(error, FileNotFoundError):
                raise
            log.exception("the photo store failed")
            raise MediaAwayError("busy") from error
