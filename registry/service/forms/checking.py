"""Checking an upload without holding anything up: in a process of its own, one at a time, with an end."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import msgspec

import registry
from registry.service.errors import RefusedError
from registry.service.forms.check_worker import MOST_SECONDS, Checked
from registry.service.xlsform import CheckReport, Finding

MOST_WAITING = 4
_ROOT = str(Path(registry.__file__).resolve().parents[1])
_WORKER = "registry.service.forms.check_worker"
_FORM_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_VERSION = re.compile(r"(?!(?:summary|questions|answers\.xlsx)$)\w[\w.-]{0,63}")
_DECODER = msgspec.json.Decoder(Checked)


class CheckDesk:
    """Where uploads wait for their check; one per registry process."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def check(self, data: bytes) -> Checked:
        """Raises RefusedError("busy") when too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise RefusedError("busy")
        self._waiting += 1
        try:
            async with self._turn:
                return named(await _run(data))
        finally:
            self._waiting -= 1


async def _run(data: bytes) -> Checked:
    path = os.pathsep.join([_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _WORKER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": path},
    )
    try:
        answer, _ = await asyncio.wait_for(process.communicate(data), MOST_SECONDS * 3)
        return _DECODER.decode(answer)
    except (TimeoutError, msgspec.MsgspecError):  # killed, by us or by its limits
        return Checked(CheckReport((Finding("sheet_too_heavy"),)))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def named(checked: Checked) -> Checked:
    """Refuse an id or a version that could not stand in an address or a file's name."""
    report = checked.report
    if not report.ok:
        return checked
    wrong = []
    if not _FORM_ID.fullmatch(report.form_id):
        wrong.append(Finding("form_bad_id", "settings", 2, "form_id", reason=report.form_id[:100]))
    if not _VERSION.fullmatch(report.version):
        wrong.append(Finding("form_bad_version", "settings", 2, "version", reason=report.version[:100]))
    return Checked(CheckReport((*report.findings, *wrong))) if wrong else checked
