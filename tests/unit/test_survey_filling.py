"""Filling in a questionnaire: every touch is on the disk when it returns (issue 3, ADR 7)."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from forms_kit import ask, bind, repeat, xform
from PIL import Image
from survey_world import begin, feed, form_doc, kill, pick, publish, survey_world, upload
from visit_steps import jpeg
from visit_world import KEY, World, make_household

from app.actions.fill_survey import open_survey
from app.actions.locate_survey import locate_survey
from app.actions.start_survey import start_survey
from app.actions.start_visit import start_visit
from app.actions.survey_draft import moved_up, names_of
from app.actions.survey_drafts import all_surveys, find_survey
from app.lang import set_language
from app.photos import PhotoError
from app.store import StoreError, open_database
from app.store.tables import survey_parts, surveys
from domain.errors import InputError, NuanFangError
from forms import AnswerError
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost

NAME = [[[20, 60], [60, 20], [100, 60]]]


@pytest.fixture
def world(tmp_path) -> World:
    return survey_world(tmp_path / "store")


# --- beginning ------------------------------------------------------------------------------------------


def test_a_questionnaire_knows_who_when_and_about_whom(world):
    """S18: household, author, campaign and the event's clocks are there from the first moment."""
    draft = begin(world).draft
    assert (draft.household, draft.subject_name, draft.subject_number) == (
        world.household.id,
        "王秀英",
        "QS-0001",
    )
    assert (draft.author, draft.author_name, draft.campaign) == (world.me.id, "李建国", world.campaign.id)
    assert draft.started["boot_id"] == "boot-1"
    assert not draft.touched


def test_starting_again_goes_on(world):
    """One filling of a form per household; another household has its own."""
    first = begin(world).draft.id
    assert begin(world).draft.id == first
    assert begin(world, household=world.other.id).draft.id != first
    assert len(all_surveys(world.services)) == 2


def test_a_questionnaire_about_nobody_can_be_filled_in_for_several_people(world):
    """S40: the next one is a new one, unless the last was never touched."""
    publish(world, form_doc(form_id="poll", subject="none"))

    def start() -> str:
        return start_survey(world.services, "poll@1")

    first = start()
    assert start() == first
    open_survey(world.services, first).answer("/data/name", "甲")
    assert start() != first


def test_inside_a_visit_the_household_and_place_are_known(world):
    """S18: begun from the visit's page; one begun before joins the visit."""
    visit = start_visit(world.services, world.household.id)
    filling = begin(world, visit=visit.id)
    assert (filling.draft.household, filling.draft.visit_id) == (world.household.id, visit.id)
    before = begin(world, household=world.other.id)
    later = start_visit(world.services, world.other.id)
    assert start_survey(world.services, "needs@1", visit=later.id) == before.draft.id
    assert before.draft.visit_id == later.id
    assert kill(world, before).draft.visit_id == later.id


@pytest.mark.parametrize(
    ("key", "about", "code"),
    [
        ("needs@1", {}, "survey_subject_missing"),
        ("needs@1", {"household": "nobody"}, "household_missing"),
        ("needs@1", {"visit": "none"}, "draft_missing"),
        ("needs@9", {"household": "nobody"}, "form_missing"),
        ("check@1", {}, "survey_subject_missing"),
        ("check@1", {"org": "nobody"}, "org_missing"),
    ],
)
def test_what_cannot_be_begun_says_why(world, key, about, code):
    """Nothing is left behind by a refused start."""
    publish(world, form_doc(form_id="check", subject="org"))
    with pytest.raises(InputError) as error:
        start_survey(world.services, key, **about)
    assert error.value.code == code
    assert all_surveys(world.services) == []


def test_a_phone_that_is_not_enrolled_begins_nothing(world):
    """Nobody to sign for it."""
    world.services.me = None
    with pytest.raises(InputError, match="not_enrolled"):
        start_survey(world.services, "needs@1", household=world.household.id)


