"""Files that nothing names any more leave the phone; all others stay, whatever happened (S25)."""

import asyncio

import pytest
from visit_steps import jpeg, met, signed
from visit_world import KEY, World, make_world

from app.actions.add_photo import add_photo
from app.actions.finish_visit import finish_visit
from app.actions.keep_house import keep_house
from app.actions.tidy_shelf import SPARED, note_damage, tidy_shelf
from app.photos import Shelf
from app.platform.native.crypto import NativeCrypto
from app.store.kept import Report
from app.store.tables import Rows, drafts, get_meta, media
from domain.codes import PhotoKind


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def started_again(world: World) -> None:
    """The app was killed and opened; the shelf knows nothing of what was put before."""
    world.reopen()
    world.services.blobs = Shelf(world.blobs, NativeCrypto(), KEY)


async def leftover(world: World) -> str:
    """A photo whose file was kept and whose note was not: the phone died in between."""
    return await world.services.blobs.keep(jpeg(7))  # type: ignore[attr-defined]


async def test_a_leftover_goes_and_everything_else_stays(world):
    """S25: a visit under way, a sealed one and its receipt lose nothing; only the leftover is forgotten."""
    await finish_visit(world.services, await signed(world))
    await add_photo(world.services, met(world), jpeg(2), PhotoKind.DOORPLATE)
    needed, stray = set(world.blobs.files), await leftover(world)
    assert await tidy_shelf(world.services) == 0, "not in the run that put it: its note may be about to come"
    started_again(world)
    assert await tidy_shelf(world.services) == 1
    assert set(world.blobs.files) == needed
    assert stray not in needed


async def test_a_file_that_only_an_unreadable_draft_names_stays(world):
    """S25: what a newer app wrote, or what cannot be decoded, still names its files."""
    stray = await leftover(world)
    drafts(world.db).put({"id": "odd", "photos": [{"what": {"is": ["this", f"x/{stray}.jpg"]}}]})
    started_again(world)
    assert await tidy_shelf(world.services) == 0
    drafts(world.db).delete("odd")
    assert await tidy_shelf(world.services) == 1


async def test_a_file_that_only_a_sealed_record_names_stays(world):
    """S25: the queue's note is gone, but somebody signed for that picture."""
    await finish_visit(world.services, await signed(world))
    needed = set(world.blobs.files)
    media(world.db).delete(*needed)
    started_again(world)
    assert await tidy_shelf(world.services) == 0
    assert set(world.blobs.files) == needed


async def test_after_damage_nothing_is_forgotten(world, monkeypatch):
    """S25: the lost bytes may have been the note of that very picture; it is spared for ever."""
    stray = await leftover(world)
    started_again(world)
    monkeypatch.setattr(type(world.db), "reports", property(lambda _: [Report("tail_cut", "1", 0, 9)]))
    note_damage(world.db)
    monkeypatch.undo()
    for _ in range(2):
        started_again(world)
        note_damage(world.db)
        assert await tidy_shelf(world.services) == 0
    assert get_meta(world.db, SPARED) == [stray]
    assert stray in world.blobs.files


async def test_a_photo_taken_again_while_its_leftover_goes_is_there(world):
    """S25: whichever comes first, the file is on the shelf when ``put`` has returned."""
    stray = await leftover(world)
    started_again(world)
    reached, go_on = asyncio.Event(), asyncio.Event()
    delete = world.blobs.delete

    async def slowly(name: str) -> None:
        reached.set()
        await go_on.wait()
        await delete(name)

    world.blobs.delete = slowly  # type: ignore[method-assign]
    tidying = asyncio.create_task(tidy_shelf(world.services))
    await reached.wait()
    taking = asyncio.create_task(leftover(world))
    await asyncio.sleep(0)
    go_on.set()
    assert await tidying == 1
    assert await taking == stray
    assert stray in world.blobs.files


async def test_housekeeping_tidies_once_after_the_start(world, monkeypatch):
    """S25: by itself, while nobody waits."""
    await leftover(world)
    started_again(world)
    rounds = 0

    async def pause(_: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            assert world.blobs.files == {}
            raise asyncio.CancelledError

    monkeypatch.setattr("app.actions.keep_house.asyncio.sleep", pause)
    with pytest.raises(asyncio.CancelledError):
        await keep_house(world.services, object())  # type: ignore[arg-type]
    assert Rows(world.db, "media").all() == []
