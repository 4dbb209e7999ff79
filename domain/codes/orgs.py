"""Code lists of organisations and users."""

from __future__ import annotations

from enum import StrEnum


class OrgType(StrEnum):
    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    INDUSTRY = "industry"
    ENTERPRISE = "enterprise"
    CENTRE = "centre"
    STATION = "station"


class Role(StrEnum):
    DELEGATE = "delegate"
    CADRE = "cadre"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    STATISTICIAN = "statistician"
    ADMIN = "admin"


REVIEWERS = frozenset({Role.SUPERVISOR, Role.REVIEWER, Role.ADMIN})
"""May give a verdict, see unmasked fields with a reason, and read the quarantine."""


class LeaderOrgan(StrEnum):
    """The organ a delegation's leader comes from (S29)."""

    PARTY_COMMITTEE = "party_committee"
    PEOPLES_CONGRESS = "peoples_congress"
    GOVERNMENT = "government"
    CPPCC = "cppcc"
    UNION = "union"
