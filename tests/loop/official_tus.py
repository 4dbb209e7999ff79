"""The official tus programs: tus-js-client and @tus/server from npm (tests/loop/tus), run by Node.js."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from registry.cli.web_build.cache import BuildError
from registry.cli.web_build.node import run, tool

PINNED = Path(__file__).parent / "tus"
KEPT = Path(__file__).parents[2] / "build" / "tus"
FILES = ("package.json", "package-lock.json", "client.mjs", "server.mjs")


def official() -> Path:
    """Folder with the programs and their packages, kept in build/; skips where npm cannot give them."""
    texts = {name: (PINNED / name).read_bytes() for name in FILES}
    folder = KEPT / hashlib.sha256(b"".join(texts.values())).hexdigest()[:16]
    if folder.exists():
        return folder
    fresh = folder.with_suffix(".part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, text in texts.items():
        (fresh / name).write_bytes(text)
    try:
        command = [tool("npm"), "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        run(command, "Fetching the official tus packages", cwd=fresh)
    except BuildError as error:
        pytest.skip(f"the official tus packages are not to be had here: {error}")
    fresh.rename(folder)
    return folder


async def js_client(**asked: Any) -> dict[str, Any]:
    """What tus-js-client did: ``url`` and ``seen`` = [method, status, Tus-Resumable] of each answer."""
    folder = await asyncio.to_thread(official)
    client = await asyncio.create_subprocess_exec(
        tool("node"), "client.mjs", json.dumps(asked), cwd=folder, stdout=-1, stderr=-1
    )
    out, errors = await client.communicate()
    assert client.returncode == 0, errors.decode()
    found: dict[str, Any] = json.loads(out)
    return found


class NodeServer:
    """A running @tus/server: its ``port``, and the files it holds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0

    def held(self) -> dict[str, bytes]:
        """Announced sha256 → the bytes that are there."""
        about = [json.loads(path.read_text()) for path in self.folder.glob("*.json")]
        return {one["metadata"]["sha256"]: (self.folder / one["id"]).read_bytes() for one in about}


@asynccontextmanager
async def node_server(files: Path) -> AsyncIterator[NodeServer]:
    """@tus/server with its store in ``files``."""
    folder = await asyncio.to_thread(official)
    process = await asyncio.create_subprocess_exec(
        tool("node"), "server.mjs", str(files), cwd=folder, stdin=-1, stdout=-1
    )
    made = NodeServer(files)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        made.port = int(await process.stdout.readline())
        yield made
    finally:
        process.stdin.close()  # and so it ends, whatever stands between it and us
        await process.wait()
