"""The ledger (总账): everything accepted stands in a Merkle log that only grows (S9)."""

from __future__ import annotations

import asyncio

import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from domain.merkle import EMPTY, grow, leaf_hash, span_hash, verify_consistency
from registry.service.keys import verify
from registry.service.log.append import append_all, append_new
from registry.service.log.heads import sign_daily
from sync.protocol.log import ConsistencyAnswer, LogProof, TreeHead, head_bytes, leaf_bytes, proof_holds
from sync.protocol.records import unb64


def signed(phone):
    """Checks with the key that this phone pinned."""
    public = unb64(phone.enrolled.registry_key)
    return lambda data, sig: verify(public, unb64(sig), data)


async def ask(phone, path, shape, **params):
    answer = await phone.client.get(f"/v1/log/{path}", params=params, headers=phone.auth)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=shape)


def notes(phone, count):
    return [phone.seal({"any": "thing"}, type="follow_up") for _ in range(count)]


async def test_an_empty_ledger_has_a_head(cadre):
    """Before anything was accepted the head is that of the empty tree, signed."""
    head = await ask(cadre, "head", TreeHead)
    assert (head.size, head.root, head.county) == (0, EMPTY.hex(), cadre.me.county)
    assert signed(cadre)(head_bytes(head), head.sig)


async def test_everything_accepted_is_in_the_ledger_and_proven(cadre, office):
    """Each accepted record gets a proof that holds with the registry's pinned key; the tree is the RFC's."""
    sent = notes(cadre, 11)
    await cadre.send(*sent)
    assert await append_all(office) == 11
    assert await append_all(office) == 0, "a second run finds nothing new"
    proofs = [await ask(cadre, "proof", LogProof, hash=one.hash) for one in sent]
    assert sorted(proof.index for proof in proofs) == list(range(11))
    assert all(proof_holds(proof, signed(cadre)) for proof in proofs)
    in_order = sorted(proofs, key=lambda proof: proof.index)
    leaves = [leaf_hash(leaf_bytes(proof.leaf)) for proof in in_order]
    head = await ask(cadre, "head", TreeHead)
    assert head.root == span_hash((0, 11), grow(0, leaves, {})).hex()


async def test_a_proof_of_something_else_does_not_hold(cadre, office):
    """A changed leaf, place, path, head or key: the phone does not believe it."""
    sent = notes(cadre, 5)
    await cadre.send(*sent)
    await append_all(office)
    proof = await ask(cadre, "proof", LogProof, hash=sent[2].hash)
    good = signed(cadre)
    put = msgspec.structs.replace
    wrong = [
        put(proof, leaf=put(proof.leaf, hash=sent[3].hash)),
        put(proof, leaf=put(proof.leaf, received_at="2026-01-01T00:00:00.000Z")),
        put(proof, index=proof.index ^ 1),
        put(proof, path=proof.path[::-1]),
        put(proof, path=["zz"]),
        put(proof, head=put(proof.head, size=proof.head.size + 1)),
        put(proof, head=put(proof.head, root="00")),
    ]
    assert proof_holds(proof, good)
    assert not any(proof_holds(one, good) for one in wrong)
    other = Ed25519PublicKey.from_public_bytes(unb64(cadre.enrolled.certificate.public_key))
    assert not proof_holds(proof, lambda data, sig: verify(other.public_bytes_raw(), unb64(sig), data))


async def test_the_ledger_only_grows(cadre, office):
    """Between any two sizes there is a proof, and an old size can still be proven."""
    roots = {0: EMPTY.hex()}
    for count in (1, 2, 5, 8):
        await cadre.send(*notes(cadre, count))
        await append_all(office)
        head = await ask(cadre, "head", TreeHead)
        roots[head.size] = head.root
    assert sorted(roots) == [0, 1, 3, 8, 16]
    for old in roots:
        for new in roots:
            if old > new:
                continue
            answer = await ask(cadre, "consistency", ConsistencyAnswer, **{"from": old, "to": new})
            path = [bytes.fromhex(one) for one in answer.path]
            before, after = bytes.fromhex(roots[old]), bytes.fromhex(roots[new])
            assert verify_consistency(old, new, before, after, path)
    record = (await ask(cadre, "proof", LogProof, hash=cadre.prev)).leaf.hash
    answer = await cadre.client.get("/v1/log/proof", params={"hash": record, "size": 3}, headers=cadre.auth)
    assert answer.json()["code"] == "not_found", "it was not there yet when the ledger had three leaves"


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("proof", {"hash": "0" * 64}, "not_found"),
        ("proof", {"hash": "x"}, "validation_failed"),
        ("proof", {"hash": "0" * 64, "size": 1}, "validation_failed"),
        ("proof", {}, "validation_failed"),
        ("consistency", {"from": 1}, "validation_failed"),
        ("consistency", {"from": 0, "to": 10**30}, "validation_failed"),
        ("consistency", {"from": -1}, "validation_failed"),
    ],
)
async def test_what_is_not_there_has_no_proof(cadre, path, params, code):
    """A wrong question gets a clear answer."""
    answer = await cadre.client.get(f"/v1/log/{path}", params=params, headers=cadre.auth)
    assert answer.json()["code"] == code


