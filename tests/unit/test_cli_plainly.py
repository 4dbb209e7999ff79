"""What goes wrong on the machine is said in a sentence, without a traceback (S25)."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from registry.cli.main import cli
from registry.cli.plainly import explain

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize("port", ["0", "-1", "99999", "abc"])
@pytest.mark.parametrize("command", [["demo"], ["registry", "serve"]])
def test_a_port_that_cannot_be(command, port):
    """A wrong port is refused before anything is started, and the sentence names the option."""
    result = CliRunner().invoke(cli, [*command, "--port", port])
    assert result.exit_code == 2
    assert "Invalid value for '--port'" in result.output


def test_a_port_in_use(tmp_path):
    """The demo says which port is taken and how to choose another, and starts nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["demo", "--port", str(port), "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert f"port {port} is in use" in result.output
    assert "PORT=9000 make demo" in result.output
    assert not (tmp_path / "postgres").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    """A data folder below a file is no folder; the sentence names it."""
    (tmp_path / "file").touch()
    result = CliRunner().invoke(cli, ["demo", "--port", "1", "--data", str(tmp_path / "file" / "var")])
    assert result.exit_code == 1
    assert "cannot write in" in result.output
    assert "file/var" in result.output


@pytest.mark.parametrize(
    "command",
    [["migrate"], ["serve"], ["serve", "--migrate"], ["load-sample"], ["enrol-code", "--user", "x"]],
)
@pytest.mark.parametrize(
    ("url", "says"), [(NOWHERE, "does not answer"), ("nonsense", "not the address of a database")]
)
def test_a_database_that_does_not_answer(command, url, says, tmp_path, monkeypatch):
    """NUANFANG_DATABASE_URL pointing nowhere: what happened, and what to check."""
    monkeypatch.setenv("NUANFANG_DATABASE_URL", url)
    monkeypatch.setenv("PORT", "18471")
    result = CliRunner().invoke(cli, ["registry", *command, "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert says in result.output
    assert "NUANFANG_DATABASE_URL" in result.output
    assert "Traceback" not in result.output


def test_the_demo_outside_the_project(tmp_path, monkeypatch):
    """Started elsewhere, the demo says where it belongs and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["demo"])
    assert "in the project's folder" in result.output
    assert list(tmp_path.iterdir()) == []


def test_our_own_mistakes_are_not_hidden():
    """An error that we cannot explain keeps its traceback."""
    assert explain(ModuleNotFoundError("no", name="registry.lost")) is None
    assert "appdirs is not installed" in str(explain(ModuleNotFoundError("no", name="appdirs.unix")))
    assert "fontTools is not installed" in str(explain(ModuleNotFoundError("no", name="fontTools")))
    assert explain(KeyError("x")) is None
    assert explain(OSError(5, "odd")) is None
    assert explain(PermissionError(13, "Permission denied", "/data")) == "/data: Permission denied"
