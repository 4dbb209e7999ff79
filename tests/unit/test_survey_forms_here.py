"""Which questionnaires a phone offers, and which versions it keeps (S18, S27, S40)."""

from __future__ import annotations

import hashlib

import pytest
from forms_kit import ask, xform
from survey_world import (
    ANCHOR,
    ASSESSMENT,
    NEWER,
    UNKNOWN,
    add_org,
    begin,
    change,
    csv_file,
    feed,
    form_doc,
    publish,
    survey_world,
    tombstone,
)
from visit_world import World, make_household

from app.actions.discard_survey import discard_survey
from app.actions.fill_survey import open_survey
from app.actions.finish_survey import finish_survey
from app.actions.form_verdicts import look_at_forms
from app.actions.forms_here import definition_of, offered, picture_of
from app.actions.start_survey import start_survey
from app.store.tables import forms
from domain.errors import InputError
from forms import FormError, Session
from sync.ports import Session as PhoneSession
from sync.protocol.messages import Certificate
from tests.contracts.fake_device import Disk


@pytest.fixture
def world(tmp_path) -> World:
    return survey_world(tmp_path / "store")


def keys(world: World, subject: str = "household", **more: bool) -> list[str]:
    return [card.form_key for card in offered(world.services, subject, **more)]  # type: ignore[arg-type]


def test_a_published_form_is_offered_to_whom_it_is_meant_for(world):
    """S18, S27: by subject, by role, and inside a visit only what the office wants there."""
    publish(
        world,
        form_doc(form_id="visit_card", in_visit=True),
        form_doc(form_id="check", subject="org"),
        form_doc(form_id="poll", subject="none"),
        form_doc(form_id="chiefs", roles=["supervisor"]),
        form_doc(form_id="ours", roles=["cadre", "supervisor"]),
    )
    assert keys(world) == ["needs@1", "ours@1", "visit_card@1"]
    assert keys(world, in_visit=True) == ["visit_card@1"]
    assert keys(world, "org") == ["check@1"]
    assert keys(world, "none") == ["poll@1"]


def test_a_new_version_is_offered_and_the_old_one_is_finished_with(world):
    """S11: forms change every season; a draft keeps the version it was begun with."""
    filling = begin(world)
    publish(world, form_doc(NEWER, version="2"))
    feed(world, change(form_doc(current=False)))
    assert keys(world) == ["needs@2"]
    again = start_survey(world.services, "needs@2", household=world.household.id)
    assert again == filling.draft.id
    assert open_survey(world.services, again).form.doc.version == "1"
    other = start_survey(world.services, "needs@2", household=world.other.id)
    assert open_survey(world.services, other).draft.version == "2"


def test_both_versions_current_for_a_moment_offers_the_newer(world):
    """The feed brings the new version before it takes the old one back."""
    publish(world, form_doc(NEWER, version="2"))
    assert keys(world) == ["needs@2"]


def test_a_withdrawn_version_goes_when_nobody_needs_it(world):
    """A tombstone or a replaced version that no draft and no record names is deleted."""
    feed(world, tombstone("needs@1"))
    assert forms(world.db).count() == 0
    publish(world, form_doc(current=False))
    assert forms(world.db).count() == 0


async def test_a_withdrawn_version_stays_for_its_draft_and_its_record(world):
    """Drafts begun with it are finished with it; the record is read with it; then nothing is offered."""
    draft = begin(world)
    feed(world, tombstone("needs@1"))
    assert keys(world) == []
    draft.answer("/data/name", "王秀英")
    await finish_survey(world.services, draft.draft.id)
    feed(world, tombstone("needs@1"))
    assert definition_of(world.services, "needs@1").doc.version == "1"
    with pytest.raises(InputError, match="form_not_offered"):
        start_survey(world.services, "needs@1", household=world.household.id)


async def test_a_version_kept_for_one_draft_goes_with_it(world):
    """Thrown away: its withdrawn form goes too, the current ones stay."""
    publish(world, form_doc(form_id="other"))
    draft = begin(world)
    feed(world, tombstone("needs@1"))
    await discard_survey(world.services, draft.draft.id)
    assert {one["id"] for one in forms(world.db).all()} == {"other@1"}


def test_enrolling_again_keeps_what_drafts_need(world):
    """The feed starts anew; a questionnaire under way can still be opened, others come with the feed."""
    publish(world, form_doc(form_id="other"))
    draft = begin(world)
    draft.answer("/data/name", "王秀英")
    me, device = world.services.me, world.identity.device_id
    certificate = Certificate(
        device_id=device, user_id=me.user_id, county=me.county, public_key="", issued_at="", sig=""
    )
    session = PhoneSession("https://union.example", device, me, "", certificate)
    world.services.store.save_enrolment(session, ANCHOR, reset_feed=True)
    assert keys(world) == []
    world.reopen()
    assert open_survey(world.services, draft.draft.id).session.value("/data/name") == "王秀英"
    publish(world)
    assert keys(world) == ["needs@1"]


