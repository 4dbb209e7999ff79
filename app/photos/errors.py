"""Errors of the photo room.

PhotoError
    photo_empty          nothing was captured
    photo_too_large      more bytes than a phone picture has; ``size`` and ``limit`` in MB
    photo_twice          this very picture is already in the visit
    photos_too_many      more than a visit needs; ``most``
    photo_damaged        the shelf's file does not decrypt, or is not what its name says
"""

from domain.errors import NuanFangError


class PhotoError(NuanFangError):
    """A photo could not be taken, kept or read back; ``code`` says which."""

    code = "photo_failed"
