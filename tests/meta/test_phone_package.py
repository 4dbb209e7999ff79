"""The phone package, as far as it can be checked without Flutter (issue section C)."""

from __future__ import annotations

import ast
import re
import tomllib
from datetime import date
from importlib import metadata

import pytest
from locks import ROOT, locked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TABLE = tomllib.loads((ROOT / "tests" / "meta" / "phone_wheels.toml").read_text(encoding="utf-8"))


def test_every_phone_dependency_is_in_the_dated_table() -> None:
    """Nothing ships on the phone that was not looked up for Android, iOS and the browser."""
    assert set(TABLE["packages"]) == locked("phone.txt")
    assert isinstance(TABLE["checked"], date)


@pytest.mark.parametrize("name", sorted(TABLE["packages"]))
def test_the_table_tells_the_truth_about_what_is_installed(name: str) -> None:
    """What is called pure is a pure wheel; what is compiled names its builders and the browser's part."""
    entry = TABLE["packages"][name]
    wheel = metadata.distribution(name).read_text("WHEEL") or ""
    assert ("Root-Is-Purelib: true" in wheel) == (entry["kind"] == "pure")
    if entry["kind"] == "wheels":
        assert entry["android"]
        assert entry["ios"]
        assert entry["pyodide"] in {"index", "bundled"} or entry["instead"]


def test_office_packages_stay_in_the_office() -> None:
    """The server's packages are an optional group, never dependencies of the phone."""
    office = {re.split(r"[\[=<> ]", d)[0] for d in PROJECT["project"]["optional-dependencies"]["registry"]}
    assert office.isdisjoint(locked("phone.txt"))


def test_the_entry_is_a_root_shim() -> None:
    """Flet packages the folder of the entry's stem: root main.py runs app.main.main."""
    assert PROJECT["tool"]["flet"]["app"]["module"] == "main"
    tree = ast.parse((ROOT / "main.py").read_text(encoding="utf-8"))
    imports = {(n.module, a.name) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert ("app.main", "main") in imports


def test_permissions_are_those_of_the_job_and_no_more() -> None:
    """Camera and place while visiting, the microphone for a questionnaire's spoken answers; never the place
    in the background (PIPL)."""
    flet = PROJECT["tool"]["flet"]
    assert set(flet["permissions"]) == {"location", "camera", "photo_library", "microphone"}
    assert flet["android"]["permission"]["android.permission.ACCESS_BACKGROUND_LOCATION"] is False


def test_only_the_phone_is_packaged() -> None:
    """Tests, documents, office and data stay out of the package."""
    assert {"tests", "docs", "registry", "bench", "var", "build", ".venv"} <= set(
        PROJECT["tool"]["flet"]["app"]["exclude"]
    )
