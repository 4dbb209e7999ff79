"""Every test sees the texts as they stand in the language files; side by side, a file stays in one piece."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from app.lang.build import build

build()


class WholeFiles(LoadScopeScheduling):
    """For ``-n 2``: a process runs whole files, and one alone drives the browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)
