"""The look, in one place: colour, type, space, shape.

Chosen for a winter evening at somebody's door: paper-warm surfaces that do not glare, ink-teal for what can
be done, lamp amber for what waits, red only for a problem. A status is always an icon and words; colour
only helps. Every text uses a role of the type scale and every colour a role of the scheme, so that dark
mode and larger text need no second thought in a screen.
"""

from __future__ import annotations

import flet as ft

# --- space and shape (dp) ------------------------------------------------------------------------------
S1, S2, S3, S4, S5, S6, S8 = 4, 8, 12, 16, 20, 24, 32
"""The only distances: multiples of four."""
PAGE = 16
"""Left and right margin of a screen."""
TARGET = 48
"""Nothing to touch is smaller."""
BUTTON = 56
"""About the height of the one main button, with text at 100 %."""
RADIUS_CARD = 16
RADIUS_CONTROL = 12
RADIUS_PILL = 999
DIALOG_INSET = ft.Padding.symmetric(horizontal=20, vertical=16)
"""Around a dialog: with large text, and the keyboard up, each line of a small phone counts."""
MAX_WIDTH = 640
"""Text wider than this tires: larger windows keep the column in the middle."""

LIGHT = ft.ColorScheme(
    primary="#0B5159",
    on_primary="#FFFFFF",
    primary_container="#CDE5E5",
    on_primary_container="#04343A",
    secondary="#48605F",
    on_secondary="#FFFFFF",
    secondary_container="#DDE8E5",
    on_secondary_container="#1C3433",
    tertiary="#8A5200",
    on_tertiary="#FFFFFF",
    tertiary_container="#FFE4BC",
    on_tertiary_container="#432800",
    error="#B3261E",
    on_error="#FFFFFF",
    error_container="#FBE0DD",
    on_error_container="#601410",
    surface="#FBF8F2",
    on_surface="#1B2223",
    on_surface_variant="#4A5556",
    outline="#717C7C",
    outline_variant="#DAD5CA",
    surface_container_lowest="#FFFFFF",
    surface_container_low="#F7F3EB",
    surface_container="#F2EDE3",
    surface_container_high="#ECE6DA",
    surface_container_highest="#E5DFD2",
    inverse_surface="#2D3536",
    on_inverse_surface="#F2EFE8",
    inverse_primary="#8FD0D3",
    surface_tint="#0B5159",
)

DARK = ft.ColorScheme(
    primary="#8FD0D3",
    on_primary="#00363B",
    primary_container="#124A51",
    on_primary_container="#CDEBEB",
    secondary="#B2CCCA",
    on_secondary="#1D3534",
    secondary_container="#2B403F",
    on_secondary_container="#D3E6E3",
    tertiary="#FFBF6E",
    on_tertiary="#452B00",
    tertiary_container="#573B0C",
    on_tertiary_container="#FFE4BC",
    error="#F6B5AF",
    on_error="#601410",
    error_container="#6E211B",
    on_error_container="#FBE0DD",
    surface="#101719",
    on_surface="#E6E5DF",
    on_surface_variant="#B7C1C0",
    outline="#859190",
    outline_variant="#344042",
    surface_container_lowest="#182124",
    surface_container_low="#151D20",
    surface_container="#1B2427",
    surface_container_high="#253033",
    surface_container_highest="#303B3E",
    inverse_surface="#E6E5DF",
    on_inverse_surface="#242C2D",
    inverse_primary="#0B5159",
    surface_tint="#8FD0D3",
)


FALLBACK_FONT = "Noto Sans SC"
"""Every hanzi in one weight, for characters that the bold face lacks; a native phone has its own."""


# --- type ----------------------------------------------------------------------------------------------
class Type:
    """Roles: a screen's one big number, a name, a section, reading text, quiet details, buttons."""

    NUMBER = ft.TextThemeStyle.DISPLAY_SMALL
    LONG_NUMBER = ft.TextThemeStyle.HEADLINE_LARGE
    HEADLINE = ft.TextThemeStyle.HEADLINE_SMALL
    NAME = ft.TextThemeStyle.TITLE_LARGE
    SECTION = ft.TextThemeStyle.TITLE_MEDIUM
    BODY = ft.TextThemeStyle.BODY_LARGE
    DETAIL = ft.TextThemeStyle.BODY_MEDIUM
    LABEL = ft.TextThemeStyle.LABEL_LARGE


def _text_theme(scale: float, color: str) -> ft.TextTheme:
    regular, medium, bold = ft.FontWeight.W_400, ft.FontWeight.W_500, ft.FontWeight.W_600

    def style(
        size: float, weight: ft.FontWeight, height: float, letter_spacing: float | None = None
    ) -> ft.TextStyle:
        return ft.TextStyle(
            size=size * scale,
            weight=weight,
            height=height,
            letter_spacing=letter_spacing,
            color=color,
            font_family_fallback=[FALLBACK_FONT],
        )

    # labels stand in narrow places, where the half pixel that is made for Latin letters breaks a word in two
    return ft.TextTheme(
        display_small=style(36, bold, 1.15),
        headline_large=style(28, bold, 1.2),
        headline_medium=style(26, bold, 1.3),
        headline_small=style(24, bold, 1.3),
        title_large=style(21, bold, 1.3),
        title_medium=style(17, bold, 1.4),
        title_small=style(15, medium, 1.4),
        body_large=style(17, regular, 1.5),
        body_medium=style(15, regular, 1.5),
        body_small=style(14, regular, 1.45),
        label_large=style(16, medium, 1.3, 0),
        label_medium=style(14, medium, 1.3, 0),
        label_small=style(13, medium, 1.3, 0),
    )


def _button(padding: int = S5) -> ft.ButtonStyle:
    return ft.ButtonStyle(
        shape=ft.RoundedRectangleBorder(radius=RADIUS_CONTROL),
        padding=ft.Padding.symmetric(horizontal=padding, vertical=S3),
    )


def theme(*, dark: bool, text_scale: float = 1.0) -> ft.Theme:
    """The light or the dark theme; ``text_scale`` is the person's own choice, the phone's comes on top."""
    scheme = DARK if dark else LIGHT
    return ft.Theme(
        color_scheme=scheme,
        text_theme=_text_theme(text_scale, str(scheme.on_surface)),
        scaffold_bgcolor=scheme.surface,
        visual_density=ft.VisualDensity.STANDARD,
        filled_button_theme=ft.FilledButtonTheme(style=_button()),
        outlined_button_theme=ft.OutlinedButtonTheme(style=_button()),
        text_button_theme=ft.TextButtonTheme(style=_button(S3)),
        appbar_theme=ft.AppBarTheme(
            bgcolor=scheme.surface, elevation=0, elevation_on_scroll=0, center_title=False
        ),
        navigation_bar_theme=ft.NavigationBarTheme(
            bgcolor=scheme.surface_container,
            indicator_color=scheme.primary_container,
            elevation=0,
        ),
        dialog_theme=ft.DialogTheme(
            bgcolor=scheme.surface_container_lowest,
            shape=ft.RoundedRectangleBorder(radius=RADIUS_CARD),
        ),
        divider_theme=ft.DividerTheme(color=scheme.outline_variant, thickness=1, space=1),
        page_transitions=ft.PageTransitionsTheme(
            android=ft.PageTransitionTheme.FADE_FORWARDS,
            linux=ft.PageTransitionTheme.NONE,
            windows=ft.PageTransitionTheme.NONE,
        ),
    )
