"""What an installation decides, from the environment. Secrets come from a key file or the environment."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ENV_DATABASE = "NUANFANG_DATABASE_URL"
ENV_MEDIA = "NUANFANG_MEDIA_URL"
ENV_DATA = "NUANFANG_DATA_DIR"
ENV_WEB = "NUANFANG_WEB_DIR"
ENV_KEY = "NUANFANG_MASTER_KEY"
ENV_PROXY = "NUANFANG_TRUST_PROXY"
ENV_LOG = "NUANFANG_LOG_FILE"
ENV_JOBS = "NUANFANG_JOBS"
KEY_FILE = "registry.key"


@dataclass(frozen=True, slots=True)
class Settings:
    """``media_url``: ``file:///folder`` or ``s3://bucket/prefix``; ``master_key``: 32 bytes.

    ``trust_proxy``: take the client's address from X-Forwarded-For; only behind a proxy that sets it.
    """

    database_url: str
    master_key: bytes = field(repr=False)
    media_url: str
    web_dir: Path
    token_seconds: int = 3600
    upload_hours: int = 24 * 7
    trust_proxy: bool = False
    pool_size: int = 8
    jobs: bool = False
    """Also do the jobs in this process, for a small installation; else ``nuanfang registry work`` does."""


def from_environment(database_url: str | None = None, data_dir: Path | None = None) -> Settings:
    """Settings of this process; arguments win over the environment. Makes the key file when there is none."""
    data = (data_dir or Path(os.environ.get(ENV_DATA, "var"))).resolve()
    url = database_url or os.environ.get(ENV_DATABASE)
    if not url:
        raise ValueError(f"{ENV_DATABASE} is not set")
    return Settings(
        database_url=url,
        master_key=master_key(data),
        media_url=os.environ.get(ENV_MEDIA) or (data / "media").as_uri(),
        web_dir=Path(os.environ.get(ENV_WEB, "build/web")).resolve(),
        trust_proxy=os.environ.get(ENV_PROXY, "") == "1",
        jobs=os.environ.get(ENV_JOBS, "") == "1",
    )


def master_key(data_dir: Path) -> bytes:
    """The key that guards the registry's secrets: from the environment (base64url), else the key file."""
    given = os.environ.get(ENV_KEY)
    if given:
        return _checked(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / KEY_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _checked(path.read_bytes())
    with os.fdopen(handle, "wb") as file:
        key = secrets.token_bytes(32)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _checked(key: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("the master key must be 32 bytes")
    return key
