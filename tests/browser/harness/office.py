"""A real registry process that can be stopped and started again on its own port and data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.codes import Role
from registry.cli.load_sample import in_office
from registry.db.migrate import upgrade
from registry.service.forms.assets import publish_assets
from registry.service.load_sample import load_sample
from registry.service.office import Office
from registry.service.people import demo_codes

ROOT = Path(__file__).resolve().parents[3]


class RegistryProcess:
    """``seed`` once, then ``start`` and ``stop`` as often as needed; ``close`` removes the data."""

    def __init__(self, app_folder: Path) -> None:
        # Not under pytest's folder: PostgreSQL runs as another user, who may not enter there.
        self.data = Path(tempfile.mkdtemp(prefix="nuanfang-office-"))
        self.data.chmod(0o755)
        self.app_folder = app_folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def seed(self, forms: Path | None = None) -> dict[Role, str]:
        """Migrate, load the sample county, and make one enrolment code for each of the three people.

        ``forms``: a folder like assets/forms, published too."""
        with ThreadPoolExecutor(1) as apart:  # Playwright's own event loop lives in this thread
            return apart.submit(self._seed, forms).result()

    def _seed(self, forms: Path | None) -> dict[Role, str]:
        from registry.cli.serve import database

        async def work(office: Office) -> dict[Role, str]:
            people = await load_sample(office)
            if forms is not None:
                async with office.engine.begin() as connection:
                    await publish_assets(connection, people.cadre.county, forms)
            return await demo_codes(office, people)

        with database(None, self.data) as url:
            upgrade(url)
            return in_office(work, url, self.data)

    def start(self) -> None:
        """Serve; returns when the registry answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "registry.cli.serve", "--port", str(self.port), "--data", str(self.data)],
            cwd=ROOT,
            env={**os.environ, "NUANFANG_WEB_DIR": str(self.app_folder)},
            stdout=(self.data / "log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while not self.answers():
            assert self._process.poll() is None, (self.data / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the registry does not answer"
            time.sleep(0.2)

    def answers(self) -> bool:
        """Does anything answer at the registry's address?"""
        try:
            with urllib.request.urlopen(f"{self.url}/v1/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """SIGTERM, and wait until it is really gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)
            self._process = None

    def close(self) -> None:
        """Stop and forget."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
