"""What is installed from a lock alone is whole: the office from registry.txt, the phone from phone.txt.

Here everything of dev.txt is installed, which hides what a lock forgot; so a second interpreter is shown only
what its lock names.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest
from locks import ROOT, given, locked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

ONLY = r"""
import importlib, pkgutil, re, sys
from importlib.metadata import packages_distributions

lock, names, *rooms = sys.argv[1:]
locked = set(names.split())
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
refused = {
    module
    for module, owners in packages_distributions().items()
    if not {plain(owner) for owner in owners} & (locked | {"nuanfang"})
}

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not in {lock}", name=name)

sys.meta_path.insert(0, Refuse())

ELSEWHERE = "registry.db.migrations.env", "app.lang.build"  # Alembic runs the one, the build uses the other
PYODIDE = {"js", "pyodide"}

def broken(name):
    raise
for room in rooms:
    for found in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}.", onerror=broken):
        if found.name in ELSEWHERE:
            continue
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if error.name.partition(".")[0] not in PYODIDE:
                raise
"""
ASK = """
import asyncio
from sqlalchemy.exc import OperationalError
from registry.db.engine import make_engine

async def ask():
    try:
        await make_engine("postgresql://nobody@127.0.0.1:1/none", 1).connect()
    except OperationalError:
        print("nobody is at home")

asyncio.run(ask())
"""


def alone(code: str, lock: str, *rooms: str) -> str:
    """What ``code`` prints where only the packages of ``lock`` can be imported, after all of ``rooms``."""
    command = [sys.executable, "-c", ONLY + code, lock, " ".join(locked(lock)), *rooms]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_office_lacks_nothing() -> None:
    """Every part of the registry can be imported, and asks its database, with what registry.txt installs."""
    assert alone(ASK, "registry.txt", "registry") == "nobody is at home"


def test_the_phone_lacks_nothing() -> None:
    """Every part of the phone can be imported with what phone.txt installs."""
    alone("", "phone.txt", "domain", "forms", "sync", "app")


def test_a_package_that_is_not_locked_is_refused_here() -> None:
    """The check can fail: the tests' own tools are in neither lock."""
    with pytest.raises(AssertionError, match=r"pytest is not in registry\.txt"):
        alone("import pytest", "registry.txt")


def test_the_project_asks_for_what_is_locked() -> None:
    """pyproject.toml and the lists that are locked name the same packages."""
    assert set(PROJECT["dependencies"]) == given("phone.in")
    assert set(PROJECT["optional-dependencies"]["registry"]) == given("registry.in")
    assert not re.search(r"https?://", "".join(given("phone.in") | given("registry.in") | given("dev.in")))