def test_the_form_speaks_the_apps_language_when_it_can(world):
    """A form in Chinese and English opens in the app's language, and the switch is kept."""
    itext = (
        '<translation lang="中文 (zh)" default="true()"><text id="q"><value>姓名</value></text></translation>'
        '<translation lang="English (en)"><text id="q"><value>Name</value></text></translation>'
    )
    body = '<input ref="/data/a"><label ref="jr:itext(\'q\')"/></input>'
    publish(world, form_doc(xform("<a/>", "", body, itext=itext), form_id="two", subject="none"))
    set_language("en")
    try:
        filling = open_survey(world.services, start_survey(world.services, "two@1"))
    finally:
        set_language("zh_Hans")
    assert filling.session.question("/data/a").label == "Name"
    filling.set_language("中文 (zh)")
    assert kill(world, filling).session.question("/data/a").label == "姓名"


def test_the_other_script_comes_before_a_foreign_language(world):
    """A form in English and simplified Chinese opens in Chinese for who reads the app in full characters."""
    itext = (
        '<translation lang="English (en)" default="true()"><text id="q"><value>Name</value></text>'
        "</translation>"
        '<translation lang="中文 (zh)"><text id="q"><value>姓名</value></text></translation>'
    )
    body = '<input ref="/data/a"><label ref="jr:itext(\'q\')"/></input>'
    publish(world, form_doc(xform("<a/>", "", body, itext=itext), form_id="two", subject="none"))
    set_language("zh_Hant")
    try:
        filling = open_survey(world.services, start_survey(world.services, "two@1"))
    finally:
        set_language("zh_Hans")
    assert filling.session.question("/data/a").label == "姓名"


CHOOSING = xform(
    '<rel jr:template=""><home/></rel><rel><home/></rel><home/><again/>',
    '<instance id="h" src="jr://file-csv/households.csv"/>',
    repeat("/data/rel", pick("/data/rel/home")) + pick("/data/home") + pick("/data/again"),
)


def test_the_household_is_not_asked_again(world):
    """The first question for a household from the list is answered with this one; rows and others are not."""
    publish(world, form_doc(CHOOSING, form_id="pick"), form_doc(CHOOSING, form_id="poll", subject="none"))
    key = start_survey(world.services, "pick@1", household=world.household.id)
    session = open_survey(world.services, key).session
    paths = ("/data/home", "/data/again", "/data/rel[1]/home")
    assert [session.value(path) for path in paths] == [world.household.id, "", ""]
    nobody = open_survey(world.services, start_survey(world.services, "poll@1")).session
    assert nobody.value("/data/home") == ""


def test_a_household_that_came_since_can_be_chosen(world):
    """It was missing from the list, the office added it, the phone has synced: opened again, it is there."""
    publish(world, form_doc(CHOOSING, form_id="poll", subject="none"))
    filling = open_survey(world.services, start_survey(world.services, "poll@1"))
    filling.answer("/data/again", world.other.id)
    filling.session.walker.jump("/data/again")
    before = [one.value for one in filling.session.question("/data/home").choices]
    new = make_household("QS-0003", "孙桂兰")
    world.put_household(new)
    feed(world)
    again = open_survey(world.services, filling.draft.id)
    assert again is filling, "every screen has the same one"
    assert [one.value for one in again.session.question("/data/home").choices] == [*before, new.id]
    assert again.session.value("/data/again") == world.other.id
    here = again.session.walker.here()
    assert here is not None
    assert here.path == "/data/again"
    again.answer("/data/home", new.id)
    assert kill(world, again).session.value("/data/home") == new.id


# --- every touch ----------------------------------------------------------------------------------------


def test_a_kill_at_any_moment_leaves_the_last_touch(world):
    """After each answer the app dies: what was answered is there, with what was calculated from it."""
    filling = begin(world)
    for path, value in {
        "/data/name": "王秀英",
        "/data/ill": "yes",
        "/data/cause": "尿毒症",
        "/data/people[1]/who": "小雨",
    }.items():
        filling.answer(path, value)
        filling = kill(world, filling)
        assert filling.session.value(path) == value
    assert filling.session.value("/data/count") == "1"
    assert filling.draft.touched


