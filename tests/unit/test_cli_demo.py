"""The demo is one per folder, ends with its terminal, and stays away from real registries (S25)."""

from __future__ import annotations

import json
import os
import signal

import click
import pytest
import structlog

from registry.api.logs import configure_logs
from registry.cli import demo
from registry.cli.serve import database


def test_one_demo_per_folder(tmp_path):
    """A second demo on the same folder is refused and told which process runs it; afterwards it may start."""
    with (
        demo._alone(tmp_path),
        pytest.raises(click.ClickException, match=f"process {os.getpid()}"),
        demo._alone(tmp_path),
    ):
        pass
    with demo._alone(tmp_path):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_stops_the_demo(number):
    """A closed window or a polite kill runs the same clean-up as Ctrl-C; afterwards signals are as before."""
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), demo._stopped_by_signals():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_a_real_registry_is_left_alone(monkeypatch, capsys, tmp_path):
    """The fictional county never reaches the database that the environment names."""
    monkeypatch.setenv("NUANFANG_DATABASE_URL", "postgresql://real/registry")
    monkeypatch.setattr("registry.db.embedded.start_embedded", lambda folder: _Server())
    demo._leave_yours_alone()
    assert "NUANFANG_DATABASE_URL is not used" in capsys.readouterr().out
    with database(None, tmp_path) as url:
        assert url == "postgresql://embedded"


class _Server:
    url = "postgresql://embedded"

    def stop(self) -> None:
        """Nothing runs."""


def test_a_reset_removes_only_the_demos_own_things(tmp_path):
    """What else lies in the folder stays."""
    for name in ("registry.key", "registry.log", "my-notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "media").mkdir()
    demo._forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["my-notes.txt"]


def test_the_terminal_shows_only_warnings(tmp_path, capsys):
    """With a log file every line goes there; the terminal gets what a person should know."""
    path = tmp_path / "registry.log"
    configure_logs(file=str(path))
    try:
        log = structlog.get_logger("registry")
        log.info("request", status=200)
        log.error("crash", error="KeyError")
    finally:
        configure_logs()
    assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == ["request", "crash"]
    assert "crash" in (shown := capsys.readouterr().err)
    assert "request" not in shown
