"""Errors of the device seams."""

from domain.errors import NuanFangError


class PlatformError(NuanFangError):
    """The device refused or failed; ``code`` says what."""

    code = "platform_failed"
