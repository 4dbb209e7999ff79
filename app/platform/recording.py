"""The microphone, through Flet's recorder: the same service on phones and in the browser's page."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Protocol

from flet_audio_recorder import AudioEncoder, AudioRecorder, AudioRecorderConfiguration

from app.platform.errors import PlatformError

RATE, BITS = 16_000, 24_000
"""Hz and bits per second: speech is clear, and a minute is 180 KB on the village's line."""


class Take(Protocol):
    """Where the plugin puts a recording, and how it comes from there."""

    encoders: tuple[AudioEncoder, ...]
    """The ones wanted, best first."""

    def path(self) -> str | None:
        """A new file for the plugin, None where it needs none."""

    async def fetch(self, place: str) -> tuple[bytes, str]:
        """The recording and its content type; nothing of it stays behind in the open."""


class FletRecorder:
    """Implements app.platform.ports.Recorder."""

    def __init__(self, take: Take, plugin: type[AudioRecorder] = AudioRecorder) -> None:
        self._take, self._make = take, plugin
        self._plugin: Any = None

    async def start(self) -> None:
        plugin = self._ready()
        try:
            allowed = await plugin.has_permission()
        except Exception as error:
            raise PlatformError("microphone_off", reason=str(error)) from error
        if not allowed:
            raise PlatformError("microphone_denied")
        try:
            wanted = AudioRecorderConfiguration(
                encoder=await self._encoder(plugin),
                channels=1,
                sample_rate=RATE,
                bit_rate=BITS,
                suppress_noise=True,
                auto_gain=True,
            )
            started = await plugin.start_recording(self._take.path(), wanted)
        except Exception as error:
            raise _failed(error) from error
        if not started:
            raise PlatformError("microphone_off")

    async def stop(self) -> tuple[bytes, str]:
        try:
            place = await self._ready().stop_recording()
            if not place:
                raise PlatformError("recording_lost")
            return await self._take.fetch(place)
        except PlatformError:
            raise
        except Exception as error:
            raise PlatformError("recording_lost", reason=str(error)) from error

    async def cancel(self) -> None:
        with suppress(Exception):
            await self._ready().cancel_recording()

    def _ready(self) -> Any:
        if self._plugin is None:  # made when it is first needed: most visits record nothing
            self._plugin = self._make()
        return self._plugin

    async def _encoder(self, plugin: Any) -> AudioEncoder:
        for one in self._take.encoders:
            if await plugin.is_supported_encoder(one):
                return one
        return AudioEncoder.WAV


def _failed(error: Exception) -> PlatformError:
    """Flet passes the plugin's words on as text."""
    words = str(error).lower()
    denied = any(word in words for word in ("denied", "notallowed", "not allowed", "permission"))
    return PlatformError("microphone_denied" if denied else "microphone_off", reason=str(error))
