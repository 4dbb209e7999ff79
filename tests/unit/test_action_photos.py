"""Taking a photo into a visit and out again (R12)."""

import io

import pytest
from PIL import Image
from visit_steps import jpeg, met
from visit_world import World, make_world

from app.actions.add_photo import MOST_PHOTOS, add_photo, set_photo_consent
from app.actions.discard_visit import discard_visit
from app.actions.drafts import find_draft, need_draft
from app.actions.locate_visit import locate_visit
from app.actions.remove_photo import remove_photo
from app.actions.start_visit import start_visit
from app.photos import PhotoError
from app.photos.pipeline import MAX_INPUT_BYTES
from app.platform.errors import PlatformError
from domain.codes import PhotoKind
from domain.dhash import hamming
from sync.protocol.canonical import sha256_hex


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


async def test_a_photo_is_kept_small_hashed_and_sealed(world):
    """R12: stored file, thumbnail and the original's hash are noted; the disk holds no plain picture."""
    visit_id, original = met(world), jpeg(size=(3000, 2000))
    await locate_visit(world.services, visit_id)
    photo = await add_photo(world.services, visit_id, original, PhotoKind.DOORPLATE)
    assert photo.original_sha256 == sha256_hex(original)
    assert max(photo.width, photo.height) == 1600
    stored = await world.services.blobs.get(photo.sha256)
    assert (sha256_hex(stored), len(stored)) == (photo.sha256, photo.size)
    thumbnail = Image.open(io.BytesIO(await world.services.blobs.get(photo.thumbnail_sha256)))
    assert max(thumbnail.size) == 320
    assert photo.place.state == "found"
    assert all(b"JFIF" not in data for data in world.blobs.files.values())
    assert need_draft(world.services, visit_id).photos == [photo]


async def test_the_fingerprint_does_not_depend_on_the_watermark(world):
    """R12: the same scene taken for another household is found although time and number differ."""
    first = await add_photo(world.services, met(world), jpeg(3), PhotoKind.SCENE)
    world.clock.wait(3600)
    again = io.BytesIO()
    Image.open(io.BytesIO(jpeg(3))).save(again, "JPEG", quality=60)
    other = start_visit(world.services, world.other.id).id
    second = await add_photo(world.services, other, again.getvalue(), PhotoKind.SCENE)
    assert first.sha256 != second.sha256
    assert hamming(first.dhash, second.dhash) <= 4


@pytest.mark.parametrize("data", [b"%PDF-1.7 not a picture", b"\xff\xd8\xff broken", b"GIF89a"])
async def test_a_file_that_is_no_picture_says_so(world, data):
    """Bad input: the visit stays as it was."""
    visit_id = met(world)
    with pytest.raises(PlatformError) as error:
        await add_photo(world.services, visit_id, data, PhotoKind.SCENE, "album")
    assert error.value.code == "not_a_picture"
    assert need_draft(world.services, visit_id).photos == []
    assert world.blobs.files == {}


async def test_a_file_of_200_mb_is_refused_before_it_is_looked_at(world):
    """Bad input: a film picked by mistake does not bring the phone down."""
    visit_id = met(world)
    with pytest.raises(PhotoError) as error:
        await add_photo(world.services, visit_id, bytes(MAX_INPUT_BYTES + 1), PhotoKind.SCENE, "album")
    assert error.value.code == "photo_too_large"
    note = b"nuanfang:too-large:209715200"  # what the browser's page hands over instead
    with pytest.raises(PhotoError) as error:
        await add_photo(world.services, visit_id, note, PhotoKind.SCENE, "album")
    assert (error.value.code, error.value.details["size"]) == ("photo_too_large", 200)
    with pytest.raises(PhotoError) as error:
        await add_photo(world.services, visit_id, b"", PhotoKind.SCENE)
    assert error.value.code == "photo_empty"


async def test_the_same_picture_twice_is_said(world):
    """R12: two taps are one photo."""
    visit_id = met(world)
    await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    with pytest.raises(PhotoError) as error:
        await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    assert error.value.code == "photo_twice"


async def test_a_visit_does_not_become_an_album(world):
    """S32: there is a limit, and it is said."""
    visit_id = met(world)
    for seed in range(1, MOST_PHOTOS + 1):
        await add_photo(world.services, visit_id, jpeg(seed, (64, 48)), PhotoKind.SCENE)
    with pytest.raises(PhotoError) as error:
        await add_photo(world.services, visit_id, jpeg(99, (64, 48)), PhotoKind.SCENE)
    assert error.value.code == "photos_too_many"


async def test_a_full_phone_keeps_what_was_there(world):
    """Full disk: the new photo fails calmly, the draft and its first photo stay."""
    visit_id = met(world)
    first = await add_photo(world.services, visit_id, jpeg(1), PhotoKind.SCENE)
    world.blobs.full = True
    with pytest.raises(PlatformError) as error:
        await add_photo(world.services, visit_id, jpeg(2), PhotoKind.SCENE)
    assert error.value.code == "disk_full"
    assert need_draft(world.services, visit_id).photos == [first]


async def test_a_removed_photo_leaves_the_phone(world):
    """R12: out of the draft, and its files with it."""
    visit_id = met(world)
    photo = await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    await remove_photo(world.services, visit_id, photo.sha256)
    assert need_draft(world.services, visit_id).photos == []
    assert world.blobs.files == {}


async def test_a_discarded_visit_leaves_nothing(world):
    """Discard: draft and pictures are gone; doing it twice is no error."""
    visit_id = met(world)
    await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    set_photo_consent(world.services, visit_id, True)
    await discard_visit(world.services, visit_id)
    await discard_visit(world.services, visit_id)
    assert find_draft(world.services, visit_id) is None
    assert world.blobs.files == {}
