"""Every test sees the texts as they stand in the language files; side by side, a file stays in one piece."""

from pathlib import Path

import pytest

from app.lang.build import build

build()

_BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For ``-n 2 --dist loadgroup``: one process runs whole files, and one alone drives the browser."""
    for item in items:
        group = "browser" if item.path.is_relative_to(_BROWSER) else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
