"""A full phone takes its photos all the same, as long as the office has older ones (S25)."""

from collections.abc import Callable

import pytest
from visit_steps import jpeg, met, signed
from visit_world import World, make_world

from app.actions.add_photo import add_photo
from app.actions.drafts import need_draft
from app.actions.finish_visit import finish_visit
from app.actions.free_space import free_sent
from app.platform.errors import PlatformError
from app.store.outbox import mark_answered, mark_media
from app.store.tables import media, records
from domain.codes import PhotoKind
from sync.errors import UnreachableError
from sync.protocol.messages import MissingAnswer


class Office:
    """Says which files it lacks; ``line``: whether it can be asked."""

    def __init__(self) -> None:
        self.lacks: set[str] = set()
        self.line = True
        self.asked: list[list[str]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    async def missing(self, sha256s: list[str]) -> MissingAnswer:
        if not self.line:
            raise UnreachableError("network_unreachable")
        self.asked.append(list(sha256s))
        self.meanwhile()
        return MissingAnswer(missing=[one for one in sha256s if one in self.lacks])


@pytest.fixture
def world(tmp_path) -> World:
    made = make_world(tmp_path / "store")
    made.runner.client = Office()  # type: ignore[attr-defined]
    return made


@pytest.fixture
def office(world: World) -> Office:
    found: Office = world.services.runner.client  # type: ignore[assignment]
    return found


async def sent_visit(world: World, *, but: str = "") -> str:
    """A sealed visit with one photo that the office has; ``but``: a kind of file that has not arrived."""
    visit_id = await signed(world)
    await finish_visit(world.services, visit_id)
    for document in media(world.db).find("record_id", visit_id):
        if document["kind"] != but:
            mark_media(world.db, document["sha256"], state="received")
    record = records(world.db).get(visit_id)
    assert record is not None
    mark_answered(world.db, visit_id, record["hash"], "received")
    return visit_id


def originals(world: World, visit_id: str) -> set[str]:
    queued = media(world.db).find("record_id", visit_id)
    return {document["sha256"] for document in queued if document["kind"] == "photo"}


def fill(world: World) -> None:
    """From now on nothing fits, until something is deleted."""
    put, delete = world.blobs.put, world.blobs.delete
    room = []

    async def refuse(name: str, data: bytes) -> None:
        if not room:
            raise PlatformError("disk_full")
        await put(name, data)

    async def release(name: str) -> None:
        room.append(name)
        await delete(name)

    world.blobs.put, world.blobs.delete = refuse, release  # type: ignore[method-assign]


async def test_the_next_photo_fits_because_sent_ones_go(world):
    """S25: the original is at the office, so it makes room; thumbnail, signatures and receipt stay."""
    visit_id = await sent_visit(world)
    before, gone = set(world.blobs.files), originals(world, visit_id)
    fill(world)
    fresh = await add_photo(world.services, met(world), jpeg(5), PhotoKind.SCENE)
    assert gone
    assert set(world.blobs.files) == (before - gone) | {fresh.sha256, fresh.thumbnail_sha256}


@pytest.mark.parametrize("but", ["photo", "signature"])
async def test_nothing_goes_that_the_office_lacks(world, but):
    """S25: one file is still on its way, so the whole record keeps its photos, and the person is told."""
    await sent_visit(world, but=but)
    before = set(world.blobs.files)
    fill(world)
    visit_id = met(world)
    with pytest.raises(PlatformError, match="disk_full"):
        await add_photo(world.services, visit_id, jpeg(5), PhotoKind.SCENE)
    assert set(world.blobs.files) == before
    assert need_draft(world.services, visit_id).photos == []


async def test_a_photo_that_a_second_record_or_a_draft_needs_stays(world):
    """S25: the same file is sealed again and not yet sent, or stands in a visit under way."""
    visit_id = await sent_visit(world)
    (name,) = originals(world, visit_id)
    media(world.db).table.insert(
        {**media(world.db).find("sha256", name)[0], "record_id": "another", "state": "waiting"}
    )
    assert await free_sent(world.services) == 0
    assert name in world.blobs.files


async def test_only_as_much_goes_as_is_wanted(world):
    """S25: the oldest first, and no more than needed."""
    first = await sent_visit(world)
    world.household, world.other = world.other, world.household
    second = await sent_visit(world)
    names = originals(world, first) | originals(world, second)
    assert len(names) == 2
    assert await free_sent(world.services, wanted=1) > 0
    assert names & set(world.blobs.files) == originals(world, second)
    assert await free_sent(world.services, wanted=1) > 0, "what is gone already is not counted"
    assert await free_sent(world.services, wanted=1) == 0


async def test_what_the_office_lost_since_stays_and_is_sent_again(world, office):
    """S25: its database was put back; the photo it had confirmed is only here. The next oldest goes."""
    first = await sent_visit(world)
    world.household, world.other = world.other, world.household
    second = await sent_visit(world)
    (lost,), (spare,) = originals(world, first), originals(world, second)
    office.lacks = {lost}
    assert await free_sent(world.services, wanted=1) > 0
    assert lost in world.blobs.files
    assert spare not in world.blobs.files
    assert [entry.sha256 for entry in world.services.store.media()] == [lost]
    assert [records(world.db).get(one)["state"] for one in (first, second)] == ["received", "complete"]
    assert world.runner.kicks > 0
    assert [lost] in office.asked


async def test_offline_the_only_copy_may_be_here_so_it_stays(world, office):
    """S25: no line, no deletion; the person is told that the phone is full."""
    visit_id = await sent_visit(world)
    office.line = False
    fill(world)
    with pytest.raises(PlatformError, match="disk_full"):
        await add_photo(world.services, met(world), jpeg(5), PhotoKind.SCENE)
    assert originals(world, visit_id) <= set(world.blobs.files)


async def test_a_photo_that_is_sealed_again_while_the_office_is_asked_stays(world, office):
    """S25: what is true before the question may not be after it."""
    visit_id = await sent_visit(world)
    (name,) = originals(world, visit_id)
    document = {**media(world.db).find("sha256", name)[0], "record_id": "another", "state": "waiting"}
    office.meanwhile = lambda: media(world.db).table.insert(document)
    assert await free_sent(world.services) == 0
    assert name in world.blobs.files
