"""The connection pool."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL_SIZE = 8
ANSWER_S = 30
"""The longest that one statement of a request may take; whoever waits longer has gone."""


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


def make_engine(url: str, pool_size: int = POOL_SIZE, longest_s: int = 0) -> AsyncEngine:
    """An async engine over psycopg 3; every session speaks UTC. ``longest_s``: when a statement is given up
    (then it is an OperationalError), 0 for never."""
    options = f"-c timezone=UTC -c statement_timeout={longest_s}s"
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        connect_args={"options": options, "connect_timeout": 10},
    )
