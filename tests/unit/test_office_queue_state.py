"""The supervisor's queue: what is asked, what a row says, and that nobody loses the place (S9, S25)."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_world import COUNTY_ORG, NOW, make_office, make_row, make_services

from app.actions.office_desk import desk
from app.actions.office_list_visits import Filters
from app.actions.office_review_visit import DOUBT, PASS
from app.lang import set_language, t
from app.lang.build import build
from app.views.office import queue_load
from app.views.office.coverage_state import coverage_of
from app.views.office.marks import Mark, flags
from app.views.office.queue_state import Busy, Queue, row_look
from sync.protocol.messages import VisitPage


@pytest.fixture(autouse=True)
def _chinese() -> None:
    build()
    set_language("zh_Hans")


def page(first: int, count: int, *, after: str | None = None, total: int = 200) -> VisitPage:
    return VisitPage(rows=[make_row(n) for n in range(first, first + count)], next=after, total=total)


def test_pages_follow_each_other_without_doubles() -> None:
    """A visit that slid onto the next page meanwhile is shown once."""
    queue = Queue().ask()
    queue = queue.arrived(queue.ticket, page(1, 50, after="50"), NOW).more()
    assert queue.busy is Busy.MORE
    queue = queue.arrived(queue.ticket, page(50, 50), NOW)
    assert [row.household_number for row in queue.rows][48:52] == ["QS-0049", "QS-0050", "QS-0051", "QS-0052"]
    assert len(queue.rows) == 99
    assert queue.more() is queue, "there is no next page"


def test_the_number_is_counted_once_and_goes_down_with_each_verdict() -> None:
    """A further page does not bring back what was judged meanwhile (S9)."""
    queue = Queue().ask(Filters(unreviewed=True))
    queue = queue.arrived(queue.ticket, page(1, 50, after="50"), NOW).judged(make_row(3).id, "pass").more()
    queue = queue.arrived(queue.ticket, page(51, 50), NOW)
    assert (queue.total, queue.many) == (199, "199")


def test_a_very_long_queue_says_that_there_are_more() -> None:
    """Beyond ten thousand nobody counts on; the screen says so instead of a wrong number (S9)."""
    queue = Queue().ask()
    queue = queue.arrived(queue.ticket, VisitPage(rows=[make_row(1)], next="1", total=10_000, over=True), NOW)
    assert queue.many == "10000+"


def test_a_late_answer_to_an_old_question_is_dropped() -> None:
    """Typing another search while the first is on its way never shows the first one's rows."""
    first = Queue().ask(Filters(text="王"))
    second = first.ask(Filters(text="赵"))
    assert second.arrived(first.ticket, page(1, 3), NOW) is second
    assert second.broke(first.ticket, "network_timeout") is second


def test_a_refresh_keeps_the_rows_until_the_new_ones_are_there() -> None:
    """Nothing flickers away, and after a failure the old rows stay with the reason."""
    queue = Queue().ask()
    queue = queue.arrived(queue.ticket, page(1, 50, after="50"), NOW)
    again = queue.again()
    assert again.busy is Busy.AGAIN
    assert again.rows == queue.rows
    failed = again.broke(again.ticket, "network_unreachable")
    assert failed.rows == queue.rows
    assert failed.error == "network_unreachable"
    assert failed.busy is Busy.NO


async def test_a_refresh_asks_for_as_many_rows_as_were_shown(tmp_path: Path) -> None:
    """Somebody 120 visits down is still there after a refresh."""
    office = make_office(180)
    services = make_services(office, tmp_path)
    await queue_load.refresh(services)
    await queue_load.more(services)
    await queue_load.more(services)
    assert len(queue_load.queue_of(desk(services)).rows) == 150
    office.asked.clear()
    await queue_load.refresh(services)
    queue = queue_load.queue_of(desk(services))
    assert [ask["after"] for ask in office.asked] == [None, "50", "100"]
    assert len(queue.rows) == 150
    assert queue.total == 180


async def test_filters_reach_the_registry_as_they_were_set(tmp_path: Path) -> None:
    """Flagged, unreviewed, town, cadre and free text are all asked of the registry, not of the page."""
    office = make_office(3)
    services = make_services(office, tmp_path)
    wanted = Filters(flagged=True, unreviewed=False, town="城关镇", author="李建国", text="QS")
    await queue_load.search(services, wanted)
    asked = office.asked[-1]
    assert {name: asked[name] for name in ("flagged", "unreviewed", "town", "author", "text")} == {
        "flagged": True,
        "unreviewed": False,
        "town": "城关镇",
        "author": "李建国",
        "text": "QS",
    }
    assert [row.household_number for row in queue_load.queue_of(desk(services)).rows] == ["QS-0001"]