def test_a_form_this_app_cannot_use_says_why_and_the_others_go_on(world):
    """A newer function: the list says so after the first try, nothing crashes."""
    publish(world, form_doc(UNKNOWN, form_id="future"))
    with pytest.raises(FormError) as error:
        start_survey(world.services, "future@1", household=world.household.id)
    card = next(one for one in offered(world.services, "household") if one.form_id == "future")
    assert (card.refusal, card.question) == (error.value.code, "/data/b")
    assert card.refusal.startswith("xpath_")
    assert begin(world).session.pages()


async def test_what_this_app_cannot_use_is_found_out_while_nobody_waits(world):
    """The list says why before anybody tries; found out once, also across restarts."""
    publish(world, form_doc(UNKNOWN, form_id="future"))
    assert await look_at_forms(world.services) == 2
    world.reopen()
    refused = {card.form_id: card.refusal for card in offered(world.services, "household")}
    assert refused["needs"] == ""
    assert refused["future"].startswith("xpath_")
    assert await look_at_forms(world.services) == 0


async def test_a_full_disk_does_not_keep_a_form_from_opening(tmp_path):
    """What was found out cannot be noted: forms open all the same, and idle does not try all of them."""
    disk = Disk()
    world = survey_world(tmp_path, disk)
    publish(world, form_doc(UNKNOWN, form_id="future"))
    disk.capacity = disk.used()
    assert definition_of(world.services, "needs@1").definition.form_id == "t"
    assert await look_at_forms(world.services) == 0
    disk.capacity = 10**9
    assert await look_at_forms(world.services) == 2


def test_a_form_document_of_a_newer_app_does_not_hide_the_others(world):
    """A subject that only a newer app knows."""
    strange = change(form_doc(form_id="sites"))
    assert strange.doc is not None
    strange.doc["subject"] = "site"
    feed(world, strange)
    assert keys(world) == ["needs@1"]


def test_a_form_asks_for_the_phones_own_households_and_organisations(world):
    """S27: households.csv and orgs.csv are what this phone holds, and change with the feed."""
    source = xform(
        "<who/><where/><town/>",
        '<instance id="households" src="jr://file-csv/households.csv"/>'
        '<instance id="orgs" src="jr://file-csv/orgs.csv"/>'
        '<instance id="towns" src="jr://file-csv/towns.csv"/>',
        "".join(
            f'<select1 ref="/data/{name}"><label>?</label><itemset nodeset="instance(\'{table}\')/root/item">'
            '<value ref="name"/><label ref="label"/></itemset></select1>'
            for name, table in (("who", "households"), ("where", "orgs"), ("town", "towns"))
        ),
    )
    files = [csv_file("towns.csv", "name,label\nqs,青山镇\n")]
    add_org(world)
    publish(world, form_doc(source, form_id="lists", subject="none", files=files))

    def labels(path: str) -> list[str]:
        form = definition_of(world.services, "lists@1")
        session = Session(form.definition, datasets=form.datasets)
        return [choice.label for choice in session.question(path).choices]

    assert labels("/data/who") == ["王秀英", "赵大山"]
    assert labels("/data/where") == ["红旗机械厂"]
    assert labels("/data/town") == ["青山镇"]
    world.put_household(make_household("QS-0003", "孙桂兰"))
    feed(world)
    assert labels("/data/who") == ["王秀英", "赵大山", "孙桂兰"]


def test_a_form_whose_table_has_not_come_says_so(world):
    """The office forgot a csv file: the reason, not a crash."""
    source = xform("<a/>", '<instance id="t" src="jr://file-csv/t.csv"/>', ask("/data/a"))
    publish(world, form_doc(source, form_id="lacks"))
    with pytest.raises(FormError) as error:
        start_survey(world.services, "lacks@1", household=world.household.id)
    assert (error.value.code, error.value.reason) == ("form_dataset_missing", "t.csv")


def test_pictures_of_the_form_are_at_hand(world):
    """Media labels are on the phone."""
    publish(world, form_doc(form_id="pics", files=[csv_file("a.csv", "x"), csv_file("door.png", "bytes")]))
    assert picture_of(world.services, "pics@1", "door.png") == b"bytes"
    assert picture_of(world.services, "pics@1", "none.png") is None


def test_a_loaded_form_is_not_read_again(world):
    """The second opening is quick: the definition is the same object."""
    assert hashlib.sha256(ASSESSMENT.encode()).hexdigest() == form_doc().xform_sha256
    assert (
        definition_of(world.services, "needs@1").definition
        is definition_of(world.services, "needs@1").definition
    )
