"""The registry changes its signing key, and nobody has to enrol again (S9, S25, ADR 0022)."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import datetime, timedelta

import msgspec
import pytest
from click.testing import CliRunner
from fresh import MASTER, enrolled
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from test_log_verify import audit, lines, notes, write

from domain.errors import InputError
from registry.cli.main import cli
from registry.db.tables import audit as trail
from registry.db.tables import registry_keys
from registry.service import key_change, key_rows, keys_fresh
from registry.service import keys as keys_module
from registry.service import tokens as tokens_module
from registry.service.errors import RefusedError
from registry.service.jws import sign_jws
from registry.service.key_change import change_key, restore_keys
from registry.service.keys_fresh import keys_fresh as fresh
from registry.service.log.export import export_log
from registry.service.log.heads import sign_daily
from registry.service.office import open_office
from registry.service.settings import KEY_FILE
from registry.service.times import now
from registry.service.tokens import authenticate
from sync.protocol.keys import SLACK
from sync.protocol.log import head_bytes
from sync.protocol.records import b64


@pytest.fixture
def at_once(monkeypatch):
    """A key may sign the moment it is made."""
    monkeypatch.setattr(key_rows, "SOONEST", timedelta(0))


@pytest.fixture
def later(monkeypatch):
    """``later(delta)``: from now on the registry's clock is so much ahead."""

    def shift(delta):
        for module in (keys_module, key_rows, tokens_module):
            monkeypatch.setattr(module, "now", lambda: now() + delta)

    return shift


async def change(office, folder, reason="试换"):
    """A new key that signs from now on."""
    count = len(office.keys.ring.keys) + 1
    key = await change_key(office, timedelta(milliseconds=20), folder / f"keys-{count}.json", reason)
    await asyncio.sleep(0.05)
    return key


async def other_process(office):
    return await open_office(office.settings)


async def test_a_new_key_signs_and_the_old_signatures_stand(cadre, office, client, codes, tmp_path, at_once):
    """Tokens and certificates of before stay good; a phone enrolled since pins the first key."""
    first = office.keys.public
    await cadre.send(*notes(cadre, 2))
    newest = await change(office, tmp_path)
    assert (b64(office.keys.public), office.keys.ring.first) == (newest, b64(first))
    answer = await cadre.send(*notes(cadre, 1))
    assert [one.state for one in answer.results] == ["accepted"]
    new = await enrolled(client, codes["delegate"])
    assert new.enrolled.registry_key == b64(first)
    assert [step.key for step in new.enrolled.key_steps] == [newest]
    told = await cadre.client.post("/v1/token", json={"assertion": cadre.assertion()})
    assert [step["key"] for step in told.json()["key_steps"]] == [newest]


async def test_a_record_dated_by_the_old_key_is_still_proven(cadre, office, tmp_path, at_once):
    """S25: the signed time in a record names the day on which the old key signed it."""
    before = cadre.enrolled.time
    await change(office, tmp_path)
    moment = datetime.fromisoformat(before.server_time)
    assert office.keys.signed(cadre.device_id, moment, before.sig)
    assert not office.keys.signed(cadre.device_id, moment + timedelta(seconds=1), before.sig)


async def test_a_token_of_the_old_key_ends_with_its_own_time(cadre, office, tmp_path, at_once, later):
    """Nobody is thrown out by the change; who stole the old key writes tokens for an hour, not for ever."""
    token = cadre.auth["Authorization"].removeprefix("Bearer ")
    await change(office, tmp_path)
    assert (await authenticate(office, token)).device_id == cadre.device_id
    thief = keys_module.Keys([office.keys._held[-1]], office.keys.pepper)
    claims = {"iss": "nuanfang-registry", "sub": cadre.device_id, "cty": cadre.me.county, "exp": 2**40}
    forged = sign_jws(thief, claims)
    later(timedelta(seconds=office.settings.token_seconds - 5))
    assert (await authenticate(office, forged)).device_id == cadre.device_id
    later(timedelta(seconds=office.settings.token_seconds + 5))
    with pytest.raises(RefusedError, match="token_invalid"):
        await authenticate(office, forged)


