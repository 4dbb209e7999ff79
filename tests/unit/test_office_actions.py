"""A supervisor's intentions: reasons are asked for, pictures are what the record named (S9, R12)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from office_world import PICTURE, digest, make_office, make_services

from app.actions.office_desk import Pictures, desk
from app.actions.office_load_photo import load_photo
from app.actions.office_reveal_field import Hidden, reveal_field
from app.actions.office_review_visit import DOUBT, PASS, review_visit
from app.views.office.sheet_state import Acts, Sheet
from domain.errors import InputError
from sync.errors import AnswerError


async def test_a_doubt_without_a_reason_is_not_sent(tmp_path: Path) -> None:
    """The cadre must be able to read why; a pass needs no words."""
    office = make_office(1)
    services = make_services(office, tmp_path)
    with pytest.raises(InputError, match="reason_missing"):
        await review_visit(services, office.rows[0].id, DOUBT, "  ")
    await review_visit(services, office.rows[0].id, PASS)
    await review_visit(services, office.rows[0].id, DOUBT, " 签名像一个人写的 ")
    assert [(verdict, note) for _, verdict, note in office.reviews] == [
        (PASS, ""),
        (DOUBT, "签名像一个人写的"),
    ]


async def test_nothing_is_revealed_without_a_reason(tmp_path: Path) -> None:
    """The registry logs who looked and why; here the question is never even asked without a why."""
    office = make_office(1)
    services = make_services(office, tmp_path)
    hidden = Hidden("household", "h-1", "worker.id_number")
    with pytest.raises(InputError, match="reason_missing"):
        await reveal_field(services, hidden, "x")
    assert office.reveals == []
    assert await reveal_field(services, hidden, "核对身份") == "990101196803120046"
    assert office.reveals == [("household", "h-1", "worker.id_number", "核对身份")]


async def test_a_picture_that_is_not_what_the_record_named_is_not_shown(tmp_path: Path) -> None:
    """The hash is checked on this device too; the right one is fetched once."""
    office = make_office(1)
    services = make_services(office, tmp_path)
    assert await load_photo(services, digest(PICTURE)) == PICTURE
    office.files.clear()
    assert await load_photo(services, digest(PICTURE)) == PICTURE, "kept in memory"
    office.files[digest(b"other")] = b"swapped"
    with pytest.raises(AnswerError, match="media_damaged"):
        await load_photo(services, digest(b"other"))


def test_pictures_in_memory_are_bounded() -> None:
    """A day of 4,000 visits does not fill the browser's memory."""
    pictures = Pictures(limit=100)
    for name in "abc":
        pictures.put(name, bytes(40))
    assert pictures.get("a") is None
    assert pictures.get("c") is not None
    pictures.put("huge", bytes(101))
    assert pictures.get("huge") is None


async def test_enrolling_anew_gives_an_empty_desk(tmp_path: Path) -> None:
    """Another person on the same device sees nothing of what the one before looked at."""
    services = make_services(make_office(1), tmp_path)
    first = desk(services)
    assert desk(services) is first
    services.runner.client = object()  # type: ignore[misc]
    assert desk(services) is not first


async def test_an_answer_for_a_visit_that_left_the_screen_changes_nothing(tmp_path: Path) -> None:
    """Tapping on quickly never shows one visit's facts below another's name."""
    office = make_office(2, gate=asyncio.Event())
    services = make_services(office, tmp_path)
    first, second = (row.id for row in office.rows)
    kept = [Sheet(first)]
    acts = Acts(services, first, lambda event: kept.append(event(kept[-1])))
    loading = asyncio.create_task(acts.load())
    await asyncio.sleep(0)
    kept.append(Sheet(second))
    assert office.gate is not None
    office.gate.set()
    await loading
    assert kept[-1] == Sheet(second)


async def test_a_verdict_that_was_not_taken_is_not_shown_as_given(tmp_path: Path) -> None:
    """Without network the visit stays unjudged and the reason is said."""
    office = make_office(1)
    services = make_services(office, tmp_path)
    kept = [Sheet(office.rows[0].id)]
    acts = Acts(services, office.rows[0].id, lambda event: kept.append(event(kept[-1])))
    office.down = "network_unreachable"
    await acts.judge(PASS)
    assert (kept[-1].verdict, kept[-1].refused, kept[-1].saving) == ("", "network_unreachable", "")
    office.down = ""
    await acts.judge(PASS)
    assert (kept[-1].verdict, kept[-1].refused) == (PASS, "")
