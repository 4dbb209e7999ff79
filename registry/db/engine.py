"""The connection pool."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL_SIZE = 8


class DatabaseAddressError(ValueError):
    """This is no address of a PostgreSQL."""


def async_url(url: str) -> str:
    """A PostgreSQL URL with the driver named: ``postgres://…`` → ``postgresql+psycopg://…``.

    Raises DatabaseAddressError for anything else; the message holds no password.
    """
    scheme, _, rest = url.partition("://")
    if not rest or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise DatabaseAddressError("not a PostgreSQL URL")
    return f"postgresql+psycopg://{rest}"


def make_engine(url: str, pool_size: int = POOL_SIZE) -> AsyncEngine:
    """An async engine over psycopg 3; every session speaks UTC."""
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        connect_args={"options": "-c timezone=UTC", "connect_timeout": 10},
    )