def test_the_person_stands_where_they_were(world):
    """The page is kept; one that is gone leads to the beginning."""
    filling = begin(world)
    filling.answer("/data/ill", "yes")
    filling.session.walker.jump("/data/cause")
    filling.at("/data/cause")
    again = kill(world, filling)
    here = again.session.walker.here()
    assert (here.path if here else "", again.draft.page) == ("/data/cause", "/data/cause")
    again.answer("/data/ill", "no")
    first = kill(world, again).session.walker.here()
    assert first is not None
    assert first.path == "/data/name"


def test_irrelevant_answers_are_kept_while_filling(world):
    """Issue 3: a changed mind brings them back."""
    filling = begin(world)
    for path, value in (("/data/ill", "yes"), ("/data/cause", "尿毒症"), ("/data/ill", "no")):
        filling.answer(path, value)
    again = kill(world, filling)
    again.answer("/data/ill", "yes")
    assert again.session.value("/data/cause") == "尿毒症"


def test_a_value_that_does_not_fit_changes_nothing(world):
    """The old answer stays, here and on the disk."""
    filling = begin(world)
    with pytest.raises(AnswerError, match="answer_wrong_type"):
        filling.answer("/data/ill", "yes yes")
    with pytest.raises(AnswerError, match="answer_no_such_question"):
        filling.answer("/data/count", "7")
    assert kill(world, filling).draft.answers == filling.draft.answers


def test_rows_come_and_go(world):
    """Rows are kept with their number; a removed row's answers are gone and the later ones move up."""
    filling = begin(world)
    for name in ("甲", "乙", "丙"):
        row = "/data/people[1]" if name == "甲" else filling.add_row("/data/people")
        filling.answer(f"{row}/who", name)
    filling.remove_row("/data/people[2]")
    again = kill(world, filling)
    assert [again.session.value(f"{row}/who") for row in again.session.rows("/data/people")] == ["甲", "丙"]
    assert again.session.value("/data/count") == "2"


def test_two_screens_write_into_the_same_filling(world):
    """Page, camera and pad never write over each other."""
    filling = begin(world)
    assert open_survey(world.services, filling.draft.id) is filling


def test_every_touch_rings_for_the_screens(world):
    """The bell of drafts: screens draw again."""
    filling = begin(world)
    before = world.services.draft_bell.count
    filling.answer("/data/name", "王秀英")
    assert world.services.draft_bell.count == before + 1


async def test_the_place_is_noted_when_it_is_found(world):
    """R12: it takes a while; a refusal is an answer too, and a draft that is gone meanwhile is no error."""
    filling = begin(world)
    await locate_survey(world.services, filling.draft.id)
    assert kill(world, filling).draft.place.latitude == "29.500123"
    world.location.code = "location_denied"
    assert (await locate_survey(world.services, "gone")).state == "denied"


# --- files ----------------------------------------------------------------------------------------------


async def test_a_photo_is_shrunk_stamped_and_hashed(world):
    """R12: the form's own size, original's hash, print and thumbnail; the answer names the file."""
    filling = begin(world)
    filling.answer("/data/ill", "yes")
    original = jpeg(seed=3)
    kept = await filling.attach("/data/photo", original, kind="photo", source="album")
    again = kill(world, filling)
    assert again.session.value("/data/photo") == kept.name
    file = again.draft.files["/data/photo"]
    stored = await world.services.blobs.get(file.sha256)
    assert max(Image.open(io.BytesIO(stored)).size) == 200 == max(file.width, file.height)
    assert await world.services.blobs.has(file.thumb_sha256)
    assert (file.source, len(file.dhash), len(file.original_sha256), len(file.code)) == ("album", 16, 64, 6)


async def test_one_picture_is_not_taken_for_two_questions(world):
    """R12: the same original twice is a mistake; for the same question it is simply taken again."""
    filling = begin(world)
    filling.answer("/data/ill", "yes")
    await filling.attach("/data/photo", jpeg(), kind="photo")
    with pytest.raises(PhotoError, match="photo_twice"):
        await filling.attach("/data/people[1]/face", jpeg(), kind="photo")
    await filling.attach("/data/photo", jpeg(), kind="photo")
    assert list(filling.draft.files) == ["/data/photo"]


