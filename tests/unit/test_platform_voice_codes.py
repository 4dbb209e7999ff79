"""The microphone and the code reader behind their seams (S18)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flet_audio_recorder import AudioEncoder
from PIL import Image

from app.platform.errors import PlatformError
from app.platform.native.codes import ZbarCodes
from app.platform.native.recordings import FolderTake
from app.platform.recording import FletRecorder


class Plugin:
    """Flet's recorder as far as it is used; class attributes say how it behaves."""

    allowed: Any = True
    started: Any = True
    known = (AudioEncoder.AACLC,)
    file = b"\x00\x00\x00\x1cftypM4A "
    asked: Any = None

    async def has_permission(self) -> bool:
        return self._say(self.allowed)

    async def is_supported_encoder(self, encoder: AudioEncoder) -> bool:
        return encoder in self.known

    async def start_recording(self, path: str, configuration: Any) -> bool:
        type(self).asked = configuration
        self.path = path
        return self._say(self.started)

    async def stop_recording(self) -> str | None:
        if self.file is None:
            return None
        with open(self.path, "wb") as file:  # noqa: PTH123, ASYNC230 - a plugin writes as it likes
            file.write(self.file)
        return self.path

    async def cancel_recording(self) -> None:
        raise RuntimeError("nothing to cancel")

    @staticmethod
    def _say(answer: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer


def recorder(folder: Any, **behaviour: Any) -> FletRecorder:
    plugin: Any = type("Behaving", (Plugin,), behaviour)
    return FletRecorder(FolderTake(folder / "recording"), plugin)


async def test_speech_is_recorded_small_and_nothing_stays_in_the_open(tmp_path):
    """One channel, 24 kbit/s; the file is gone as soon as it is read."""
    microphone = recorder(tmp_path)
    await microphone.start()
    data, kind = await microphone.stop()
    assert (data[4:11], kind) == (b"ftypM4A", "audio/mp4")
    assert list((tmp_path / "recording").iterdir()) == []
    await microphone.cancel()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"allowed": False}, "microphone_denied"),
        ({"allowed": RuntimeError("no service")}, "microphone_off"),
        ({"started": RuntimeError("NotAllowedError: Permission denied")}, "microphone_denied"),
        ({"started": RuntimeError("device busy")}, "microphone_off"),
        ({"started": False}, "microphone_off"),
    ],
)
async def test_a_microphone_that_does_not_start_says_why(tmp_path, behaviour, code):
    """Refused by the person, or not to be had."""
    with pytest.raises(PlatformError) as caught:
        await recorder(tmp_path, **behaviour).start()
    assert caught.value.code == code


async def test_a_recording_that_is_not_there_is_lost(tmp_path):
    """And what a kill left behind goes with the next one."""
    microphone = recorder(tmp_path, file=None)
    await microphone.start()
    with pytest.raises(PlatformError, match="recording_lost"):
        await microphone.stop()
    stray = tmp_path / "recording" / "stray.m4a"
    stray.write_bytes(b"x")
    await recorder(tmp_path).start()
    assert not stray.exists()


async def test_a_phone_without_the_wanted_encoder_records_wav(tmp_path):
    """Larger, but heard everywhere; the type is told from the bytes."""
    microphone = recorder(tmp_path, known=(), file=b"RIFF....WAVE")
    await microphone.start()
    assert (await microphone.stop())[1] == "audio/wav"


async def test_codes_are_read_where_the_library_is_there():
    """A picture without a code is no answer; no picture is an error."""
    reader = ZbarCodes()
    blank = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(blank, "PNG")
    assert await reader.read(blank.getvalue()) is None
    with pytest.raises(PlatformError, match="not_a_picture"):
        await reader.read(b"no picture")


async def test_a_qr_code_is_read_by_zbar():
    """Skipped on a machine without ZBar: phones get it with the package."""
    segno = pytest.importorskip("segno")
    reader = ZbarCodes()
    if not await reader.ready():
        pytest.skip("the ZBar library is not installed here")
    drawn = io.BytesIO()
    segno.make_qr("NF-2026-0001").save(drawn, kind="png", scale=8, border=4)
    assert await reader.read(drawn.getvalue()) == "NF-2026-0001"
