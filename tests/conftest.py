"""Every test sees the texts as they stand in the language files."""

from app.lang.build import build

build()