async def test_the_next_one_is_the_next_nobody_has_judged(tmp_path: Path) -> None:
    """One tap leads on in the list's order, round to the top, and to nothing when all are judged."""
    services = make_services(make_office(4), tmp_path)
    await queue_load.refresh(services)
    table = desk(services)
    ids = [row.id for row in queue_load.queue_of(table).rows]
    assert queue_load.queue_of(table).next_unreviewed(ids[1]) == ids[2]
    queue_load.judged(table, ids[2], PASS)
    assert queue_load.queue_of(table).next_unreviewed(ids[1]) == ids[3]
    assert queue_load.queue_of(table).next_unreviewed(ids[3]) == ids[0]
    for one in ids:
        queue_load.judged(table, one, DOUBT)
    assert queue_load.queue_of(table).next_unreviewed(ids[0]) is None
    assert queue_load.queue_of(table).total == 0


def test_the_next_one_from_outside_the_list_is_its_first() -> None:
    """A visit opened by its address leads into the queue."""
    queue = Queue().ask()
    queue = queue.arrived(queue.ticket, page(1, 3), NOW)
    assert queue.next_unreviewed("0190ffff-0000-7000-8000-000000000000") == queue.rows[0].id


def test_a_row_says_everything_once_and_aloud() -> None:
    """Name, number, town, cadre, time, aid, photos, flags and status, also for the ear."""
    look = row_look(make_row(1, flags=["R12", "out_of_scope"], photos=3, photos_missing=1), NOW)
    assert look.time == "今天 17:30"
    assert look.aid == "¥1,000"
    assert look.photos == "照片到了 2/3"
    assert {one.code for one in look.flags} == {"R12", "out_of_scope", "photos_missing"}
    for part in ("王秀1", "QS-0001", "城关镇", "李建国", "照片或地点存疑", "超出走访范围", "未审"):
        assert part in look.spoken


def test_of_a_visit_that_nobody_can_read_nothing_is_said() -> None:
    """S9: no name, no "nothing handed over", no "no photos": the row says only that it cannot be read."""
    row = make_row(1, flags=["bad_body"], household_name="", type="", aid_total="0.00", photos=0)
    look = row_look(row, NOW)
    assert (look.name, look.aid, look.photos) == ("不知道是哪一户", "", "")
    assert [one.text for one in look.flags] == ["内容读不出"]


def test_what_is_not_known_leaves_no_dot_behind() -> None:
    """A visit without a household has no town: the line begins with the cadre."""
    assert row_look(make_row(1), NOW).where == ("城关镇", "李建国")
    assert row_look(make_row(1, town=""), NOW).where == ("李建国",)


def test_a_verdict_given_here_shows_in_the_row() -> None:
    """Doubt and pass differ by words, not by colour alone."""
    row = make_row(1, reviewed=True)
    passed, doubted, other = (row_look(row, NOW, word).status for word in (PASS, DOUBT, ""))
    assert (passed.text, doubted.text, other.text) == ("已通过", "存疑", "已审")
    assert doubted.mark is Mark.LOOK


def test_nobody_met_and_no_photo_are_said() -> None:
    """A visit that met nobody is no failure, but it is said."""
    look = row_look(make_row(1, result="absent", photos=0, aid_total="0.00"), NOW)
    assert [one.code for one in look.flags] == ["result.absent"]
    assert look.flags[0].text == t("code.visit_result.absent")
    assert look.aid == "未发款物"
    assert look.photos == "没有照片"


def test_the_gravest_flag_comes_first_and_an_unknown_one_is_not_hidden() -> None:
    """A broken signature stands before a doubtful photo; a code from a newer registry is shown as it is."""
    shown = flags(["photos_missing", "R12", "bad_signature", "R12", "brand_new"])
    assert [one.code for one in shown] == ["bad_signature", "R12", "brand_new", "photos_missing"]
    assert shown[2].text == "brand_new"


async def test_coverage_counts_active_files_and_shows_most_left_first() -> None:
    """S25: the county is not the sum of all that it contains; only towns become bars."""
    look = coverage_of(await make_office(0).coverage(), COUNTY_ORG)
    assert look is not None
    assert look.title == "应访 100 户，已访 53 户，还差 47 户"
    assert [(bar.name, bar.figure) for bar in look.towns] == [
        ("石桥镇", "12 / 40 户"),
        ("城关镇", "41 / 60 户"),
    ]
    assert look.whole.share == pytest.approx(0.53)


async def test_offline_the_question_is_kept_and_the_code_is_shown(tmp_path: Path) -> None:
    """No network is no crash: the queue knows why and can ask again."""
    office = make_office(2, down="network_unreachable")
    services = make_services(office, tmp_path)
    await queue_load.refresh(services)
    queue = queue_load.queue_of(desk(services))
    assert (queue.error, queue.answered, queue.rows) == ("network_unreachable", False, ())
    office.down = ""
    await queue_load.refresh(services)
    assert len(queue_load.queue_of(desk(services)).rows) == 2
