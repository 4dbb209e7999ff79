"""Of uploads that end, however they end, nothing stays in the store that nobody would find (E, S25)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from phone import picture
from sqlalchemy import update
from test_media import created, patch

from domain.ids import id_at, new_id
from registry.db.tables import uploads as table
from registry.service import uploads
from registry.service.times import now


@pytest.fixture
def parts(settings):
    """Where parts lie; files and folders, even empty ones, count."""
    return Path(settings.media_url.removeprefix("file://")) / "parts"


async def expire(office):
    async with office.engine.begin() as connection:
        await connection.execute(update(table).values(expires_at=now() - timedelta(days=2)))


async def test_an_interrupted_sweep_is_taken_up_again(cadre, office, parts, monkeypatch):
    """The sweep was killed between the parts and their row: nothing stays that nobody would find (S25)."""
    data = picture(34)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data[:1000])).status_code == 204
    await expire(office)
    real = type(office.files).clear

    async def killed(self, folder):
        await real(self, folder)
        raise RuntimeError("killed")

    monkeypatch.setattr(type(office.files), "clear", killed)
    with pytest.raises(RuntimeError):
        await uploads.sweep(office)
    monkeypatch.setattr(type(office.files), "clear", real)
    assert list(parts.iterdir()) == []
    assert await uploads.sweep(office) == 1
    assert await uploads.sweep(office) == 0


@pytest.mark.parametrize("end", ["finish", "give up", "sweep"])
async def test_a_part_whose_row_was_not_written_goes_with_its_upload(cadre, office, parts, monkeypatch, end):
    """The database failed after a part was stored: however the upload ends, nothing of it stays (S25)."""
    data = picture(35, 4000)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data[:1000])).status_code == 204
    real = uploads._grow

    async def away(*_):
        raise OSError("killed")

    monkeypatch.setattr(uploads, "_grow", away)
    assert (await patch(cadre, place, 1000, data[1000:2000])).status_code == 500
    monkeypatch.setattr(uploads, "_grow", real)
    assert len(list(parts.rglob("*-*-*-*-*-*"))) == 2
    if end == "finish":
        assert (await patch(cadre, place, 1000, data[1000:])).status_code == 204
    elif end == "give up":
        assert (await cadre.client.delete(place, headers=cadre.tus())).status_code == 204
    else:
        await expire(office)
        assert await uploads.sweep(office) == 1
    assert list(parts.iterdir()) == []


async def test_folders_without_an_upload_are_swept(cadre, office, parts):
    """What older versions or a kill left behind goes when it is old; a young one and a running one stay."""
    data = picture(36, 4000)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data[:1000])).status_code == 204
    running, young, *old = place.rsplit("/", 1)[-1], new_id(), id_at(0, 1), id_at(0, 2)
    for one in (young, *old):
        (parts / one).mkdir()
    (parts / old[0] / "000000000000-x").write_bytes(b"x")
    assert await uploads.sweep(office) == 2
    assert {one.name for one in parts.iterdir()} == {running, young}
    assert (await patch(cadre, place, 1000, data[1000:])).status_code == 204


async def test_one_upload_that_cannot_be_removed_stops_no_other(cadre, office, parts, monkeypatch):
    """The store refuses one: all others are swept, and the job fails and is tried again."""
    places = [await created(cadre, picture(n)) for n in (37, 38, 39)]
    for place in places:
        assert (await patch(cadre, place, 0, b"x" * 100)).status_code == 204
    await expire(office)
    real, first = type(office.files).clear, min(one.name for one in parts.iterdir())

    async def stuck(self, folder):
        if folder.endswith(first):
            raise OSError("stuck")
        await real(self, folder)

    monkeypatch.setattr(type(office.files), "clear", stuck)
    with pytest.raises(OSError, match="stuck"):
        await uploads.sweep(office)
    assert [one.name for one in parts.iterdir()] == [first]
    monkeypatch.setattr(type(office.files), "clear", real)
    assert await uploads.sweep(office) == 1
