"""Code lists of people."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class WorkState(StrEnum):
    ON_POST = "on_post"
    AWAITING = "awaiting"
    UNEMPLOYED = "unemployed"
    RETIRED = "retired"
    SICK_LEAVE = "sick_leave"
    INTERNAL_RETIRED = "internal_retired"


class MemberState(StrEnum):
    """What a family member does."""

    PRESCHOOL = "preschool"
    STUDENT = "student"
    WORKING = "working"
    JOBLESS = "jobless"
    FARMING = "farming"
    RETIRED = "retired"
    NO_LABOUR = "no_labour"


class LifeState(StrEnum):
    """Whether a person can still be helped here (R14)."""

    PRESENT = "present"
    AWAY = "away"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"


class Health(StrEnum):
    HEALTHY = "healthy"
    WEAK = "weak"
    CHRONIC = "chronic"
    SERIOUS = "serious"


class Disability(StrEnum):
    """Degree on the disability certificate; 1 is the most severe."""

    NONE = "none"
    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    LEVEL_3 = "level_3"
    LEVEL_4 = "level_4"


class Insurance(StrEnum):
    """Social insurance a worker has."""

    PENSION = "pension"
    MEDICAL = "medical"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"
    MATERNITY = "maternity"
    RESIDENT_MEDICAL = "resident_medical"
    RESIDENT_PENSION = "resident_pension"


class Relation(StrEnum):
    """Relation of a person to the worker whose file it is."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    PARENT_IN_LAW = "parent_in_law"
    CHILD_IN_LAW = "child_in_law"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    OTHER = "other"
