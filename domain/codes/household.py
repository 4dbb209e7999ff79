"""Code lists of the household file."""

from __future__ import annotations

from enum import StrEnum


class FileLevel(StrEnum):
    NATIONAL = "national"
    PROVINCIAL = "provincial"
    LOCAL = "local"


class FileStatus(StrEnum):
    DRAFT = "draft"
    SURVEYED = "surveyed"
    PUBLICISED = "publicised"
    ACTIVE = "active"
    LIFTED = "lifted"
    CANCELLED = "cancelled"
    RELAPSED = "relapsed"


class Category(StrEnum):
    DEEP = "deep"
    RELATIVE = "relative"
    ACCIDENT = "accident"


class LegacyCategory(StrEnum):
    """The older three kinds: 低保户, 低保边缘户, 意外致困户."""

    SUBSISTENCE = "subsistence"
    NEAR_SUBSISTENCE = "near_subsistence"
    ACCIDENT = "accident"


class ActivationStep(StrEnum):
    """What a file needs before it may become active (R15)."""

    APPLICATION = "application"
    AUTHORISATION = "authorisation"
    HOME_SURVEY = "home_survey"
    VERIFICATION = "verification"
    PUBLIC_NOTICE = "public_notice"
    APPROVAL = "approval"


class AttachmentKind(StrEnum):
    APPLICATION = "application"
    ID_CARD = "id_card"
    HOUSEHOLD_REGISTER = "household_register"
    DIAGNOSIS = "diagnosis"
    HOSPITAL_BILL = "hospital_bill"
    EMPLOYER_CERTIFICATE = "employer_certificate"
    NOTICE = "notice"
    AUTHORISATION = "authorisation"


class Cause(StrEnum):
    NO_LABOUR = "no_labour"
    ABLE_UNEMPLOYED = "able_unemployed"
    LAID_OFF = "laid_off"
    UNINSURED = "uninsured"
    INSURANCE_UNPAID = "insurance_unpaid"
    ILLNESS = "illness"
    DISABILITY = "disability"
    DISASTER = "disaster"
    ACCIDENT = "accident"
    SCHOOLING = "schooling"
    OTHER = "other"


class TargetGroup(StrEnum):
    LOW_INCOME_OR_JOBLESS = "low_income_or_jobless"
    ILLNESS_DISASTER = "illness_disaster"
    HALTED_ENTERPRISE = "halted_enterprise"
    WORK_INJURY_OR_BEREAVED = "work_injury_or_bereaved"
    HARSH_POST = "harsh_post"
    DISASTER_FRONTLINE = "disaster_frontline"
    HOLIDAY_DUTY = "holiday_duty"
    POSTED_AWAY = "posted_away"
    KEY_PROJECT = "key_project"
    MODEL_WORKER = "model_worker"
    MIGRANT = "migrant"


class Housing(StrEnum):
    OWNED = "owned"
    RENTED = "rented"
    PUBLIC_RENTAL = "public_rental"
    DORMITORY = "dormitory"
    BORROWED = "borrowed"
    DILAPIDATED = "dilapidated"


class IncomeKind(StrEnum):
    WAGE = "wage"
    PENSION = "pension"
    FARMING = "farming"
    SUBSISTENCE_ALLOWANCE = "subsistence_allowance"
    SUBSIDY = "subsidy"
    OTHER = "other"


class ExpenseKind(StrEnum):
    """Rigid spending that R22 takes off the income."""

    ILLNESS = "illness"
    DISABILITY = "disability"
    SCHOOLING = "schooling"
    HOUSING = "housing"
    OTHER = "other"
