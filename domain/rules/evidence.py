"""R12: photos and place. These findings flag and never block: a poor fix or a dark stairwell is no fraud."""

from __future__ import annotations

from collections.abc import Iterable

from domain.codes import VisitType
from domain.dhash import near
from domain.models import PhotoRef, RuleResult, RuleSettings
from domain.places import distance_m
from domain.rules.base import judge, not_applicable
from domain.rules.context import OtherPhoto, VisitContext


def r12_photo(photo: PhotoRef, others: Iterable[OtherPhoto], rules: RuleSettings) -> RuleResult:
    """A photo was taken in the app and belongs to no other household, which may have left this phone since:
    then nobody here knows its number."""
    fault, twin = _photo_fault(photo, list(others), rules)
    params = {"number": twin.household_number} if twin and twin.household_number else {}
    if twin and not params:
        fault = f"{fault}_elsewhere"
    return judge("R12", rules, fault, photo.sha256, only_warn=True, params=params)


def _photo_fault(
    photo: PhotoRef, others: list[OtherPhoto], rules: RuleSettings
) -> tuple[str | None, OtherPhoto | None]:
    for other in others:
        if photo.sha256 == other.sha256 or photo.original_sha256 == other.original_sha256:
            return "identical", other
    for other in others:
        if near(photo.dhash, other.dhash, rules.near_photo_bits):
            return "near", other
    return ("picked", None) if photo.picked else (None, None)


def r12_place(context: VisitContext) -> RuleResult:
    """A home visit took place near the household's home, by a place the system does not call mocked."""
    visit, rules = context.visit, context.rules
    if visit.place is None or visit.visit_type is not VisitType.HOME:
        return not_applicable("R12", rules)
    if visit.place.mocked:
        return judge("R12", rules, "mocked", only_warn=True)
    home = context.household.address.place if context.household else None
    if home is None:
        return not_applicable("R12", rules)
    distance = distance_m(visit.place, home)
    far = distance > rules.far_from_home_m + visit.place.accuracy_m + home.accuracy_m
    return judge(
        "R12", rules, "far" if far else None, only_warn=True, params={"km": f"{distance / 1000:.1f}"}
    )
