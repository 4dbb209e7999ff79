"""The unions of 青山县, territorial and industrial, and the people who work there."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from domain.codes import OrgType, Role, Sex
from domain.models import Org, User
from registry.service.sample import words
from registry.service.sample.dice import Dice
from registry.service.sample.names import given_name, surname

UNION = "总工会"


def place_of(union: Org) -> str:
    """The town that a town's union is named after."""
    return union.name.removesuffix(UNION)


class Offices(Struct, frozen=True, kw_only=True):
    county: Org
    towns: tuple[Org, ...]
    industry: Org
    enterprises: tuple[Org, ...]
    centre: Org

    def all(self) -> tuple[Org, ...]:
        return (self.county, *self.towns, self.industry, *self.enterprises, self.centre)


def make_offices(dice: Dice) -> Offices:
    """A county, 6 towns, an industry, 20 enterprises (8 of them in both trees) and a service centre."""
    county = _org(dice, OrgType.COUNTY, words.REGION, f"{words.COUNTY}{UNION}")
    towns = tuple(
        _org(dice, OrgType.TOWN, f"{words.REGION}-{order:02d}", f"{name}{UNION}", parent=county.id)
        for order, (name, _, _) in enumerate(words.TOWNS, start=1)
    )
    builders = f"{words.COUNTY}建筑建材工会"
    industry = _org(dice, OrgType.INDUSTRY, f"{words.REGION}-J1", builders, parent=county.id)
    by_name = {place_of(town): town.id for town in towns}
    enterprises = tuple(
        _org(
            dice,
            OrgType.ENTERPRISE,
            f"{words.REGION}-E{order:02d}",
            name,
            parent=by_name[town],
            industry=industry.id if builds else None,
        )
        for order, (name, town, builds) in enumerate(words.ENTERPRISES, start=1)
    )
    helpers = f"{words.COUNTY}困难职工帮扶中心"
    centre = _org(dice, OrgType.CENTRE, f"{words.REGION}-C1", helpers, parent=county.id)
    return Offices(county=county, towns=towns, industry=industry, enterprises=enterprises, centre=centre)


def _org(
    dice: Dice, kind: OrgType, code: str, name: str, parent: str | None = None, industry: str | None = None
) -> Org:
    return Org(
        id=dice.new_id(),
        code=code,
        name=name,
        type=kind,
        region=words.REGION,
        parent_territorial=parent,
        parent_industrial=industry,
    )


def make_users(dice: Dice, offices: Offices) -> list[User]:
    """One cadre for each town (in the towns' order), then three delegates, then one of each office role."""
    post = words.STAFF_POSTS["cadre"]
    cadres = [_user(dice, town, Role.CADRE, f"{place_of(town)}{post}") for town in offices.towns]
    delegates = [_user(dice, offices.county, Role.DELEGATE, words.STAFF_POSTS["delegate"]) for _ in range(3)]
    office = [
        _user(dice, offices.county, role, words.STAFF_POSTS[role.value])
        for role in (Role.SUPERVISOR, Role.REVIEWER, Role.FINANCE, Role.STATISTICIAN, Role.ADMIN)
    ]
    return [*cadres, *delegates, *office]


def _user(dice: Dice, org: Org, role: Role, post: str) -> User:
    sex = dice.pick((Sex.MALE, Sex.FEMALE))
    birth = dice.day_between(date(1970, 1, 1), date(1998, 12, 31))
    return User(
        id=dice.new_id(),
        org_id=org.id,
        name=surname(dice) + given_name(dice, sex),
        roles=(role,),
        post=post,
        phone=dice.phone(),
        id_number=dice.identity_number(birth, sex),
    )
