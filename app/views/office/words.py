"""Times, money and codes as a supervisor reads them. Plain Python; times on screen are Chinese local time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from app.actions.local_time import LOCAL
from app.lang import has_text, t
from app.views import format as shown


def moment(text: str | None) -> datetime | None:
    """An RFC 3339 text as aware UTC; None when there is none or it is unreadable."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def when(at: datetime | None, now: datetime) -> str:
    """``今天 19:40``, ``昨天 …``, ``1月8日 19:40``; another year names it."""
    return t("common.unknown") if at is None else shown.moment(at, now)


def exact(at: datetime | None) -> str:
    """``2027年1月8日 19:40:05``, for whoever has to prove it."""
    if at is None:
        return t("common.unknown")
    here = at.astimezone(LOCAL)
    day = t("common.date.year", year=here.year, month=here.month, day=here.day)
    return f"{day} {here:%H:%M:%S}"


def later(at: datetime | None, first: datetime) -> str:
    """As ``exact``, without the date when it is that of ``first``, which stands before it."""
    if at is None or at.astimezone(LOCAL).date() != first.astimezone(LOCAL).date():
        return exact(at)
    return f"{at.astimezone(LOCAL):%H:%M:%S}"


def distance(metres: int) -> str:
    """``120 米`` or ``3.4 公里``."""
    if metres < 1000:
        return t("office.distance.m", count=metres)
    return t("office.distance.km", count=f"{metres / 1000:.1f}")


def size(count: int | None) -> str:
    """``831 B``, ``146 KB``, ``2.1 MB``."""
    if count is None:
        return t("common.unknown")
    if count < 1024:
        return f"{count} B"
    return f"{round(count / 1024)} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def money(amount: str | Decimal) -> str:
    """``¥1,000``, ``¥1,000.50``; what is no amount is shown as it came."""
    try:
        return shown.yuan(Decimal(amount))
    except InvalidOperation:
        return str(amount)


def has_money(amount: str) -> bool:
    """Whether any money was given."""
    try:
        return Decimal(amount) > 0
    except InvalidOperation:
        return bool(amount)


def coded(family: str, value: object) -> str:
    """The label of a code list's value: ``coded("visit_result", "met")``; an unknown one as it is."""
    msgid = f"code.{family}.{value}"
    return t(msgid) if has_text(msgid) else str(value)


def problem(code: str, **details: object) -> str:
    """Why something did not come. The phone's own sentences promise a cadre that work is kept and sent later;
    nothing here is, so what would promise it has its own words."""
    if code in shown.NO_ANSWER:
        return t("office.offline.read")
    own = f"office.problem.{code}"
    return t(own, **details) if has_text(own) else shown.problem(code, **details)


def not_done(code: str, **details: object) -> str:
    """Why an act was not taken: it does not wait for a network, it must be done again."""
    return t("office.offline.short") if code in shown.NO_ANSWER else problem(code, **details)
