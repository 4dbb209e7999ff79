"""Which edition is running."""

import sys


def in_browser() -> bool:
    """True inside Pyodide, where the browser edition runs."""
    return sys.platform == "emscripten"
