"""The auditor's view: an exported ledger is checked with nothing but its files, and tampering shows (S9)."""

from __future__ import annotations

import json

import msgspec
import pytest
import pytest_asyncio
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from domain.errors import InputError
from domain.merkle import Frontier, leaf_hash
from registry.cli.main import cli
from registry.cli.verify_words import WORDS, sentence
from registry.service.log import export as exporting
from registry.service.log.audit import open_ledger
from registry.service.log.audit_records import check_file, check_records
from registry.service.log.export import export_log
from registry.service.log.heads import sign_daily
from registry.service.log.read import head_at
from sync.protocol.log import TreeHead, head_bytes
from sync.protocol.records import b64


def notes(phone, count):
    return [phone.seal({"any": "thing"}, type="follow_up") for _ in range(count)]


def lines(path):
    return path.read_bytes().splitlines()


def write(path, rows):
    path.write_bytes(b"".join(row + b"\n" for row in rows))


def audit(folder, key=None, older=(), files=()):
    """Level → codes, as the command finds them; every finding has words."""
    ledger = open_ledger(folder, key, older)
    check_records(folder, ledger)
    for path in files:
        check_file(path, ledger)
    assert all(sentence(one) for one in ledger.found)
    return {
        level: {one.code for one in ledger.found if one.level == level} for level in ("ok", "doubt", "bad")
    }


@pytest_asyncio.fixture
async def exported(cadre, delegate, office, tmp_path):
    """A ledger of two phones and nine records, with a day's head of five and an older head kept outside."""
    await cadre.send(*notes(cadre, 3))
    await delegate.send(*notes(delegate, 2))
    await export_log(office, tmp_path / "first")
    await sign_daily(office)
    (tmp_path / "older.json").write_bytes(lines(tmp_path / "first" / "heads.jsonl")[-1])
    answer = await cadre.client.get("/v1/log/proof", params={"hash": cadre.prev}, headers=cadre.auth)
    (tmp_path / "proof.json").write_bytes(answer.content)
    await cadre.send(*notes(cadre, 4))
    folder = tmp_path / "export"
    await export_log(office, folder, with_records=True)
    return folder


async def test_an_honest_export_holds(exported, office, tmp_path):
    """With the published key, an older head and a phone's proof there is nothing to complain of."""
    key = b64(office.keys.public)
    found = audit(exported, key, [tmp_path / "older.json", tmp_path / "proof.json"])
    assert found["bad"] == found["doubt"] == set()
    assert found["ok"] >= {"key_matches", "leaves_good", "heads_good", "older_contained", "proof_good"}
    assert found["ok"] >= {"certificates_good", "records_good", "chains_good"}
    assert len(lines(exported / "leaves.jsonl")) == 9
    assert [json.loads(one)["size"] for one in lines(exported / "heads.jsonl")] == [5, 9]


async def test_what_arrives_during_an_export_accuses_nobody(cadre, delegate, office, tmp_path, monkeypatch):
    """A record accepted after the ledger was brought up to date waits for the next export, and all holds."""
    await cadre.send(*notes(cadre, 2))
    real, late = exporting.append_new, notes(delegate, 1)

    async def meanwhile(*args, **more):
        added = await real(*args, **more)
        answer = await delegate.send(*late)
        assert [one.state for one in answer.results] == ["accepted"]
        return added

    monkeypatch.setattr(exporting, "append_new", meanwhile)
    await export_log(office, tmp_path / "busy", with_records=True)
    assert audit(tmp_path / "busy", b64(office.keys.public))["bad"] == set()
    assert (
        len(lines(tmp_path / "busy" / "records.jsonl")) == len(lines(tmp_path / "busy" / "leaves.jsonl")) == 2
    )
    monkeypatch.setattr(exporting, "append_new", real)
    await export_log(office, tmp_path / "next", with_records=True)
    assert late[0].id in {json.loads(one)["id"] for one in lines(tmp_path / "next" / "records.jsonl")}


async def test_without_records_no_personal_data_leaves(exported, office, tmp_path):
    """The plain export holds hashes and keys only, and says that the records were not looked at."""
    found = audit(tmp_path / "first", b64(office.keys.public))
    assert found["doubt"] == {"no_records"}
    assert {path.name for path in (tmp_path / "first").iterdir()} == {
        "ledger.json",
        "leaves.jsonl",
        "heads.jsonl",
        "devices.jsonl",
    }


