"""What goes wrong on a machine is said in one sentence, without a traceback."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from typing import Any

import click

PORT = click.IntRange(1, 65535)
OURS = "app", "bench", "domain", "forms", "registry", "sync"
"""Rooms: one that is missing is our own mistake."""


class PlainGroup(click.Group):
    """A command group whose commands explain the troubles of the machine in words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what we cannot explain goes on as it is."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            words = explain(error)
            if words is None:
                raise
            raise click.ClickException(words) from error


def explain(error: Exception) -> str | None:
    """A sentence for the person at the terminal; None for what is our own mistake."""
    from sqlalchemy.exc import ArgumentError, OperationalError

    from registry.cli.web_build import BuildError
    from registry.db.embedded import EmbeddedError
    from registry.db.engine import DatabaseAddressError
    from registry.service.settings import ENV_DATABASE

    if isinstance(error, BuildError | EmbeddedError):
        return str(error)
    if isinstance(error, OperationalError):
        why = str(error.orig).strip().splitlines()[0]
        return f"the database does not answer ({why}); check --database-url or {ENV_DATABASE}"
    if isinstance(error, ArgumentError | DatabaseAddressError):
        return f"this is not the address of a database; check --database-url or {ENV_DATABASE}"
    if isinstance(error, OSError):
        return _explain_system(error)
    if isinstance(error, ModuleNotFoundError):
        return _explain_missing((error.name or "").partition(".")[0])
    return None


def _explain_missing(package: str) -> str | None:
    if not package or package in OURS:
        return None
    return f"{package} is not installed; this command needs all of requirements/dev.txt (make setup)"


def _explain_system(error: OSError) -> str | None:
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    if error.filename is None:
        return None
    return f"{error.filename}: {error.strerror}"


def need_port(host: str, port: int, instead: str) -> None:
    """Raise ClickException when nothing can listen there; ``instead`` says what the person could do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise click.ClickException(f"port {port} needs more rights; {instead}") from error
        except OSError as error:
            raise click.ClickException(f"port {port} is in use; stop what uses it, or {instead}") from error


def need_folder(folder: Path) -> None:
    """Raise ClickException when ``folder`` cannot be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise click.ClickException(
            f"cannot write in {folder} ({error.strerror}); choose another folder"
        ) from error
