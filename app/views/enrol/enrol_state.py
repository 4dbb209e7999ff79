"""What a person pastes or types to enrol, brought into form."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from domain.errors import InputError
from domain.text import half_width

ALPHABET = frozenset("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
"""As the registry makes codes: without 0 O 1 I L."""
LENGTH = 8


@dataclass(frozen=True, slots=True)
class Invitation:
    """``code`` as XXXX-XXXX or part of it; ``registry`` an origin, empty when none was named."""

    code: str = ""
    registry: str = ""


def shape_code(typed: str) -> str:
    """What is typed, as it is shown: capitals, only letters and digits, a dash after four, at most eight."""
    plain = "".join(one for one in half_width(typed).upper() if one.isascii() and one.isalnum())[:LENGTH]
    return f"{plain[:4]}-{plain[4:]}" if len(plain) > 4 else plain


def check_code(shown: str) -> str:
    """The whole code XXXX-XXXX. Raises InputError("code_incomplete" | "code_has_wrong_character")."""
    plain = shown.replace("-", "")
    if len(plain) != LENGTH:
        raise InputError("code_incomplete", field="code", length=LENGTH)
    wrong = "".join(sorted(set(plain) - ALPHABET))
    if wrong:
        raise InputError("code_has_wrong_character", field="code", character=wrong)
    return shape_code(plain)


def parse_invitation(text: str) -> Invitation:
    """A link ``https://registry/app/#/enrol?code=XXXX-XXXX``, or a bare code."""
    text = text.strip()
    if "code=" not in text:
        return Invitation() if "://" in text else Invitation(code=shape_code(text))
    query = text.rsplit("?", 1)[-1]
    code = parse_qs(query).get("code", [""])[0]
    parts = urlsplit(text)
    registry = (
        f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
    )
    return Invitation(code=shape_code(code), registry=registry)


def check_registry(typed: str) -> str:
    """An origin such as ``https://union.example``. Raises InputError("registry_address_invalid").

    Plain http is for a registry on the same machine or in the office's own network; https is assumed when
    nothing is said.
    """
    text = half_width(typed).strip()
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InputError("registry_address_invalid", field="registry")
    return f"{parts.scheme}://{parts.netloc}"


def origin_of(page_url: str | None) -> str:
    """The browser edition's own origin: the registry serves the app. Empty for any other page address."""
    parts = urlsplit(page_url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