async def test_the_command_speaks_chinese_and_ends_with_a_status(exported, office, tmp_path):
    """0 when all holds, 1 when something does not, with sentences for each."""
    good = CliRunner().invoke(cli, ["verify", str(exported), "--key", b64(office.keys.public)])
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "结论：全部成立。")
    unsure = CliRunner().invoke(cli, ["verify", str(exported)])
    assert unsure.exit_code == 0
    assert "没有核对签名公钥" in unsure.output
    write(exported / "leaves.jsonl", lines(exported / "leaves.jsonl")[:-1])
    bad = CliRunner().invoke(cli, ["verify", str(exported)])
    assert (bad.exit_code, bad.output.splitlines()[-1]) == (1, "结论：有不成立之处，请看上面。")
    none = CliRunner().invoke(cli, ["verify", str(tmp_path)])
    assert none.exit_code == 1
    assert "没有导出的总账" in none.output


def _leaf_lost(rows):
    return rows[:2] + rows[3:]


def _leaf_moved(rows):
    return [rows[1], rows[0], *rows[2:]]


def _leaf_doubled(rows):
    return [*rows, rows[0]]


def _leaf_changed(rows):
    leaf = json.loads(rows[4]) | {"received_at": "2020-01-01T00:00:00.000Z"}
    changed = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
    return [*rows[:4], changed, *rows[5:]]


def _leaf_spaced(rows):
    return [rows[0].replace(b",", b", "), *rows[1:]]


def _leaf_added(rows):
    leaf = json.loads(rows[0]) | {"hash": "ab" * 32, "id": "made-up"}
    return [*rows, json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()]


def _leaf_garbage(rows):
    return [b"{", *rows[1:]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_leaf_lost, "head_differs"),
        (_leaf_moved, "head_differs"),
        (_leaf_changed, "head_differs"),
        (_leaf_spaced, "leaf_not_canonical"),
        (_leaf_doubled, "leaf_twice"),
        (_leaf_added, "leaves_beyond_head"),
        (_leaf_garbage, "line_unreadable"),
    ],
)
async def test_a_changed_ledger_shows(exported, office, change, code):
    """A leaf lost, moved, changed, doubled or made up is found by the heads."""
    path = exported / "leaves.jsonl"
    write(path, change(lines(path)))
    assert code in audit(exported, b64(office.keys.public))["bad"]


async def test_another_history_with_the_registrys_own_key_shows(exported, office, tmp_path):
    """Whoever holds the registry's key can sign another history, but no older head agrees with it."""
    rows = lines(exported / "leaves.jsonl")
    del rows[2]
    write(exported / "leaves.jsonl", rows)
    edge = Frontier()
    for row in rows:
        edge.add(leaf_hash(row))
    head = TreeHead(
        county=json.loads(lines(exported / "heads.jsonl")[0])["county"],
        size=edge.size,
        root=edge.root().hex(),
        time="2026-11-22T00:00:00.000Z",
        sig="",
    )
    head = msgspec.structs.replace(head, sig=office.keys.sign(head_bytes(head)))
    write(exported / "heads.jsonl", [msgspec.json.encode(head)])
    alone = audit(exported, b64(office.keys.public))
    assert "heads_good" in alone["ok"], "by itself the forged ledger looks whole"
    assert alone["bad"] == {"record_not_in_ledger"}
    (exported / "records.jsonl").unlink()
    found = audit(exported, b64(office.keys.public), [tmp_path / "older.json", tmp_path / "proof.json"])
    assert found["bad"] >= {"older_differs"}


async def test_a_shrunken_ledger_shows(exported, office, tmp_path):
    """An older head of more leaves than there are now: something was taken away."""
    newest = tmp_path / "newest.json"
    newest.write_bytes(lines(exported / "heads.jsonl")[-1])
    found = audit(tmp_path / "first", b64(office.keys.public), [newest])
    assert found["bad"] == {"older_shrunk"}


async def test_another_key_shows(exported, tmp_path):
    """A ledger signed by somebody else is not the registry's."""
    other = b64(Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    assert "key_differs" in audit(exported, other)["bad"]
    about = json.loads((exported / "ledger.json").read_bytes()) | {"registry_key": other}
    (exported / "ledger.json").write_text(json.dumps(about))
    found = audit(exported, other, [tmp_path / "older.json"])
    assert found["bad"] >= {"head_forged", "certificate_forged", "older_forged", "leaves_beyond_head"}
    with pytest.raises(InputError, match="bad_key"):
        open_ledger(exported, "AAAA", [])


def _changed_amount(row):
    row["record"] = row["record"].replace("thing", "other")


def _rehashed(row):
    from sync.protocol.canonical import sha256_hex

    _changed_amount(row)
    row["hash"] = sha256_hex(row["record"])


def _resigned(row):
    row["sig"] = b64(b"\0" * 64)


def _renamed(row):
    row["id"] = "01a20034-454a-7e60-80df-abec3e1b512c"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (_changed_amount, {"record_changed"}),
        (_rehashed, {"record_forged", "record_missing", "chain_broken"}),
        (_resigned, {"record_forged"}),
        (_renamed, {"record_unreadable"}),
    ],
)
async def test_a_changed_record_shows(exported, office, change, wrong):
    """An amount changed after the fact, also with a new hash or another signature, is found."""
    path = exported / "records.jsonl"
    rows = [json.loads(one) for one in lines(path)]
    change(rows[1])
    write(path, [json.dumps(row, ensure_ascii=False).encode() for row in rows])
    assert audit(exported, b64(office.keys.public))["bad"] == wrong