async def test_every_process_hears_of_it(cadre, office, tmp_path, at_once, monkeypatch):
    """Two API processes: the one that did not make the key signs with it too, and takes its tokens."""
    other = await other_process(office)
    monkeypatch.setattr(keys_fresh, "LOOK_S", 0.02)
    try:
        async with fresh(other):
            newest = await change(office, tmp_path)
            token = (await cadre.client.post("/v1/token", json={"assertion": cadre.assertion()})).json()
            for _ in range(200):
                if b64(other.keys.public) == newest:
                    break
                await asyncio.sleep(0.02)
        assert b64(other.keys.public) == newest
        assert (await authenticate(other, token["access_token"])).device_id == cadre.device_id
    finally:
        await other.close()


async def test_a_full_disk_leaves_no_half_a_file(office, tmp_path, at_once, monkeypatch):
    """The key is not made, and the name is free for the next try."""
    real = key_change.write_new

    def half(path, data, mode):
        real(path, data[:40], mode)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(key_change, "write_new", half)
    with pytest.raises(OSError, match="No space"):
        await change(office, tmp_path)
    assert (len(office.keys.ring.keys), list(tmp_path.glob("keys-*"))) == (1, [])
    monkeypatch.setattr(key_change, "write_new", real)
    await change(office, tmp_path)
    assert len(office.keys.ring.keys) == 2


async def test_a_database_that_is_away_does_not_end_the_looking(office, tmp_path, at_once, monkeypatch):
    """It looks again, and finds the key then."""
    other, real, failed = await other_process(office), key_rows.look_again, []

    async def stumbling(*args):
        if len(failed) < 2:
            failed.append(1)
            raise OperationalError("select", {}, OSError("away"))
        return await real(*args)

    monkeypatch.setattr(keys_fresh, "LOOK_S", 0.01)
    monkeypatch.setattr(keys_fresh, "look_again", stumbling)
    try:
        async with fresh(other):
            newest = await change(office, tmp_path)
            for _ in range(200):
                if other.keys.ring.newest == newest:
                    break
                await asyncio.sleep(0.02)
        assert (other.keys.ring.newest, len(failed)) == (newest, 2)
    finally:
        await other.close()


async def test_a_key_waits_for_its_time(office, tmp_path, later):
    """Until then the old one signs; another change is refused meanwhile, and one that would be too soon."""
    first = office.keys.public
    with pytest.raises(InputError, match="key_change_too_soon"):
        await change_key(office, timedelta(minutes=2), tmp_path / "soon.json", "试换")
    await change_key(office, timedelta(minutes=10), tmp_path / "keys.json", "试换")
    assert office.keys.public == first
    with pytest.raises(InputError, match="key_change_under_way"):
        await change_key(office, timedelta(minutes=20), tmp_path / "more.json", "试换")
    later(timedelta(minutes=11))
    assert b64(office.keys.public) == office.keys.ring.newest != b64(first)


async def test_two_people_who_change_it_at_once_make_one_key(office, tmp_path, at_once):
    """The second hears that somebody was quicker."""
    other = await other_process(office)
    try:
        both = await asyncio.gather(
            *(
                change_key(one, timedelta(minutes=5), tmp_path / f"{n}.json", "试换")
                for n, one in enumerate((office, other))
            ),
            return_exceptions=True,
        )
    finally:
        await other.close()
    refused = [one for one in both if isinstance(one, InputError)]
    assert [one.code for one in refused] in (["another_key"], ["key_change_under_way"])
    assert len(list(tmp_path.glob("?.json"))) == 1, "the file of a key that nobody will learn is not kept"
    await key_rows.look_again(office.engine, office.settings.master_key, office.keys)
    assert len(office.keys.ring.keys) == 2


