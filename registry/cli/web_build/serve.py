"""A small server for the built site: development and browser tests. In production the registry serves it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answers = Mapping[str, Callable[[], bytes]]


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    squeezed = False
    extensions_map = {  # noqa: RUF012 - the base class wants a plain dict
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".json": "application/json",
    }

    def __init__(self, *args: object, base: str, answers: Answers, **more: object) -> None:
        self.base, self.answers = base, answers
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.squeezed = False
        if self.path == "/":
            self.send_response(302)
            self.send_header("Location", self.base)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif not self.path.startswith(self.base):
            self.send_error(404)
        elif (make := self.answers.get(self.path.removeprefix(self.base))) is not None:
            self.answer(make())
        else:
            super().do_GET()

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        found = super().translate_path("/" + path.removeprefix(self.base))
        self.squeezed = "gzip" in self.headers.get("Accept-Encoding", "") and Path(found + ".gz").is_file()
        return found + ".gz" if self.squeezed else found

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        name = os.fspath(path)
        return super().guess_type(name.removesuffix(".gz") if self.squeezed else name)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        if self.squeezed:
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that goes away in mid-answer is no news."""


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    thread: threading.Thread

    def wait(self) -> None:
        """Until Ctrl-C."""
        with contextlib.suppress(KeyboardInterrupt):
            self.thread.join()


@contextlib.contextmanager
def serve(
    folder: Path, *, base: str = "/app/", port: int = 0, answers: Answers | None = None
) -> Iterator[Site]:
    """Serve ``folder`` under ``base`` on 127.0.0.1; port 0 takes a free one. ``answers``: names below
    ``base`` whose JSON is made anew at each request."""
    handler = partial(_Handler, directory=str(folder), base=base, answers=answers or {})
    server = _Server(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}{base}", thread)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
