"""The office's side of phones: list, revoke, wipe; narrow tokens; answers that tell nothing (S9, S25)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from phone import Phone, picture
from sqlalchemy import event, select, update

from registry.cli.main import cli
from registry.db.tables import audit, users
from registry.service.devices import By, revoke

REASON = {"reason": "手机丢了"}


@pytest.fixture
async def admin(supervisor, office):
    """The supervisor's phone, made an administrator."""
    async with office.engine.begin() as connection:
        mine = users.c.id == supervisor.me.user_id
        await connection.execute(update(users).where(mine).values(roles=["admin"]))
    return supervisor


async def post(phone, path, body=None):
    return await phone.client.post(path, json={} if body is None else body, headers=phone.auth)


async def trail(office):
    async with office.engine.connect() as connection:
        rows = await connection.execute(
            select(audit.c.action, audit.c.user_id, audit.c.entity_id, audit.c.reason).where(
                audit.c.action.like("device.%"), audit.c.action != "device.enrol"
            )
        )
        return [tuple(row) for row in rows.all()]


async def narrow(phone: Phone):
    """A token of the scope hand_over."""
    answer = await phone.client.post("/v1/token", json={"assertion": phone.assertion(), "scope": "hand_over"})
    if answer.status_code == 200:
        phone.token = answer.json()["access_token"]
    return answer


async def test_an_administrator_lists_and_revokes_phones(admin, cadre, office):
    """With a reason that stays in the trail; the phone's next contact says device_revoked."""
    page = (await admin.client.get("/v1/devices", headers=admin.auth)).json()
    assert {row["id"] for row in page["rows"]} >= {admin.device_id, cadre.device_id}
    row = (await post(admin, f"/v1/devices/{cadre.device_id}/revoke", REASON)).json()
    assert (row["user_name"], row["wipe_asked_at"]) == (cadre.me.name, None)
    assert row["revoked_at"]
    refused = await cadre.client.get("/v1/changes", headers=cadre.auth)
    assert refused.json()["code"] == "device_revoked"
    again = await cadre.client.post("/v1/token", json={"assertion": cadre.assertion()})
    assert again.json()["code"] == "device_revoked"
    await post(admin, f"/v1/devices/{cadre.device_id}/revoke", REASON)
    assert await trail(office) == [("device.revoke", admin.me.user_id, cadre.device_id, REASON["reason"])]


@pytest.mark.parametrize("path", ["revoke", "wipe"])
async def test_only_an_administrator_gives_orders(supervisor, cadre, path):
    """A supervisor or a cadre may not take phones away, nor see the list."""
    for phone in (supervisor, cadre):
        answer = await post(phone, f"/v1/devices/{cadre.device_id}/{path}", REASON)
        assert answer.json()["code"] == "forbidden"
        listed = await phone.client.get("/v1/devices", headers=phone.auth)
        assert listed.json()["code"] == "forbidden"


async def test_an_order_needs_a_reason_and_a_phone(admin, cadre):
    """No reason, blanks, or an unknown phone: nothing happens."""
    path = f"/v1/devices/{cadre.device_id}/wipe"
    for body in ({}, {"reason": ""}, {"reason": "    "}):
        assert (await post(admin, path, body)).json()["code"] == "validation_failed"
    answer = await post(admin, f"/v1/devices/{admin.me.user_id}/wipe", REASON)
    assert answer.json()["code"] == "not_found"
    assert (await cadre.client.get("/v1/changes", headers=cadre.auth)).status_code == 200


async def test_a_wipe_is_heard_with_the_hand_over_token_only(admin, cadre, office):
    """The phone learns of it when it hands over, says when it has obeyed, and only then is it believed."""
    await post(cadre, "/v1/devices/me/wiped")
    await post(admin, f"/v1/devices/{cadre.device_id}/wipe", REASON)
    answer = (await narrow(cadre)).json()
    assert (answer["scope"], answer["wipe"]) == ("hand_over", True)
    for _ in range(2):
        assert (await post(cadre, "/v1/devices/me/wiped")).status_code == 204
    rows = {
        row["id"]: row for row in (await admin.client.get("/v1/devices", headers=admin.auth)).json()["rows"]
    }
    assert rows[cadre.device_id]["wiped_at"]
    assert [row[0] for row in await trail(office)] == ["device.wipe", "device.wiped"]


