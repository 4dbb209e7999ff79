"""The list of files that the service worker keeps on the phone, and the version made of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

from registry.cli.web_build.cache import digest

#: Files that only some browsers need, by the flavours that boot.js tells apart.
_FLAVOURS = (
    (re.compile(r"^main\.dart\.(wasm|mjs)$"), ("skwasm", "skwasm_heavy")),
    (re.compile(r"^main\.dart\.js$"), ("chromium", "canvaskit")),
    (re.compile(r"^canvaskit/skwasm\."), ("skwasm",)),
    (re.compile(r"^canvaskit/skwasm_heavy\."), ("skwasm_heavy",)),
    (re.compile(r"^canvaskit/chromium/"), ("chromium",)),
    (re.compile(r"^canvaskit/canvaskit\."), ("canvaskit",)),
)
_SMALLER = {".js", ".mjs", ".wasm", ".json", ".html", ".css", ".otf", ".ttf", ".bin", ".frag"}


def kept_files(site: Path) -> dict[str, dict[str, object]]:
    """Path → hash, size and, where not every browser needs it, the flavours it is for."""
    listed: dict[str, dict[str, object]] = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name in {"sw.js", "build.json"} or name.endswith(".gz"):
            continue
        data = path.read_bytes()
        entry: dict[str, object] = {"hash": hashlib.sha256(data).hexdigest()[:16], "size": len(data)}
        flavours = next((names for pattern, names in _FLAVOURS if pattern.search(name)), None)
        if flavours:
            entry["for"] = list(flavours)
        listed[name] = entry
    return listed


def write_worker(template: Path, site: Path) -> tuple[str, int]:
    """Write sw.js; returns the version and how many bytes a current Chrome keeps."""
    files = kept_files(site)
    text = template.read_text()
    version = digest(json.dumps(files, sort_keys=True), text)[:12]
    text = text.replace("@@VERSION@@", version).replace("/*@@FILES@@*/ {}", json.dumps(files, sort_keys=True))
    (site / "sw.js").write_text(text)
    return version, kept_bytes(files, "skwasm")


def kept_bytes(files: dict[str, dict[str, object]], flavour: str) -> int:
    """Bytes that one browser keeps."""
    total = 0
    for entry in files.values():
        flavours = entry.get("for")
        if not isinstance(flavours, list) or flavour in flavours:
            total += int(str(entry["size"]))
    return total


def squeeze(site: Path) -> int:
    """Put NAME.gz beside what shrinks, for servers that hand it out; returns the bytes saved."""
    saved = 0
    for path in sorted(site.rglob("*")):
        if path.suffix in _SMALLER and path.stat().st_size > 2048:
            data = path.read_bytes()
            packed = gzip.compress(data, 6, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)
            saved += len(data) - len(packed)
    return saved
