"""The phone's database: TinyDB's API on a crash-safe encrypted journal."""

from app.store.database import NuanDB, open_database
from app.store.errors import StoreError
from app.store.kept import Report

__all__ = ["NuanDB", "Report", "StoreError", "open_database"]