async def test_the_kept_file_brings_keys_back(office, tmp_path, at_once):
    """S9: a database from before the change lacks the key that phones have learned. The file is sealed, and
    never written over."""
    newest = await change(office, tmp_path)
    file = tmp_path / "keys-2.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sealed = office.keys.newest.signer.private_bytes_raw()
    assert sealed not in file.read_bytes()
    async with office.engine.begin() as connection:
        await connection.execute(delete(registry_keys).where(registry_keys.c.id == "signing-2"))
    with pytest.raises(InputError, match="keys_lost"):
        await key_rows.look_again(office.engine, office.settings.master_key, office.keys)
    assert b64(office.keys.public) == newest, "a process that runs goes on with what phones have learned"
    restored = await other_process(office)
    try:
        assert restored.keys.ring.newest != newest
        assert await restore_keys(restored, file, "数据库退回去过") == 1
        assert b64(restored.keys.public) == newest
        assert await restore_keys(restored, file, "再来一次") == 0
    finally:
        await restored.close()
    with pytest.raises(InputError, match="file_exists"):
        await change_key(office, timedelta(minutes=5), file, "试换")
    async with office.engine.connect() as connection:
        wanted = select(trail.c.action, trail.c.entity_id, trail.c.reason).where(trail.c.action.like("key.%"))
        said = [tuple(row) for row in await connection.execute(wanted.order_by(trail.c.at))]
    assert said == [("key.change", "signing-2", "试换"), ("key.restore", "signing-2", "数据库退回去过")]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda doc: doc["keys"][1].update(proof=doc["keys"][1]["sig"]), "bad_key_step"),
        (lambda doc: doc["keys"][1].update(sig="?"), "bad_key_step"),
        (lambda doc: doc["keys"][1].update(sig=None), "not_a_key_file"),
        (
            lambda doc: doc["keys"][1].update(sealed_private=doc["keys"][0]["sealed_private"]),
            "other_master_key",
        ),
        (lambda doc: doc.update(format="x"), "not_a_key_file"),
        (lambda doc: doc.update(keys=[]), "not_a_key_file"),
        (lambda doc: doc["keys"][0].pop("public"), "not_a_key_file"),
    ],
    ids=["no proof", "no base64", "no sig", "other key", "format", "empty", "no public"],
)
async def test_a_file_that_does_not_fit_brings_nothing(office, tmp_path, at_once, spoil, code):
    """Bad input has a code, and the registry's keys stay as they are."""
    await change(office, tmp_path)
    doc = json.loads((tmp_path / "keys-2.json").read_bytes())
    spoil(doc)
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(doc))
    with pytest.raises(InputError, match=code):
        await restore_keys(office, bad, "试")
    assert len(office.keys.ring.keys) == 2


async def test_another_registrys_keys_are_refused(office, tmp_path, at_once):
    """Its first key is another one, though the same master key opens it."""
    await change(office, tmp_path)
    fresh_row = key_rows._row("signing", key_rows.Ed25519PrivateKey.generate(), office.settings.master_key)
    doc = json.loads((tmp_path / "keys-2.json").read_bytes())
    row = {k: v for k, v in fresh_row.items() if k != "county"}
    doc["keys"] = [json.loads(msgspec.json.encode(row))]
    (tmp_path / "other.json").write_text(json.dumps(doc))
    with pytest.raises(InputError, match="another_key"):
        await restore_keys(office, tmp_path / "other.json", "试")


