"""Recordings of the native editions: a file of the app's own folder, gone as soon as it is read."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from flet_audio_recorder import AudioEncoder


class FolderTake:
    """Implements app.platform.recording.Take. What a kill left behind goes with the next recording."""

    encoders = (AudioEncoder.AACLC,)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self) -> str:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        return str(self._folder / "take.m4a")

    async def fetch(self, place: str) -> tuple[bytes, str]:
        path = Path(place.removeprefix("file://"))
        data = await asyncio.to_thread(path.read_bytes)
        await asyncio.to_thread(path.unlink)
        return data, "audio/wav" if data[:4] == b"RIFF" else "audio/mp4"
