"""What is burnt into a photo (R12)."""

from datetime import UTC, datetime

from app.photos.stamp import Stamp, lines, short_code

STAMP = Stamp(
    taken_at=datetime(2027, 1, 20, 16, 30, tzinfo=UTC),
    household_number="QS-0001",
    operator="李建国",
    code="ABC234",
    latitude="29.500123",
    longitude="103.700000",
    accuracy_m=12,
)


def test_time_place_household_operator_and_code():
    """R12: local time, place with accuracy, the household's number, who took it, the short code."""
    text = "\n".join(lines(STAMP))
    for part in ("2027-01-21 00:30:00", "29.500123", "103.700000", "12", "QS-0001", "李建国", "ABC234"):
        assert part in text


def test_no_place_is_said():
    """R12: a photo without location says so instead of showing zeros."""
    unknown = Stamp(STAMP.taken_at, "QS-0001", "李建国", "ABC234")
    assert "未定位" in lines(unknown)[1]


def test_the_code_belongs_to_visit_and_picture():
    """R12: another picture or another visit has another code; no letter can be misread."""
    one = short_code("visit-1", "0" * 64)
    assert one == short_code("visit-1", "0" * 64)
    assert len({one, short_code("visit-2", "0" * 64), short_code("visit-1", "1" * 64)}) == 3
    assert not set(one) & set("01IO")
