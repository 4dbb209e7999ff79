"""GB/T 2260 regions, as far as an identity number needs them."""

from __future__ import annotations

# Two digits: the province-level divisions, 81–83 being the residence permits of people from Hong Kong,
# Macao and Taiwan (GB 11643 numbers issued on the mainland).
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)

# No division and no permit begins with 99 (a foreigner's permit begins with 9 and a province): whatever
# carries it belongs to the sample county and to nobody.
SAMPLE_PROVINCE = "99"


def province_key(region: str) -> str:
    """The msgid of the province's name: ``"110101"`` → ``code.province.11``."""
    return f"code.province.{region[:2]}"


def is_known(region: str, allow_sample_region: bool = False) -> bool:
    """Whether a region code's province exists; the sample region only when the settings allow it."""
    province = region[:2]
    return province in PROVINCES or (allow_sample_region and province == SAMPLE_PROVINCE)