async def test_phones_that_send_at_once_and_two_writers_lose_nothing(client, cadre, delegate, office):
    """Records arrive while two processes append: every one is in the ledger exactly once."""

    async def send(phone):
        for _ in range(12):
            await phone.send(*notes(phone, 3))

    async def write():
        for _ in range(8):
            await append_all(office)
            await asyncio.sleep(0)

    await asyncio.gather(send(cadre), send(delegate), write(), write())
    await append_all(office)
    async with office.engine.connect() as connection:
        leaves = (await connection.execute(text("SELECT record_hash FROM log_leaves"))).scalars().all()
        records = (await connection.execute(text("SELECT hash FROM records"))).scalars().all()
        size = await connection.scalar(text("SELECT size FROM log_trees"))
    assert sorted(leaves) == sorted(records)
    assert len(leaves) == size == 72


async def test_more_than_a_batch_and_what_came_by_another_way(cadre, office, monkeypatch):
    """A long list is appended in parts; the nightly look at all records finds what the feed never told."""
    from registry.service.log import append

    monkeypatch.setattr(append, "BATCH", 4)
    await cadre.send(*notes(cadre, 10))
    assert await append_all(office) == 10
    await cadre.send(*notes(cadre, 9))
    async with office.engine.begin() as connection:
        await connection.execute(text("DELETE FROM changes WHERE kind = 'feedback'"))
    assert await append_all(office) == 0
    assert await append_all(office, whole=True) == 9
    proof = await ask(cadre, "proof", LogProof, hash=cadre.prev)
    assert proof_holds(proof, signed(cadre))


async def test_only_what_was_accepted(cadre, office):
    """A conflict and what cannot be read are kept elsewhere; a resend adds nothing."""
    (first,) = notes(cadre, 1)
    await cadre.send(first)
    await cadre.send(first)
    cadre.seq -= 1
    await cadre.send(*notes(cadre, 1))
    await cadre.send({"no": "record"})
    assert await append_all(office) == 1
    assert (await ask(cadre, "proof", LogProof, hash=first.hash)).leaf.id == first.id


async def test_the_phone_is_brought_its_proofs(cadre, delegate, office):
    """The feed brings each author the proofs of the own records, for the newest tree, and nobody else's."""
    sent = notes(cadre, 3)
    await cadre.send(*sent)
    await append_all(office)
    await cadre.send(*notes(cadre, 1))
    await append_all(office)
    found, cursor = await cadre.sync()
    for record in sent:
        proof = msgspec.convert(found["proof", record.id], LogProof)
        assert (proof.leaf.id, proof.leaf.hash, proof.head.size) == (record.id, record.hash, 4)
        assert proof_holds(proof, signed(cadre))
    assert (await cadre.sync(cursor))[0] == {}
    assert not [key for key in (await delegate.sync())[0] if key[0] == "proof"]


async def test_one_head_a_day_is_signed_and_kept(cadre, office):
    """The day's head covers what was accepted before it, is signed once, and stays."""
    await cadre.send(*notes(cadre, 2))
    await append_all(office)
    await cadre.send(*notes(cadre, 1))
    assert await sign_daily(office) == 1
    assert await sign_daily(office) == 0
    async with office.engine.connect() as connection:
        row = (await connection.execute(text("SELECT county, size, root, time, sig FROM log_heads"))).one()
    head = TreeHead(**row._mapping)
    assert head.size == 3
    assert head.root == (await ask(cadre, "head", TreeHead)).root
    assert signed(cadre)(head_bytes(head), head.sig)


@pytest.mark.parametrize("table", ["log_leaves", "log_nodes", "log_heads"])
async def test_the_ledger_is_append_only(cadre, office, database, table):
    """The database itself refuses to change or remove a row of the ledger."""
    await cadre.send(*notes(cadre, 1))
    await sign_daily(office) or await append_new(office, cadre.me.county)
    await sign_daily(office)
    with psycopg.connect(database, autocommit=True) as connection:
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET county = 'x'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(change)
