"""app.zip holds what runs on the phone, and nothing of the office."""

from __future__ import annotations

import gettext
import io
import re
import zipfile
from pathlib import Path

import pytest

from registry.cli.web_build import archive, client, wheels
from registry.cli.web_build.cache import BuildError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path) -> Path:
    """A small project with one file of each kind."""
    files = {
        "app/__init__.py": "",
        "app/__pycache__/x.pyc": "old",
        "app/platform/native/files.py": "import fcntl",
        "app/lang/zh_Hans/LC_MESSAGES/home.po": (
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            'msgid "home.title"\nmsgstr "今天走访"\n'
        ),
        "app/lang/zh_Hans/LC_MESSAGES/home.mo": "stale",
        "domain/regions.txt": "510000 四川",
        "sync/requirements.txt": "never",
        "registry/secret.py": "office",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "main.py").write_text("print('hello')")
    return tmp_path


def packed(project: Path) -> zipfile.ZipFile:
    target = project / "app.zip"
    archive.pack_app(project, project / "main.py", target)
    return zipfile.ZipFile(target)


def test_only_what_a_phone_needs_is_packed(project):
    """No office code, no native files, nothing stale, and nothing that would ask a package index."""
    assert sorted(packed(project).namelist()) == [
        "app/__init__.py",
        "app/lang/zh_Hans/LC_MESSAGES/home.mo",
        "domain/regions.txt",
        "main.py",
    ]


def test_language_files_are_compiled_on_the_way(project):
    """The phone gets catalogues made from the sources of this moment, whatever lay beside them."""
    data = packed(project).read("app/lang/zh_Hans/LC_MESSAGES/home.mo")
    assert gettext.GNUTranslations(io.BytesIO(data)).gettext("home.title") == "今天走访"


def test_the_same_sources_give_the_same_bytes(project):
    """Building twice is no update for the phones."""
    archive.pack_app(project, project / "main.py", project / "1")
    (project / "main.py").touch()
    archive.pack_app(project, project / "main.py", project / "2")
    assert (project / "1").read_bytes() == (project / "2").read_bytes()


def test_our_own_phone_code_imports_no_office_package():
    """Every package that is packed exists, and the office's is not among them."""
    names = {path.relative_to(ROOT).parts[0] for path in archive.app_files(ROOT)}
    assert names == set(archive.PACKAGES)


def test_wheels_are_trimmed_but_importable(tmp_path):
    """Time zones of our users stay, the other 590 go; code stays, tests and stubs go."""
    kept = [
        "tzdata/__init__.py",
        "tzdata/zoneinfo/__init__.py",
        "tzdata/zoneinfo/Asia/Shanghai",
        "tzdata/zoneinfo/Asia/__init__.py",
        "tzdata/zoneinfo/UTC",
        "flet/__init__.py",
    ]
    gone = ["tzdata/zoneinfo/Asia/Tokyo", "tzdata/zoneinfo/Europe/Paris", "flet/testing/x.py", "a/b.pyi"]
    with zipfile.ZipFile(tmp_path / "x-1-py3-none-any.whl", "w") as wheel:
        for name in [*kept, *gone]:
            wheel.writestr(name, "x")
    wheels.merge(tmp_path, tmp_path / "merged.zip")
    with zipfile.ZipFile(tmp_path / "merged.zip") as merged:
        assert sorted(merged.namelist()) == sorted(f"{wheels.INSIDE}/{name}" for name in kept)


def test_no_wheels_is_an_error(tmp_path):
    """An empty download never becomes an app without packages."""
    with pytest.raises(BuildError):
        wheels.merge(tmp_path, tmp_path / "merged.zip")


def test_a_changed_client_is_noticed(tmp_path):
    """If flet-web changes what we patch, the build stops instead of shipping a page that does not start."""
    (tmp_path / "main.dart.js").write_text("")
    (tmp_path / "flutter_bootstrap.js").write_text("// another Flutter")
    with pytest.raises(BuildError, match="serviceWorkerSettings"):
        client.copy_client(tmp_path, tmp_path / "site")


def test_the_real_client_takes_the_patches(tmp_path):
    """The installed flet-web is the one that the patches were written for."""
    client.copy_client(client.client_folder(), tmp_path)
    assert not re.search(r"serviceWorkerVersion: \"", (tmp_path / "flutter_bootstrap.js").read_text())
    worker = (tmp_path / "python-worker.js").read_text()
    assert worker.count("loadPyodide({") == 1
    assert "nuanfang.startWorker()" in (tmp_path / "python.js").read_text()
    assert not list(tmp_path.rglob("*.symbols"))