async def test_a_replaced_or_dropped_photo_leaves_the_shelf(world):
    """Nothing stays behind that no answer names."""
    filling = begin(world)
    filling.answer("/data/ill", "yes")
    await filling.attach("/data/photo", jpeg(1), kind="photo")
    await filling.attach("/data/photo", jpeg(2), kind="photo")
    await filling.settled()
    assert set(world.blobs.files) == names_of(filling.draft)
    filling.drop_file("/data/photo")
    await filling.settled()
    assert world.blobs.files == {}
    assert kill(world, filling).session.value("/data/photo") == ""


async def test_a_row_takes_its_files_with_it(world):
    """Removing the first row: its photo goes, the second row's photo becomes the first's."""
    filling = begin(world)
    filling.add_row("/data/people")
    await filling.attach("/data/people[1]/face", jpeg(1), kind="photo")
    second = await filling.attach("/data/people[2]/face", jpeg(2), kind="photo")
    filling.sketch("/data/people[2]/face", NAME, 360, 240)
    filling.remove_row("/data/people[1]")
    await filling.settled()
    again = kill(world, filling)
    assert again.draft.files == {"/data/people[1]/face": second}
    assert list(again.draft.sketches) == ["/data/people[1]/face"]
    assert set(world.blobs.files) == {second.sha256, second.thumb_sha256}


async def test_a_file_shared_with_a_visit_stays_for_the_visit(world):
    """Forgetting looks at every draft on the phone."""
    first, second = begin(world), begin(world, household=world.other.id)
    for filling in (first, second):
        await filling.attach("/data/sign", b"the same strokes", kind="drawing", content_type="image/png")
    first.drop_file("/data/sign")
    await first.settled()
    assert await world.services.blobs.has(second.draft.files["/data/sign"].sha256)


async def test_a_signature_is_kept_after_each_stroke_and_can_be_continued(world):
    """ADR 7: strokes survive a kill, also after the drawing was taken as the answer."""
    filling = begin(world)
    filling.sketch("/data/sign", NAME, 360, 240)
    again = kill(world, filling)
    assert again.draft.sketches["/data/sign"].strokes == NAME
    kept = await again.attach("/data/sign", b"png", kind="drawing", content_type="image/png", source="made")
    third = kill(world, again)
    assert third.session.value("/data/sign") == kept.name == f"{kept.sha256[:16]}.png"
    assert third.draft.sketches["/data/sign"].strokes == NAME
    third.drop_file("/data/sign")
    assert kill(world, third).draft.sketches == {}


async def test_a_drawing_on_a_photo_remembers_the_photo(world):
    """Annotate: the drawing carries the hash, print and place of the photo it was drawn on (R12)."""
    filling = begin(world)
    photo = await filling.background("/data/sign", jpeg(5))
    filling.sketch("/data/sign", NAME, photo.width, photo.height)
    again = kill(world, filling)
    ground = again.draft.sketches["/data/sign"].background
    assert ground == photo
    assert await world.services.blobs.has(photo.sha256)
    drawn = await again.attach("/data/sign", b"composed", kind="drawing", content_type="image/jpeg")
    assert (drawn.original_sha256, drawn.dhash) == (photo.original_sha256, photo.dhash)


async def test_a_photo_that_nobody_drew_on_is_the_answer(world):
    """Annotate: taken, then back without a stroke. What the screen shows is what is handed in."""
    filling = begin(world)
    photo = await filling.background("/data/sign", jpeg(5))
    again = kill(world, filling)
    assert again.session.value("/data/sign") == photo.name
    assert again.draft.files["/data/sign"] == photo
    await again.attach("/data/sign", b"composed", kind="drawing", content_type="image/jpeg")
    await again.settled()
    assert await world.services.blobs.has(photo.sha256), "it is still under the drawing"
    again.drop_file("/data/sign")
    await again.settled()
    assert not await world.services.blobs.has(photo.sha256)


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        ("低保证.pdf", "application/pdf", "低保证.pdf"),
        ("../../etc/a:b.pdf", "application/pdf", "etc a b.pdf"),
        ("x" * 300 + ".docx", "", "x" * 100 + ".docx"),
        ("\u3000诊断　证明.pdf\u3000", "", "诊断 证明.pdf"),
        ("x." + "y" * 300, "", "x." + "y" * 100),
    ],
)
async def test_a_document_keeps_its_name(world, name, content_type, expected):
    """What the person knows it by, without what a file name must not have."""
    filling = begin(world)
    kept = await filling.attach("/data/paper", b"%PDF", kind="file", content_type=content_type, name=name)
    assert kept.name == expected
    again = kill(world, filling)
    assert again.session.value("/data/paper") == expected
    assert again.draft.files["/data/paper"].sha256 == kept.sha256


