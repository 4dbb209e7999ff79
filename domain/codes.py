"""Every code list of DOMAIN.md §5: the words both ends use on the wire and in the database.

A value never changes its meaning. A retired value stays here as a comment, so that nobody gives its name
to something else. The Chinese label of a value is the catalogue entry ``label_key(value)``.
"""

from __future__ import annotations

import re
from enum import Enum, IntEnum, StrEnum


def label_key(value: Enum) -> str:
    """The msgid of a value's label: ``FundSource.DONATION`` → ``code.fund_source.donation``."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()
    return f"code.{words}.{value.value}"


# --- organisations and users ---------------------------------------------------------------------


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


class LeaderOrgan(StrEnum):
    """The organ a delegation's leader comes from (S29)."""

    PARTY_COMMITTEE = "party_committee"
    PEOPLES_CONGRESS = "peoples_congress"
    GOVERNMENT = "government"
    CPPCC = "cppcc"
    UNION = "union"


# --- the household file --------------------------------------------------------------------------


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


# --- people --------------------------------------------------------------------------------------


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


# --- a visit -------------------------------------------------------------------------------------


class VisitType(StrEnum):
    HOME = "home"
    ENTERPRISE = "enterprise"
    UNION = "union"
    CENTRE = "centre"
    SITE = "site"


class VisitResult(StrEnum):
    MET = "met"
    ABSENT = "absent"
    MOVED = "moved"
    DECEASED = "deceased"
    REFUSED = "refused"


class UnreachedReason(StrEnum):
    """Why a household does not count as reached (S25); the last visit's result, or nobody came."""

    NOT_VISITED = "not_visited"
    ABSENT = "absent"
    MOVED = "moved"
    DECEASED = "deceased"
    REFUSED = "refused"


class PhotoKind(StrEnum):
    SCENE = "scene"
    DOORPLATE = "doorplate"
    GOODS = "goods"
    DOCUMENT = "document"
    RECEIPT = "receipt"


class NeedKind(StrEnum):
    """医 房 学 业 保 (S18), and three more."""

    MEDICAL = "medical"
    HOUSING = "housing"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    SECURITY = "security"
    LEGAL = "legal"
    PSYCHOLOGICAL = "psychological"
    LIVING = "living"


class NeedSeverity(IntEnum):
    NONE = 0
    SOME = 1
    SERIOUS = 2
    URGENT = 3


# --- money ---------------------------------------------------------------------------------------


class AidType(StrEnum):
    LIVING = "living"
    MEDICAL = "medical"
    EDUCATION = "education"
    HEATING = "heating"
    CONDOLENCE = "condolence"
    SERVICE = "service"


class AidForm(StrEnum):
    CASH = "cash"
    BANK = "bank"
    IN_KIND = "in_kind"
    SERVICE = "service"


class FundSource(StrEnum):
    CENTRAL_FISCAL = "central_fiscal"
    PROV_FISCAL = "prov_fiscal"
    LOCAL_FISCAL = "local_fiscal"
    UPPER_UNION = "upper_union"
    UNION_MATCHING = "union_matching"
    ADMIN_FUND = "admin_fund"
    DONATION = "donation"
    OTHER = "other"


class AidStatus(StrEnum):
    """Life of one line in the ledger; only signed and paid lines count in reports (R24)."""

    SIGNED = "signed"
    PAID = "paid"
    RETURNED = "returned"
    VOIDED = "voided"


class SignerKind(StrEnum):
    RECIPIENT = "recipient"
    PROXY = "proxy"
    HANDLER = "handler"


class SignatureKind(StrEnum):
    """A fingerprint counts as a signature (R11)."""

    PEN = "pen"
    FINGERPRINT = "fingerprint"


# --- plans, cases, follow-ups --------------------------------------------------------------------


class MeasureOutcome(StrEnum):
    PLANNED = "planned"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"


class CaseChannel(StrEnum):
    VISIT = "visit"
    HOTLINE = "12351"
    CENTRE = "centre"


class CaseKind(StrEnum):
    ENQUIRY = "enquiry"
    AID = "aid"
    PETITION = "petition"
    LEGAL_AID = "legal_aid"
    SUGGESTION = "suggestion"


class CaseState(StrEnum):
    OPEN = "open"
    DOING = "doing"
    ESCALATED = "escalated"
    CLOSED = "closed"


class FollowUpKind(StrEnum):
    CALL = "call"
    REVISIT = "revisit"
    SAMPLE = "sample"


# --- rules ---------------------------------------------------------------------------------------


class Severity(StrEnum):
    """What a failed rule does on the phone, set per campaign. The registry only ever flags."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105  an outcome, no password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class EthnicGroup(StrEnum):
    """GB/T 3304, in its order."""

    HAN = "han"
    MONGOL = "mongol"
    HUI = "hui"
    TIBETAN = "tibetan"
    UYGHUR = "uyghur"
    MIAO = "miao"
    YI = "yi"
    ZHUANG = "zhuang"
    BOUYEI = "bouyei"
    KOREAN = "korean"
    MANCHU = "manchu"
    DONG = "dong"
    YAO = "yao"
    BAI = "bai"
    TUJIA = "tujia"
    HANI = "hani"
    KAZAK = "kazak"
    DAI = "dai"
    LI = "li"
    LISU = "lisu"
    VA = "va"
    SHE = "she"
    GAOSHAN = "gaoshan"
    LAHU = "lahu"
    SUI = "sui"
    DONGXIANG = "dongxiang"
    NAXI = "naxi"
    JINGPO = "jingpo"
    KIRGIZ = "kirgiz"
    TU = "tu"
    DAUR = "daur"
    MULAO = "mulao"
    QIANG = "qiang"
    BLANG = "blang"
    SALAR = "salar"
    MAONAN = "maonan"
    GELAO = "gelao"
    XIBE = "xibe"
    ACHANG = "achang"
    PUMI = "pumi"
    TAJIK = "tajik"
    NU = "nu"
    UZBEK = "uzbek"
    RUSSIAN = "russian"
    EWENKI = "ewenki"
    DEANG = "deang"
    BONAN = "bonan"
    YUGUR = "yugur"
    GIN = "gin"
    TATAR = "tatar"
    DERUNG = "derung"
    OROQEN = "oroqen"
    HEZHEN = "hezhen"
    MONBA = "monba"
    LHOBA = "lhoba"
    JINO = "jino"
