"""Capture → orient → hash original → shrink → watermark → shelf of files named by sha256."""

from app.photos.errors import PhotoError
from app.photos.pipeline import Processed, process
from app.photos.shelf import Shelf
from app.photos.stamp import Stamp, lines, short_code

__all__ = ["PhotoError", "Processed", "Shelf", "Stamp", "lines", "process", "short_code"]