async def test_a_sound_has_a_name_by_its_content(world):
    """audio/mp4 is an m4a; the name is short and unique."""
    filling = begin(world)
    kept = await filling.attach("/data/sound", b"sound", kind="audio", content_type="audio/mp4; codecs=x")
    assert kept.name == f"{kept.sha256[:16]}.m4a"


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"", "file", "file_empty"),
        (bytes(20 * 1024 * 1024 + 1), "audio", "file_too_large"),
        (b"", "photo", "photo_empty"),
        (b"not a picture", "photo", "not_a_picture"),
    ],
)
async def test_a_file_that_cannot_be_taken_leaves_the_draft_as_it_was(world, data, kind, code):
    """Each with its reason; the answer stays empty."""
    filling = begin(world)
    filling.answer("/data/ill", "yes")
    with pytest.raises(NuanFangError) as error:
        await filling.attach("/data/photo", data, kind=kind)
    assert error.value.code == code
    assert kill(world, filling).draft.files == {}
    assert world.blobs.files == {}


async def test_a_full_shelf_leaves_the_draft_as_it_was(world):
    """The photo could not be kept: the answer does not name it."""
    filling = begin(world)
    world.blobs.full = True
    with pytest.raises(NuanFangError, match="disk_full"):
        await filling.attach("/data/people[1]/face", jpeg(), kind="photo")
    assert kill(world, filling).draft.files == {}


async def test_a_row_removed_while_its_photo_is_worked_on_takes_no_other_photo(world):
    """The path would mean another row by now: the photo is let go and said so."""
    filling = begin(world)
    filling.add_row("/data/people")

    class Removing:
        """Removes the first row while the picture is being shrunk."""

        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

        async def watermark(self, data, lines, quality=80):
            filling.remove_row("/data/people[1]")
            return await self.inner.watermark(data, lines, quality)

    world.services.platform.pictures = Removing(world.services.platform.pictures)
    with pytest.raises(AnswerError, match="answer_no_such_row"):
        await filling.attach("/data/people[1]/face", jpeg(), kind="photo")
    await filling.settled()
    assert filling.draft.files == {}
    assert world.blobs.files == {}


# --- when the disk does not take it ---------------------------------------------------------------------


def test_a_full_disk_shows_what_the_disk_has(tmp_path):
    """The refused answer is not on the screen either, and the next one works when there is room."""
    disk = Disk()
    world = survey_world(tmp_path, disk)
    filling = begin(world)
    filling.answer("/data/name", "王秀英")
    filling.session.walker.jump("/data/ill")
    disk.capacity = disk.used()
    for act in (
        lambda: filling.answer("/data/name", "赵大山"),
        lambda: filling.add_row("/data/people"),
        lambda: filling.remove_row("/data/people[1]"),
        lambda: filling.sketch("/data/sign", NAME, 360, 240),
    ):
        with pytest.raises(StoreError, match="disk_full"):
            act()
    assert filling.session.value("/data/name") == "王秀英"
    assert filling.session.rows("/data/people") == ["/data/people[1]"]
    here = filling.session.walker.here()
    assert here is not None
    assert here.path == "/data/ill"
    disk.capacity = 10**9
    filling.answer("/data/name", "赵大山")
    assert filling.draft.answers["/data/name"] == "赵大山"


