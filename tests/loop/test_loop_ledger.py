"""The proof that a record stands in the ledger reaches the phone, and the phone checks it itself (S9)."""

from __future__ import annotations

import pytest
from loop_phone import CRYPTO

from app.actions.ledger_place import ledger_place
from app.store.tables import proofs, records
from registry.service.log.append import append_all


@pytest.fixture
async def proven(cadre, campaign, office):
    """A visit that has arrived, is in the ledger, and whose proof is on the phone."""
    for home in cadre.homes()[:3]:
        rid = await cadre.visit(home, campaign)
    await cadre.sync()
    assert ledger_place(cadre.db, CRYPTO, rid) is None, "nothing is claimed before there is a proof"
    await append_all(office)
    await cadre.sync_later()
    return rid


async def test_a_visit_is_in_the_ledger_and_the_phone_has_checked_it(cadre, proven):
    """S9: 已入总账, with the phone's own arithmetic and the pinned key; also after the app was killed."""
    place = ledger_place(cadre.db, CRYPTO, proven)
    assert place is not None
    assert place.verified
    assert 1 <= place.number <= 3
    cadre.kill()
    assert ledger_place(cadre.db, CRYPTO, proven) == place


@pytest.mark.parametrize("what", ["index", "path", "root", "hash", "county", "junk"])
async def test_a_proof_that_does_not_hold_is_not_believed(cadre, proven, what):
    """S9: whatever is changed in the proof, the screen does not say 已入总账."""
    kept = proofs(cadre.db).get(proven)
    if what == "index":
        kept["index"] += 1
    elif what == "path":
        kept["path"] = kept["path"][:-1]
    elif what == "root":
        kept["head"]["root"] = "00" * 32
    elif what == "hash":
        kept["leaf"]["hash"] = "00" * 32
    elif what == "county":
        kept["head"]["county"] = "110000"
    else:
        kept["head"] = "junk"
    proofs(cadre.db).put(kept)
    place = ledger_place(cadre.db, CRYPTO, proven)
    assert place is not None
    assert not place.verified


async def test_the_proof_of_another_record_is_not_this_ones(cadre, proven):
    """S9: a true proof under the wrong record is no proof."""
    other = next(doc["id"] for doc in records(cadre.db).all() if doc["id"] != proven)
    proofs(cadre.db).put({**proofs(cadre.db).get(other), "id": proven})
    place = ledger_place(cadre.db, CRYPTO, proven)
    assert place is not None
    assert not place.verified
