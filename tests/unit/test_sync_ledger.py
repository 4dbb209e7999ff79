"""How one signed head of the ledger follows another (S9); the whole way: tests/loop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sync_fakes import FakeRegistry, Phone

from domain.merkle import Frontier, leaf_hash
from sync.errors import UnreachableError
from sync.ledger import LedgerWatch, continues, newest_head, step_between
from sync.protocol.log import ConsistencyAnswer, TreeHead
from sync.protocol.messages import Change


def head(size: int, root: str = "", time: str = "2026-12-01T00:00:00Z") -> TreeHead:
    tree = Frontier()
    for number in range(size):
        tree.add(leaf_hash(bytes([number])))
    return TreeHead(county="c", size=size, root=root or tree.root().hex(), time=time, sig="s")


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (head(4, time="2026-12-02T00:00:00Z"), "same"),
        (head(4, "aa" * 32), "rewritten"),
        (head(5), "grown"),
        (head(3, time="2026-11-30T00:00:00Z"), "late"),
        (head(3, time="2026-12-01T00:00:01Z"), "shrunk"),
        (head(0, time="2026-12-09T00:00:00Z"), "shrunk"),
    ],
)
def test_what_a_later_head_says(seen, step):
    """S9: a shorter ledger is a contradiction, unless the answer is merely older than the one kept."""
    assert step_between(head(4), seen) == step


def test_only_a_proof_shows_growth():
    """S9: an empty, a foreign or an unreadable proof shows nothing."""
    old, new = head(1), head(2)
    path = [leaf_hash(bytes([1])).hex()]
    assert continues(old, new, ConsistencyAnswer(from_size=1, to_size=2, path=path))
    for wrong in ([], ["00" * 32], ["zz"], [*path, *path]):
        assert not continues(old, new, ConsistencyAnswer(from_size=1, to_size=2, path=wrong))
    assert not continues(head(1, "11" * 32), new, ConsistencyAnswer(from_size=1, to_size=2, path=path))


def test_the_newest_head_of_a_page():
    """S9: tombstones and damaged proofs bring none."""
    docs = [{"head": vars_of(head(2))}, None, {}, {"head": "junk"}, {"head": vars_of(head(3))}]
    page = [Change(kind="proof", id=str(place), doc=doc) for place, doc in enumerate(docs)]
    assert newest_head(page) == head(3)
    assert newest_head([Change(kind="household", id="h", doc={"head": vars_of(head(9))})]) is None


def vars_of(one: TreeHead) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


async def test_a_contradiction_is_followed_until_all_is_queued_again(tmp_path, monkeypatch):
    """S9, S25: the line breaks while the registry is asked what it holds: the evidence is kept, and the next
    look finds the contradiction again."""
    phone = Phone(tmp_path, FakeRegistry())
    await phone.enrol()
    rid = phone.visit(("photo", b"large"))
    await phone.runner.run_until_idle()
    client, store = phone.runner.client, phone.store
    kept, seen = head(4), head(3, time="2026-12-09T00:00:00Z")
    store.keep_ledger(replace(store.ledger(), head=kept))
    monkeypatch.setattr(client, "check_head", lambda *a: None)
    answered = client.send_records

    async def broken(records):
        raise UnreachableError("network_unreachable")

    monkeypatch.setattr(client, "send_records", broken)
    with pytest.raises(UnreachableError):
        await LedgerWatch(client, store).look(seen)
    assert (store.ledger().head, store.ledger().doubt.seen) == (kept, seen)
    assert phone.state(rid) == "complete"
    monkeypatch.setattr(client, "send_records", answered)
    await LedgerWatch(client, store).look(seen)
    assert (store.ledger().head, store.ledger().doubt.kept) == (seen, kept)
    assert (phone.state(rid), len(store.media())) == ("received", 1)
    phone.db.close()