async def test_an_auditor_follows_the_keys(cadre, office, tmp_path, at_once):
    """S9: heads and certificates of both keys hold; the newest key is published, an older one is a doubt."""
    first = b64(office.keys.public)
    await cadre.send(*notes(cadre, 2))
    await sign_daily(office)
    newest = await change(office, tmp_path)
    await cadre.send(*notes(cadre, 1))
    folder = tmp_path / "export"
    await export_log(office, folder, with_records=True)
    good = audit(folder, newest)
    assert good["bad"] == good["doubt"] == set()
    assert good["ok"] >= {"key_matches", "key_followed", "heads_good", "certificates_good", "records_good"}
    assert audit(folder, first)["doubt"] == {"key_older"}
    assert audit(folder, b64(b"x" * 32))["bad"] == {"key_differs"}
    about = json.loads((folder / "ledger.json").read_bytes())
    write(folder / "ledger.json", [json.dumps(about | {"key_steps": []}).encode()])
    assert audit(folder, newest)["bad"] >= {"key_differs", "head_forged"}
    about["key_steps"][0]["proof"] = about["key_steps"][0]["sig"]
    write(folder / "ledger.json", [json.dumps(about).encode()])
    said = CliRunner().invoke(cli, ["verify", str(folder)])
    assert (said.exit_code, "公钥交接不成立" in said.output) == (1, True)


async def test_a_ledger_made_up_by_whoever_has_the_old_key(cadre, office, tmp_path, at_once):
    """S9: its head is dated in the days of that key, and the row of keys is the true one; who brings
    the published key is told that this did not sign it."""
    await cadre.send(*notes(cadre, 2))
    folder = tmp_path / "export"
    head = await export_log(office, folder)
    newest = await change(office, tmp_path)
    about = json.loads((folder / "ledger.json").read_bytes())
    steps = msgspec.to_builtins(office.keys.ring.steps)
    write(folder / "ledger.json", [json.dumps(about | {"key_steps": steps}).encode()])
    found = audit(folder, newest)
    assert head.size == 2
    assert "key_older" in found["doubt"]
    assert "key_matches" not in found["ok"]


async def test_a_head_by_a_key_that_was_given_up_is_forged(cadre, office, tmp_path, at_once):
    """S9: whoever stole the old key signs no ledger of today."""
    await cadre.send(*notes(cadre, 1))
    thief = keys_module.Keys([office.keys._held[-1]], b"")
    await change(office, tmp_path)
    folder = tmp_path / "export"
    head = await export_log(office, folder)
    moment = (now() + SLACK + timedelta(seconds=1)).isoformat()
    late = msgspec.structs.replace(head, time=moment)
    forged = msgspec.structs.replace(late, sig=thief.sign(head_bytes(late)))
    write(folder / "heads.jsonl", [*lines(folder / "heads.jsonl"), msgspec.json.encode(forged)])
    assert audit(folder, office.keys.ring.newest)["bad"] == {"head_forged"}


def test_the_command(database, tmp_path, settings):
    """``nuanfang registry keys``: list, change with a file and a reason, restore; errors in one line."""
    where = ["--database-url", database, "--data", str(tmp_path)]
    (tmp_path / KEY_FILE).write_bytes(MASTER)

    def run(*words):
        return CliRunner().invoke(cli, ["registry", "keys", *words, *where])

    before = run("list").output.splitlines()
    assert [line.split("\t")[1] for line in before] == ["the first"]
    file = str(tmp_path / "kept" / "keys.json")
    made = run("change", "--keep", file, "--reason", "每年一换", "--in-minutes", "3")
    assert made.exit_code == 0, made.output
    listed = run("list").output.splitlines()
    assert [line.split("\t")[0] for line in listed] == [before[0].split("\t")[0], made.output.strip()]
    again = run("change", "--keep", str(tmp_path / "b.json"), "--reason", "再换")
    assert (again.exit_code, "begins to sign at" in again.output) == (1, True)
    assert run("change", "--keep", file, "--reason", "x", "--in-minutes", "1").exit_code == 2
    assert run("restore", file, "--reason", "试").output.startswith("0\t")
    (tmp_path / "bad.json").write_text("{")
    bad = run("restore", str(tmp_path / "bad.json"), "--reason", "试")
    assert (bad.exit_code, "does not hold a registry's keys" in bad.output) == (1, True)