async def test_a_record_taken_away_shows(exported, office):
    """What stands in the ledger but is no longer there, and the hole in its phone's chain."""
    path = exported / "records.jsonl"
    write(path, lines(path)[1:])
    found = audit(exported, b64(office.keys.public))
    assert found["bad"] == {"record_missing"}
    assert found["doubt"] == {"chain_gap"}


async def test_a_number_far_away_is_one_finding(cadre, delegate, office, tmp_path):
    """A phone may number as it likes: the hole is told as one, whatever its size, and many holes in part."""
    far = cadre.seal({"any": "thing"}, type="follow_up", seq=2**53 - 1)
    await cadre.send(far)
    scattered = [delegate.seal({"any": "thing"}, type="follow_up", seq=2 * n) for n in range(1, 40)]
    await delegate.send(*scattered)
    await export_log(office, tmp_path / "far", with_records=True)
    ledger = open_ledger(tmp_path / "far", None, ())
    check_records(tmp_path / "far", ledger)
    doubts = [one for one in ledger.found if one.level == "doubt" and one.code != "key_unchecked"]
    holes = [one.params for one in doubts if one.code == "chain_gaps"]
    assert holes == [{"device": cadre.device_id, "first": 1, "last": 2**53 - 2, "count": 2**53 - 2}]
    named = sum(one.code == "chain_gap" for one in doubts)
    (more,) = [one.params["count"] for one in doubts if one.code == "more_like_this"]
    assert named + more == len(scattered)
    assert all(sentence(one) for one in doubts)


async def test_a_record_alone_is_checked(cadre, office, exported, tmp_path):
    """One sealed record in a file: its text, signature, certificate and place in the ledger."""
    row = json.loads(lines(exported / "records.jsonl")[0])
    alone = tmp_path / "one.json"
    alone.write_text(json.dumps({name: row[name] for name in ("id", "hash", "sig", "record")}))
    assert "record_good" in audit(exported, files=[alone])["ok"]
    (later,) = notes(cadre, 1)
    alone.write_bytes(msgspec.json.encode(later))
    assert audit(exported, files=[alone])["bad"] == {"record_not_in_ledger"}
    alone.write_text("[]")
    assert audit(exported, files=[alone])["bad"] == {"record_unreadable"}


async def test_missing_files_and_wrong_heads_are_named(exported, office, tmp_path):
    """Files that are not there or not what they should be never pass silently."""
    (exported / "heads.jsonl").unlink()
    (exported / "devices.jsonl").unlink()
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    found = audit(exported, b64(office.keys.public), [wrong])
    assert found["bad"] >= {"file_missing", "no_heads", "older_unreadable", "record_uncertified"}
    (exported / "leaves.jsonl").unlink()
    assert "file_missing" in audit(exported)["bad"]


async def test_an_export_is_audited_and_never_mixed(office, exported, county):
    """Who exports is in the trail; a folder that holds something is refused; an unknown county too."""
    with pytest.raises(InputError, match="folder_not_empty"):
        await export_log(office, exported)
    with pytest.raises(InputError, match="unknown_county"):
        await export_log(office, exported, "nowhere")
    async with office.engine.connect() as connection:
        rows = await connection.execute(text("SELECT details FROM audit WHERE action = 'log.export'"))
        assert [row.details for row in rows] == [
            {"size": 5, "records": False},
            {"size": 9, "records": True},
        ]
        head = await head_at(connection, office.keys, county.county_id, 5)
    assert head.root == json.loads(lines(exported / "heads.jsonl")[0])["root"]


def test_every_finding_has_words():
    """No code of the auditor's is without a Chinese sentence."""
    import re
    from pathlib import Path

    from registry.service.log import audit as one
    from registry.service.log import audit_records as two

    found = set()
    for module in (one, two):
        source = Path(module.__file__).read_text("utf-8")
        found |= set(
            re.findall(r'"((?:key|leaf|leaves|head|older|proof|record|chain|certificate)s?_[a-z_]+)"', source)
        )
    found -= {"registry_key"}
    assert found - set(WORDS) == set()
    assert len(found) > 20