def test_power_lost_at_any_step_leaves_the_touch_before_or_after(tmp_path):
    """At every step of the device, torn or not: the draft opens and is one of the two, never between."""
    disk = Disk()
    world = survey_world(tmp_path, disk)
    filling = begin(world)
    filling.answer("/data/name", "王秀英")
    before = dict(filling.draft.answers)
    start = disk.steps
    filling.answer("/data/people[1]/who", "小雨")  # the calculation changes too: two parts in one write
    after, end = dict(filling.draft.answers), disk.steps
    assert after["/data/count"] != before["/data/count"]
    found = set()
    for step in range(start, end + 1):
        lost = Disk()
        again = survey_world(tmp_path, lost)
        other = begin(again)
        other.answer("/data/name", "王秀英")
        lost.crash_at = lost.steps + step - start
        with suppress(PowerLost):
            other.answer("/data/people[1]/who", "小雨")
        for kept in ("written", "flushed", "torn"):
            again.services.db = open_database(FakeFolder(lost.after_power_loss(kept)), KEY)
            draft = find_survey(again.services, other.draft.id)
            assert draft is not None
            assert "/data/name" in draft.answers
            pair = (draft.answers.get("/data/people[1]/who"), draft.answers["/data/count"])
            assert pair in ((None, "0"), ("小雨", "1"))
            found.add(pair)
    assert len(found) == 2


def test_a_touch_writes_what_changed_and_not_five_hundred_answers(tmp_path):
    """One answer of a large questionnaire costs some hundred bytes, however large the form is."""
    sizes = {}
    for count in (10, 500):
        disk = Disk()
        world = survey_world(tmp_path, disk)
        names = [f"q{number}" for number in range(count)]
        data = "".join(f"<{name}/>" for name in names)
        binds = "".join(bind(f"/data/{name}", type="string") for name in names)
        source = xform(data, binds, "".join(ask(f"/data/{name}") for name in names))
        publish(world, form_doc(source, form_id="long", subject="none"))
        filling = open_survey(world.services, start_survey(world.services, "long@1"))
        for name in names:
            filling.answer(f"/data/{name}", "答案" * 5)
        world.clock.wait(7)  # when it was touched is written too
        before = disk.used()
        filling.answer("/data/q7", "另一个答案")
        sizes[count] = disk.used() - before
    assert sizes[500] == sizes[10] < 600


def test_a_thrown_away_question_leaves_no_part_behind(world):
    """Every part belongs to a survey that is there."""
    filling = begin(world)
    filling.answer("/data/name", "王秀英")
    filling.answer("/data/name", "")
    heads = {one["id"] for one in surveys(world.db).all()}
    assert {one["survey"] for one in survey_parts(world.db).all()} == heads
    assert "/data/name" not in kill(world, filling).draft.answers


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("/d/p[1]", {"/d/p[1]/x": 2, "/d/p[2]/q[1]/x": 4, "/d/other[2]/x": 5}),
        ("/d/p[3]", {"/d/p[1]/x": 1, "/d/p[2]/x": 2, "/d/other[2]/x": 5}),
        ("/d/p[2]", {"/d/p[1]/x": 1, "/d/p[2]/q[1]/x": 4, "/d/other[2]/x": 5}),
        ("/d/p[3]/q[1]", {"/d/p[1]/x": 1, "/d/p[2]/x": 2, "/d/other[2]/x": 5}),
        ("/d/p", {"/d/p[1]/x": 1, "/d/p[2]/x": 2, "/d/p[3]/q[1]/x": 4, "/d/other[2]/x": 5}),
    ],
)
def test_paths_after_a_removed_row(row, expected):
    """Table: what moves up, what goes, what stays."""
    kept = {"/d/p[1]/x": 1, "/d/p[2]/x": 2, "/d/p[3]/q[1]/x": 4, "/d/other[2]/x": 5}
    assert moved_up(kept, row) == expected


def test_upload_questions_of_every_kind_stand_in_the_test_form(world):
    """The tests above look at real questions."""
    session = begin(world).session
    assert [session.question(f"/data/{name}").type for name in ("photo", "sign", "sound", "paper")] == [
        "image",
        "image",
        "audio",
        "file",
    ]
    assert upload("/data/photo").startswith("<upload")
