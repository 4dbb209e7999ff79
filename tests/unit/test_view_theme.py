"""The look: readable in light and in dark, large text, and no blank where a rare name stands."""

import pytest

from app.views.components import secondary
from app.views.theme import DARK, FALLBACK_FONT, LIGHT, TARGET, theme
from registry.cli.web_build.client import FALLBACK_FAMILY

PAIRS = [
    ("on_surface", "surface"),
    ("on_surface", "surface_container_lowest"),
    ("on_surface", "surface_container"),
    ("on_surface_variant", "surface"),
    ("on_surface_variant", "surface_container_lowest"),
    ("on_surface_variant", "surface_container_high"),
    ("primary", "surface_container_lowest"),
    ("on_primary", "primary"),
    ("on_primary_container", "primary_container"),
    ("tertiary", "surface_container_lowest"),
    ("tertiary", "tertiary_container"),
    ("on_tertiary_container", "tertiary_container"),
    ("error", "surface_container_lowest"),
    ("on_error_container", "error_container"),
]


def luminance(color):
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(scheme, text, ground):
    """At least 4.5 to 1 for every pair that the screens use (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(getattr(scheme, text)), luminance(getattr(scheme, ground))))[::-1]
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_chosen_text_size_reaches_every_role():
    """Each role of the type scale grows by what the person chose, and none is small."""
    usual, large = theme(dark=False).text_theme, theme(dark=False, text_scale=1.5).text_theme
    for role in ("title_large", "title_medium", "body_large", "body_medium", "label_large", "label_small"):
        assert getattr(large, role).size == getattr(usual, role).size * 1.5
        assert getattr(usual, role).size >= 13
    assert TARGET >= 48


def test_the_fallback_face_is_the_one_that_the_site_carries():
    """A character that the bold face lacks is drawn from the face of that name, never left blank."""
    assert FALLBACK_FONT == FALLBACK_FAMILY
    assert theme(dark=False).text_theme.title_large.font_family_fallback == [FALLBACK_FONT]


def test_a_narrow_button_stands_beside_another():
    """In a row that wraps anything flexible, also with expand=False, is drawn as one large grey box."""
    assert secondary("再认一次", None, wide=False).expand is None
