"""Whom to reach next, and own coverage (S25)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from visit_world import make_household, make_world

from app.actions.read_visits import SealedVisit
from app.views.home.home_state import (
    PAGE_ROWS,
    Standing,
    by_household,
    coverage_of,
    days_left,
    greeting,
    home,
    rows_of,
)
from domain.codes import FileStatus

TODAY = date(2027, 1, 20)


def visit(household, result="met", hours=1, **more):
    facts = {
        "id": f"{household.id}-{hours}",
        "campaign": None,
        "aid_total": Decimal(0),
        "note": "",
        "next_step": "",
        "photos": 0,
        "photos_sent": 0,
        "pictures_left": 0,
        "state": "kept",
    }
    at = datetime(2027, 1, 20, 12, tzinfo=UTC) - timedelta(hours=hours)
    return SealedVisit(**{**facts, "household_id": household.id, "result": result, "at": at, **more})


@pytest.fixture
def files():
    return [make_household(f"QS-{n}", name) for n, name in enumerate("甲乙丙丁戊", 1)]


def test_those_to_reach_come_first(files):
    """S25: drafts, then those not reached, then tried, then reached, then files that do not count."""
    reached, tried, fresh, begun, lifted = files
    lifted = make_household("QS-9", "己", status=FileStatus.LIFTED)
    visits = {reached.id: [visit(reached)], tried.id: [visit(tried, "absent")]}
    rows = rows_of([reached, tried, fresh, begun, lifted], visits, {begun.id: "draft-1"}, TODAY)
    assert [(row.file.worker.name, row.standing) for row in rows] == [
        ("丁", Standing.DRAFT),
        ("丙", Standing.TO_REACH),
        ("乙", Standing.TRIED),
        ("甲", Standing.REACHED),
        ("己", Standing.INACTIVE),
    ]
    assert rows[0].draft == "draft-1"


def test_met_once_is_reached_for_good(files):
    """S25: a household that was met stays reached when a later visit finds nobody."""
    one = files[0]
    visits = {one.id: [visit(one, "absent", hours=1), visit(one, "met", hours=9)]}
    assert rows_of([one], visits, {}, TODAY)[0].standing is Standing.REACHED
    assert coverage_of([one], visits, TODAY).reached == 1


def test_coverage_counts_active_files_once(files):
    """S25: reached ÷ assigned active files; lifted files and second visits change nothing."""
    one, two, three, *_ = files
    lifted = make_household("QS-9", "己", status=FileStatus.LIFTED)
    visits = {
        one.id: [visit(one, hours=1), visit(one, hours=2)],
        two.id: [visit(two, "absent")],
        lifted.id: [visit(lifted)],
    }
    found = coverage_of([one, two, three, lifted], visits, TODAY)
    assert (found.reached, found.total, found.percent) == (1, 3, 33)


def test_only_this_campaign_counts(files, tmp_path):
    """Last winter's visits do not make a household reached this winter."""
    campaign = make_world(tmp_path).campaign
    now, before = visit(files[0], campaign=campaign.id), visit(files[1], campaign="last-winter")
    assert list(by_household([now, before], campaign)) == [files[0].id]


def test_a_corrected_visit_gives_way(files):
    """A correction is a new record; the one it corrects no longer counts."""
    one = files[0]
    wrong = visit(one, "met", hours=2)
    right = visit(one, "absent", hours=1, corrects=wrong.id)
    assert [v.result for v in by_household([right, wrong], None)[one.id]] == ["absent"]


def test_long_lists_come_in_pages():
    """2,000 households are never drawn at once."""
    rows = rows_of([make_household(f"QS-{n}", "某") for n in range(70)], {}, {}, TODAY)
    shown = coverage_of([row.file for row in rows], {}, TODAY)
    first = home(rows, shown, None, PAGE_ROWS)
    assert (len(first.rows), first.found, first.more) == (PAGE_ROWS, 70, PAGE_ROWS)
    assert home(rows, shown, None, 60).more == 10
    assert home(rows, shown, None, 90).more == 0


def test_a_search_keeps_its_own_order(files):
    """The best match stands first, whoever is still to reach; unknown ids are left out."""
    rows = rows_of(files, {}, {}, TODAY)
    order = [files[3].id, "gone", files[1].id]
    found = home(rows, coverage_of(files, {}, TODAY), order, PAGE_ROWS)
    assert [row.file.worker.name for row in found.rows] == ["丁", "乙"]


@pytest.mark.parametrize(
    ("hour", "part"), [(4, "evening"), (6, "morning"), (11, "noon"), (14, "afternoon"), (19, "evening")]
)
def test_the_greeting_knows_the_hour(hour, part):
    """An evening visit is greeted as one."""
    assert greeting(hour) == f"home.greeting.{part}"


def test_days_left_counts_today(tmp_path):
    """On the last day there is one day left."""
    campaign = make_world(tmp_path).campaign
    assert days_left(campaign, campaign.ends_on) == 1
    assert days_left(campaign, campaign.ends_on + timedelta(days=3)) == 0
