"""Which steps a visit has, where Next and Back lead, what is still missing (S18, S24, R9)."""

import pytest

from app.actions.visit_draft import (
    AidDraft,
    Draft,
    NeedDraft,
    PhotoDraft,
    ReceiptDraft,
    SignatureDraft,
    VisitorDraft,
)
from app.actions.visit_gaps import FIVE, can_finish, gaps, path, unsigned_handlers
from app.views.visit.visit_state import after, before, here, stepper, whole

EVENT = {"device_time": "2027-01-20T11:30:00Z", "monotonic_ns": 1, "boot_id": "b"}


def draft(**more) -> Draft:
    facts = {
        "id": "v",
        "household": "h",
        "household_number": "QS-1",
        "household_name": "王秀英",
        "campaign": "c",
        "author": "u1",
        "author_name": "李建国",
        "started": EVENT,
        "changed_at": "",
        "visitors": [VisitorDraft(name="李建国", user_id="u1"), VisitorDraft(name="张敏", user_id="u2")],
    }
    return Draft(**{**facts, **more})


def signature(name: str, user_id: str | None) -> SignatureDraft:
    return SignatureDraft(
        name=name,
        method="pen",
        strokes=[[[1, 1]]],
        width=10,
        height=10,
        image_sha256="0" * 64,
        image_size=1,
        receipt_hash="x",
        event_time=EVENT,
        user_id=user_id,
    )


def everything(**more) -> Draft:
    """Everything there, aid signed by all."""
    photo = PhotoDraft(
        sha256="0" * 64,
        original_sha256="1" * 64,
        thumbnail_sha256="2" * 64,
        dhash="0" * 16,
        kind="scene",
        width=1,
        height=1,
        size=1,
        thumbnail_size=1,
        event_time=EVENT,
        source="camera",
        code="AAAAAA",
    )
    line = AidDraft(id="a", form="bank", source="union_matching", type="living", amount="1000")
    facts = {
        "result": "met",
        "photos": [photo],
        "photo_consent": True,
        "needs": {kind.value: NeedDraft(severity=0) for kind in FIVE},
        "aid_choice": "give",
        "aids": [line],
        "receipt": ReceiptDraft(id="r", hash="x", amount="1000.00", capitals="…", locked=EVENT),
        "recipient": signature("王秀英", None),
        "handlers": [signature("李建国", "u1"), signature("张敏", "u2")],
    }
    return draft(**{**facts, **more})


@pytest.mark.parametrize(
    ("result", "choice", "steps"),
    [
        ("", "", "meet photos needs aid sign finish"),
        ("met", "give", "meet photos needs aid sign finish"),
        ("met", "none", "meet photos needs aid finish"),
        ("absent", "give", "meet photos finish"),
        ("moved", "", "meet photos finish"),
        ("refused", "", "meet photos finish"),
        ("deceased", "give", "meet photos aid sign finish"),
        ("deceased", "none", "meet photos aid finish"),
    ],
)
def test_the_steps_follow_from_what_happened(result, choice, steps):
    """S24, S25: nobody at home has a short path; after a death only aid to the family is left."""
    assert path(draft(result=result, aid_choice=choice)) == tuple(steps.split())


def test_a_step_that_is_gone_gives_way():
    """When 这次不发 is chosen on the way, the page shown is one that exists."""
    assert here(draft(result="met", aid_choice="none", step="sign")) == "aid"
    assert here(draft(result="absent", step="needs")) == "photos"


def test_next_and_back_walk_the_path():
    """The big buttons lead from the first to the last step and back."""
    one = draft(result="absent")
    assert (before(one), after(one)) == (None, "photos")
    one.step = "finish"
    assert (before(one), after(one)) == ("photos", None)


def test_a_whole_visit_lacks_nothing():
    """R9: all signed, all asked: it can be finished."""
    assert gaps(everything()) == []
    assert can_finish(everything())


@pytest.mark.parametrize(
    ("more", "code", "blocking"),
    [
        ({"result": ""}, "result", True),
        ({"visitors": [VisitorDraft(name="李建国", user_id="u1")]}, "visitors", True),
        ({"photos": []}, "photo", False),
        ({"photo_consent": False}, "photo_consent", False),
        ({"needs": {}}, "needs", True),
        ({"aid_choice": ""}, "aid_choice", True),
        ({"aids": []}, "aid_lines", True),
        (
            {"aids": [AidDraft(id="a", form="bank", source="x", type="y", amount="1e9")]},
            "aid_unfinished",
            True,
        ),
        ({"receipt": None}, "receipt", True),
        ({"recipient": None}, "recipient", True),
        ({"handlers": []}, "handlers", True),
    ],
)
def test_each_gap_is_named(more, code, blocking):
    """S15, S18, R9: what is missing is told by name; a missing photo never stops anybody."""
    found = {gap.code: gap for gap in gaps(everything(**more))}
    assert code in found
    assert found[code].blocking is blocking
    assert can_finish(everything(**more)) is not blocking


def test_coming_alone_needs_a_reason():
    """R9: one visitor with a reason may finish, and then one signature of ours is enough."""
    alone = [VisitorDraft(name="李建国", user_id="u1")]
    one = everything(visitors=alone, solo_reason="同事请病假", handlers=[signature("李建国", "u1")])
    assert gaps(one) == []
    assert unsigned_handlers(one) == []


def test_the_stepper_shows_what_is_lacking_behind():
    """A step passed with something missing is marked, one ahead is just open."""
    one = draft(result="met", step="aid")
    states = dict(stepper(one))
    assert states["needs"] == "lacking"
    assert states["meet"] == "done"
    assert states["aid"] == "here"
    assert states["sign"] == "open"


def test_only_the_signing_step_holds_its_next_back():
    """R9, R10: until everybody has signed, the main thing to do there is to sign."""
    assert whole(draft(step="aid", result="met", aid_choice="give"))
    assert not whole(draft(step="sign", result="met", aid_choice="give", aids=[AidDraft(id="a")]))