async def test_the_narrow_token_gives_and_takes_nothing(cadre, office):
    """Records and files in; no feed, no file, no list out, for a phone in good standing too."""
    record, photo = cadre.seal({"any": "thing"}, type="follow_up"), picture(1)
    assert (await narrow(cadre)).json()["wipe"] is False
    (result,) = (await cadre.send(record)).results
    assert result.state == "accepted"
    assert (await cadre.upload(photo)).status_code == 201
    for path in ("/v1/changes", "/v1/visits", "/v1/coverage", "/v1/log/head", "/v1/media/" + "0" * 64):
        answer = await cadre.client.get(path, headers=cadre.auth)
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked"), path


async def test_an_unknown_scope_is_refused(cadre):
    """Nobody asks for more than there is."""
    answer = await cadre.client.post("/v1/token", json={"assertion": cadre.assertion(), "scope": "admin"})
    assert answer.json()["code"] == "assertion_invalid"


def statements(engine):
    """The kinds of statements the engine runs from now on."""
    seen: list[str] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _note(_conn, _cursor, statement, *_):
        seen.append(" ".join(statement.split()[:3]))

    return seen


async def test_a_guess_takes_the_same_work_whether_it_hits_or_not(client, cadre, office, codes):
    """Answers and the database's work are the same for a used code and for one that never was, for a known
    phone and an unknown one: neither words nor time tell."""
    seen = statements(office.engine)

    async def asked(path, body):
        seen.clear()
        answer = await client.post(path, json=body)
        said = {key: value for key, value in answer.json().items() if key != "instance"}
        return answer.status_code, said, tuple(seen)

    used = await asked("/v1/enrol", Phone(client).enrol_request(codes["cadre"]))
    never = await asked("/v1/enrol", Phone(client).enrol_request("ABCD-2345"))
    assert used == never
    assert used[1]["code"] == "enrol_code_invalid"
    stranger, thief = Phone(client), Phone(client, cadre.device_id)
    unknown = await asked("/v1/token", {"assertion": stranger.assertion()})
    known = await asked("/v1/token", {"assertion": thief.assertion()})
    assert unknown == known
    assert unknown[1]["code"] == "assertion_invalid"


async def test_an_operators_order_has_no_person_in_the_trail(cadre, office):
    """From the terminal: who it was stands in the machine's own log."""
    await revoke(office, None, cadre.device_id, By(), reason="lost")
    row = await revoke(office, None, cadre.device_id, By(), wipe=True, reason="lost")
    assert row.wipe_asked_at is not None
    assert [one[:2] for one in await trail(office)] == [("device.revoke", None), ("device.wipe", None)]


def test_the_command_lists_and_orders(database, tmp_path, monkeypatch):
    """nuanfang registry devices list|revoke|wipe; an unknown phone is said in a sentence."""
    import psycopg

    monkeypatch.setenv("NUANFANG_MASTER_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO devices (county, id, user_id, public_key, certificate, enrolled_at, head_hash) "
            "SELECT county, 'd1', id, '', '{}', now(), '' FROM users LIMIT 1"
        )
    where = ["--database-url", database, "--data", str(tmp_path)]

    def run(*words):
        return CliRunner().invoke(cli, ["registry", "devices", *words, *where])

    assert run("list").output.rstrip().endswith("active")
    assert run("revoke", "d1", "--reason", "lost").output.rstrip().endswith("revoked")
    assert run("wipe", "d1", "--reason", "lost").output.rstrip().endswith("wipe ordered")
    assert run("list", "--user", "nobody").output == ""
    unknown = run("wipe", "d2", "--reason", "lost")
    assert unknown.exit_code == 1
    assert "unknown_device" in unknown.output
