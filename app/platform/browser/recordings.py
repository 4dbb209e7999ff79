"""Recordings of the browser edition: a blob in the page's memory, read by the worker of the same site."""

from __future__ import annotations

import js
from flet_audio_recorder import AudioEncoder


class BlobTake:
    """Implements app.platform.recording.Take. Opus where the browser has it, AAC in Safari."""

    encoders = (AudioEncoder.OPUS, AudioEncoder.AACLC)

    def path(self) -> None:
        return None

    async def fetch(self, place: str) -> tuple[bytes, str]:
        answer = await js.fetch(place)
        kind = str(answer.headers.get("content-type") or "audio/webm").partition(";")[0]
        data: bytes = (await answer.arrayBuffer()).to_bytes()
        js.URL.revokeObjectURL(place)
        return data, kind
