"""The phone compares the ledger's heads: a registry put back, or one whose past was changed, is noticed."""

from __future__ import annotations

from dataclasses import replace

import httpx
import msgspec
import pytest
from loop_phone import CRYPTO, PutBack
from sqlalchemy import func, select

from app.actions.ledger_place import ledger_place
from registry.db.tables import records as held
from registry.service.log.append import append_all

DAY = 25 * 3600


@pytest.fixture
async def copied(office, backup, cadre, campaign) -> PutBack:
    """Two visits are in the ledger and the phone knows it; then the database is copied. Gives a way to put
    the registry back to that copy."""
    for home in cadre.homes()[:2]:
        await cadre.visit(home, campaign)
    await cadre.sync()
    await append_all(office)
    await cadre.sync_later()
    assert cadre.store.ledger().head.size == 2
    return await backup()


async def more(cadre, campaign, office) -> list[str]:
    made = [await cadre.visit(home, campaign) for home in cadre.homes()[2:4]]
    await cadre.sync()
    await append_all(office)
    await cadre.sync_later()
    return made


async def test_a_ledger_that_grows_is_proven_to_grow(cadre, campaign, office, copied):
    """S9: each head that comes is held against the one kept, by a consistency proof."""
    await more(cadre, campaign, office)
    view = cadre.store.ledger()
    assert (view.head.size, view.doubt) == (4, None)
    assert cadre.line.count("GET", "/v1/log/consistency") == 1


async def test_a_registry_put_back_is_noticed_and_gets_the_lost_visits_again(
    cadre, campaign, office, copied: PutBack
):
    """S9, S25: the season is over and nothing is left to send; still the phone learns within a day that the
    registry lost two visits, keeps both heads as evidence and sends them again."""
    lost = await more(cadre, campaign, office)
    before = cadre.store.ledger().head
    await copied()
    await cadre.sync_later(1, DAY)
    await cadre.sync()
    doubt = cadre.store.ledger().doubt
    assert (doubt.kept, doubt.seen.size) == (before, 2)
    async with office.engine.connect() as connection:
        wanted = select(func.count()).select_from(held).where(held.c.id.in_(lost))
        assert await connection.scalar(wanted) == 2
    assert [cadre.state(one) for one in lost] == ["complete", "complete"]
    await append_all(office)
    await cadre.sync_later()
    cadre.kill()
    view = cadre.store.ledger()
    assert (view.head.size, view.doubt) == (4, doubt), "the first contradiction stays the evidence"
    assert ledger_place(cadre.db, CRYPTO, lost[0]).verified


async def test_a_changed_past_is_noticed(cadre, campaign, office, copied):
    """S9: the ledger is longer now, but it does not begin with what the phone remembers."""
    view = cadre.store.ledger()
    other = msgspec.structs.replace(view.head, root="0f" * 32)
    cadre.store.keep_ledger(replace(view, head=other))
    await more(cadre, campaign, office)
    doubt = cadre.store.ledger().doubt
    assert doubt.kept == other
    assert doubt.seen.size == 4


@pytest.mark.parametrize("what", ["sig", "county", "junk"])
async def test_a_head_that_the_registry_did_not_sign_proves_nothing(cadre, campaign, copied, what):
    """S9: somebody on the line cannot frame the registry, nor make the phone believe another ledger."""
    before = cadre.store.ledger()

    async def forge(request, send):
        if request.url.path != "/v1/log/head":
            return None
        head = msgspec.json.decode((await send(request)).content)
        if what == "junk":
            return httpx.Response(200, content=b"<html>login</html>")
        changed = {"sig": {"size": 1, "root": "00" * 32}, "county": {"county": "110000"}}[what]
        return httpx.Response(200, content=msgspec.json.encode(head | changed))

    cadre.line.faults.append(forge)
    await cadre.sync_later(1, DAY)
    view = cadre.store.ledger()
    assert (view.head, view.doubt, view.asked_at) == (before.head, None, before.asked_at)
    assert cadre.runner.status.last_error in {"registry_signature_invalid", "answer_unreadable"}
    cadre.line.faults.clear()
    await cadre.sync_later()
    assert cadre.store.ledger().asked_at > before.asked_at, "it asks again and all is well"


async def test_a_quiet_phone_asks_once_a_day(cadre, copied):
    """S25: three requests a day, whatever the clock does, and none in between."""
    asked = cadre.line.count("GET", "/v1/log/head")
    await cadre.sync_later(3, 3600)
    assert cadre.line.count("GET", "/v1/log/head") == asked
    await cadre.sync_later(1, DAY)
    assert cadre.line.count("GET", "/v1/log/head") == asked + 1
    cadre.clock.wall_shift -= cadre.clock.now() - cadre.clock.now().replace(year=2019)
    await cadre.sync_later(1, 1000)
    assert cadre.line.count("GET", "/v1/log/head") == asked + 2, "put back by years: asked once, not never"
    await cadre.sync_later(2, 3600)
    assert cadre.line.count("GET", "/v1/log/head") == asked + 2
