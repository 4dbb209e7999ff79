"""Which screen is home for whom. Plain Python."""

from __future__ import annotations

OFFICE_ROLES = frozenset({"supervisor", "reviewer", "finance", "statistician", "admin"})
"""They look at what others brought; cadres and delegates go to the doors."""


DOORS, OFFICE = "/", "/office"


def home_of(role: str) -> str:
    """The address to begin at."""
    return OFFICE if role in OFFICE_ROLES else DOORS
