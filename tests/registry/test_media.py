"""Photos arrive by tus 1.0.0: whole, once, resumable after any cut, and checked (E, R12)."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from phone import picture, sha256

from registry.service import uploads
from sync.protocol.messages import MAX_MEDIA_BYTES

CHUNK = {"Content-Type": "application/offset+octet-stream"}


async def created(phone, data):
    answer = await phone.client.post("/v1/media", headers=phone.announce(data))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def patch(phone, place, offset, data, **headers):
    sent = phone.tus(**{"Upload-Offset": str(offset)}) | CHUNK | headers
    return await phone.client.patch(place, content=data, headers=sent)


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_two_requests_finish_one_upload(cadre, monkeypatch):
    """A phone that lost patience with the last chunk asks again: the second to finish finds it done."""
    data = picture(5)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data[:1000])).status_code == 204
    finish, seen = uploads._finish, []

    async def twice(office, who, upload):
        await finish(office, who, upload)
        seen.append(upload)
        await finish(office, who, upload)

    monkeypatch.setattr(uploads, "_finish", twice)
    assert (await patch(cadre, place, 1000, data[1000:])).status_code == 204
    assert len(seen) == 1


async def test_a_finished_upload_can_be_asked_about(cadre):
    """A client that lost the last answer asks where the upload stands, and hears that all is there."""
    data = picture(6)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data)).status_code == 204
    for _ in range(2):
        stands = await cadre.client.head(place, headers=cadre.tus())
        assert (stands.status_code, stands.headers["upload-offset"]) == (200, str(len(data)))
    assert (await patch(cadre, place, len(data), b"")).status_code == 204


async def test_who_can_only_post_says_what_it_means(cadre):
    """tus 1.0.0: X-HTTP-Method-Override, for networks that let no PATCH or DELETE through."""
    data = picture(7)
    place = await created(cadre, data)
    sent = cadre.tus(**{"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}) | CHUNK
    answer = await cadre.client.post(place, content=data[:900], headers=sent)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "900")
    gone = await cadre.client.post(place, headers=cadre.tus(**{"X-HTTP-Method-Override": "DELETE"}))
    assert gone.status_code == 204
    stands = await cadre.client.head(place, headers=cadre.tus())
    assert (stands.status_code, stands.headers["tus-resumable"]) == (410, "1.0.0")


async def test_another_version_of_tus_is_told_which_one_we_speak(cadre):
    """tus 1.0.0: 412 comes with Tus-Version."""
    place = await created(cadre, picture(8))
    answer = await cadre.client.head(place, headers=cadre.tus(**{"Tus-Resumable": "0.2.2"}))
    assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")


async def test_the_server_says_what_it_speaks(client):
    """OPTIONS tells version, extensions and the largest file, without a login."""
    answer = await client.options("/v1/media")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert "creation-with-upload" in answer.headers["tus-extension"]
    assert answer.headers["tus-max-size"] == str(MAX_MEDIA_BYTES)


async def test_a_photo_in_one_request(cadre):
    """A small photo travels inside its announcement and can be looked at as what it is."""
    data = picture(1)
    answer = await cadre.upload(data)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(data)))
    seen = await cadre.client.get(f"/v1/media/{sha256(data)}", headers=cadre.auth)
    assert (seen.content, seen.headers["content-type"]) == (data, "image/jpeg")
    assert "immutable" in seen.headers["cache-control"]
    again = await cadre.client.get(
        f"/v1/media/{sha256(data)}", headers=cadre.auth | {"If-None-Match": seen.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_photo_that_is_held_is_never_sent_again(cadre, delegate):
    """Whoever announces a photo that already arrived hears at once that it is complete."""
    data = picture(2)
    await cadre.upload(data)
    answer = await delegate.client.post("/v1/media", headers=delegate.announce(data))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(data)))
    stands = await delegate.client.head(answer.headers["location"], headers=delegate.tus())
    assert stands.headers["upload-offset"] == str(len(data))
    missing = await cadre.client.post(
        "/v1/media/missing", json={"sha256": [sha256(data), "0" * 64]}, headers=cadre.auth
    )
    assert missing.json()["missing"] == ["0" * 64]


async def test_an_upload_goes_on_after_a_cut(cadre):
    """Chunk, cut, ask where it stands, go on: the whole photo arrives."""
    data = picture(3, 5000)
    place = await created(cadre, data)
    assert (await patch(cadre, place, 0, data[:3000])).headers["upload-offset"] == "3000"
    stands = await cadre.client.head(place, headers=cadre.tus())
    assert (stands.headers["upload-offset"], stands.headers["upload-length"]) == ("3000", "5000")
    assert stands.headers["upload-expires"]
    assert (await patch(cadre, place, 3000, data[3000:])).status_code == 204
    seen = await cadre.client.get(f"/v1/media/{sha256(data)}", headers=cadre.auth)
    assert seen.content == data


async def test_a_chunk_sent_twice_counts_once(cadre):
    """A lost answer makes the phone send a chunk again: it hears where the upload stands."""
    data = picture(4, 5000)
    place = await created(cadre, data)
    await patch(cadre, place, 0, data[:2000])
    assert problem(await patch(cadre, place, 0, data[:2000])) == (409, "media_offset_mismatch")


async def test_parallel_chunks_keep_one(cadre):
    """Two requests with the same chunk at once: one is kept, the file is whole."""
    import asyncio

    data = picture(5, 4000)
    place = await created(cadre, data)
    answers = await asyncio.gather(*[patch(cadre, place, 0, data[:2000]) for _ in range(4)])
    assert sorted(one.status_code for one in answers) == [204, 409, 409, 409]
    assert (await patch(cadre, place, 2000, data[2000:])).status_code == 204


@pytest.mark.parametrize(("algorithm", "maker"), [("sha256", hashlib.sha256), ("sha1", hashlib.sha1)])
async def test_a_damaged_chunk_is_refused(cadre, algorithm, maker):
    """A chunk that was damaged on the way is refused and nothing of it is kept."""
    data = picture(6)
    place = await created(cadre, data)
    wrong = base64.b64encode(maker(b"other").digest()).decode()
    answer = await patch(cadre, place, 0, data, **{"Upload-Checksum": f"{algorithm} {wrong}"})
    assert problem(answer) == (460, "media_checksum_mismatch")
    right = base64.b64encode(maker(data).digest()).decode()
    answer = await patch(cadre, place, 0, data, **{"Upload-Checksum": f"{algorithm} {right}"})
    assert answer.status_code == 204


async def test_a_file_with_another_hash_is_refused(cadre):
    """A finished file that is not the announced one is thrown away, and the upload starts again."""
    data = picture(7)
    headers = cadre.announce(data, digest=sha256(b"something else"))
    whole = await cadre.client.post("/v1/media", content=data, headers=headers | CHUNK)
    assert problem(whole) == (422, "media_hash_mismatch")
    place = (await cadre.client.post("/v1/media", headers=headers)).headers["location"]
    assert problem(await patch(cadre, place, 0, data)) == (422, "media_hash_mismatch")
    gone = await cadre.client.head(place, headers=cadre.tus())
    assert gone.status_code == 410


async def test_a_200_mb_file_is_refused_before_it_travels(cadre):
    """A huge file is refused by its announced length, without reading it."""
    size = 200 * 1024 * 1024
    headers = cadre.announce(b"x") | {"Upload-Length": str(size)}
    assert problem(await cadre.client.post("/v1/media", headers=headers)) == (413, "too_large")
    place = await created(cadre, picture(8))

    async def endless():
        for _ in range(200):
            yield b"x" * 1024 * 1024
        raise AssertionError("the server read it all")

    sent = cadre.tus(**{"Upload-Offset": "0"}) | CHUNK
    assert problem(await cadre.client.patch(place, content=endless(), headers=sent)) == (413, "too_large")


async def test_what_is_no_picture_is_kept_but_never_shown_as_one(cadre):
    """Bytes that are no picture are still what the phone has: kept, and only offered for saving."""
    data = b"<script>alert(1)</script>"
    sent = await cadre.upload(data)
    assert (sent.status_code, sent.content) == (201, b"")
    assert "x-content-type-options" not in sent.headers, "every byte comes with every photo"
    seen = await cadre.client.get(f"/v1/media/{sha256(data)}", headers=cadre.auth)
    assert seen.headers["content-type"] == "application/octet-stream"
    assert seen.headers["content-disposition"] == "attachment"
    assert seen.headers["x-content-type-options"] == "nosniff"


async def test_only_those_who_may_see_the_visit_see_its_photo(cadre, delegate, supervisor, county, people):
    """The author and the supervisor above see a photo; a colleague with another list does not."""
    data = picture(9)
    home = next(f for f in county.households if f.id == county.assignments[0].household_id)
    await cadre.send(cadre.seal(cadre.visit(home, county.campaign.id, photos=[data])))
    url = f"/v1/media/{sha256(data)}"
    assert problem(await supervisor.client.get(url, headers=supervisor.auth)) == (404, "media_incomplete")
    await cadre.upload(data)
    assert (await supervisor.client.get(url, headers=supervisor.auth)).content == data
    assert problem(await delegate.client.get(url, headers=delegate.auth)) == (404, "not_found")


async def test_an_upload_belongs_to_its_device(cadre, delegate):
    """Nobody else can look at, continue or end an upload."""
    place = await created(cadre, picture(10))
    assert (await delegate.client.head(place, headers=delegate.tus())).status_code == 410
    assert problem(await delegate.client.delete(place, headers=delegate.tus())) == (410, "media_gone")


async def test_an_upload_can_be_given_up(cadre, settings):
    """DELETE ends an upload; its parts are removed."""
    from urllib.parse import urlsplit

    data = picture(11)
    place = await created(cadre, data)
    await patch(cadre, place, 0, data[:500])
    parts = Path(urlsplit(settings.media_url).path) / "parts"
    assert [one for one in parts.rglob("*") if one.is_file()]
    assert (await cadre.client.delete(place, headers=cadre.tus())).status_code == 204
    assert problem(await patch(cadre, place, 500, data[500:])) == (410, "media_gone")
    assert not [one for one in parts.rglob("*") if one.is_file()]


async def test_an_expired_upload_is_gone_and_swept(cadre, office):
    """After its time an upload is answered 410, and the sweep removes it."""
    from datetime import timedelta

    from sqlalchemy import update

    from registry.db.tables import uploads
    from registry.service.times import now
    from registry.service.uploads import sweep

    place = await created(cadre, picture(12))
    async with office.engine.begin() as connection:
        await connection.execute(update(uploads).values(expires_at=now() - timedelta(days=2)))
    assert (await cadre.client.head(place, headers=cadre.tus())).status_code == 410
    assert await sweep(office) == 1


async def test_a_crash_before_the_last_step_is_made_good(cadre, office, monkeypatch):
    """All bytes came but the registry failed to keep the file: asking again finishes it."""
    from registry.service import uploads as service

    data = picture(13)
    place = await created(cadre, data)
    real = service.keep

    async def broken(*_):
        raise OSError("disk")

    monkeypatch.setattr(service, "keep", broken)
    assert problem(await patch(cadre, place, 0, data)) == (500, "internal")
    monkeypatch.setattr(service, "keep", real)
    stands = await cadre.client.head(place, headers=cadre.tus())
    assert stands.headers["upload-offset"] == str(len(data))
    assert (await cadre.client.get(f"/v1/media/{sha256(data)}", headers=cadre.auth)).content == data


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Tus-Resumable": "0.2.2"}, (412, "tus_version")),
        ({"Upload-Length": "-5"}, (422, "validation_failed")),
        ({"Upload-Length": "1e9"}, (422, "validation_failed")),
        ({"Upload-Length": "0"}, (422, "validation_failed")),
        ({"Upload-Metadata": "sha256 !!!"}, (422, "validation_failed")),
        ({"Upload-Metadata": ""}, (422, "validation_failed")),
        ({"Upload-Metadata": "sha256 Li4vLi4v"}, (422, "validation_failed")),
    ],
)
async def test_a_bad_announcement_is_refused(cadre, headers, expected):
    """A wrong version, length or hash gets a clear error."""
    sent = cadre.announce(picture(14)) | headers
    assert problem(await cadre.client.post("/v1/media", headers=sent)) == expected


async def test_a_chunk_of_another_type_is_refused(cadre):
    """tus demands its own content type for chunks."""
    place = await created(cadre, picture(15))
    answer = await patch(cadre, place, 0, b"x", **{"Content-Type": "image/jpeg"})
    assert problem(answer) == (415, "unsupported_media_type")


async def test_photos_complete_reaches_the_phone(cadre, county, people):
    """When the last attachment arrives, the author's phone hears that the record is complete."""
    data = picture(16)
    home = next(f for f in county.households if f.id == county.assignments[0].household_id)
    record = cadre.seal(cadre.visit(home, county.campaign.id, photos=[data]))
    await cadre.send(record)
    found, cursor = await cadre.sync()
    assert found["feedback", record.id]["state"] == "received"
    assert found["feedback", record.id]["missing"] == 5
    for file in cadre.files_of(home, [data]):
        assert (await cadre.upload(file)).status_code == 201
    found, _ = await cadre.sync(cursor)
    assert found["feedback", record.id]["state"] == "complete"
    (again,) = (await cadre.send(record)).results
    assert (again.state, again.missing) == ("duplicate", [])


async def test_a_removed_folder_of_the_store_costs_no_photo(cadre, settings, monkeypatch):
    """Somebody tidied the store's folders away: the next photo makes them again; where that is impossible the
    phone hears that it may come again, not that the registry is broken (S25)."""
    import shutil

    from registry.files.folder import Folder

    first, second = picture(31), picture(32)
    assert (await cadre.upload(first)).status_code == 201
    shutil.rmtree(settings.media_url.removeprefix("file://"))
    assert (await cadre.upload(second)).status_code == 201
    assert (await cadre.client.get(f"/v1/media/{sha256(second)}", headers=cadre.auth)).content == second
    gone = await cadre.client.get(f"/v1/media/{sha256(first)}", headers=cadre.auth)
    assert problem(gone) == (404, "media_incomplete")

    def missing(*_):
        raise FileNotFoundError("no such folder")

    monkeypatch.setattr(Folder, "_put", missing)
    assert problem(await cadre.upload(picture(33))) == (503, "busy")
