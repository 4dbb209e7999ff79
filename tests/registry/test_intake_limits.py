"""Records beyond what the database can hold are kept aside, alone; those beside them arrive (E, S25)."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, OperationalError

from domain.ids import new_id
from registry.db.bulk import Ask, fly
from registry.db.engine import ANSWER_S
from registry.db.tables import aid_lines, records
from registry.service.intake_items import DEEPEST, MOST_SEQ
from registry.service.office import open_office
from sync.protocol.problems import PROBLEMS
from sync.protocol.records import Sealed, b64

ENDLESS = "".join(sha256(str(number).encode()).hexdigest() for number in range(150))
"""Longer than an entry of an index, and nothing that can be packed."""


@pytest.fixture
def homes(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [one for one in county.households if one.id in mine and one.status == "active"]


def states(answer):
    return [(one.state, one.problem) for one in answer.results]


@pytest.mark.parametrize("field", ["id", "prev", "household", "corrects"])
async def test_an_endless_name_is_kept_aside(cadre, field):
    """A name longer than any index entry: that record waits for a person, its neighbour is accepted."""
    bad = cadre.seal({"any": "thing"}, type="follow_up", **{field: ENDLESS})
    cadre.seq, cadre.prev = 0, "0" * 64
    good = cadre.seal({"any": "thing"}, type="follow_up", seq=2)
    for _ in range(2):
        answer = await cadre.post_records([bad, good])
        assert answer.status_code == 200, answer.text
        found = [(one["state"], one["problem"]) for one in answer.json()["results"]]
        assert found[0] == ("quarantined", "bad_record")
    assert found[1] == ("duplicate", None)


@pytest.mark.parametrize("amounts", [["1000000000000.00"], ["600000000000.00", "400000000000.00"]])
async def test_more_money_than_the_ledger_holds_is_kept_aside(cadre, county, homes, office, amounts):
    """Thirteen digits of yuan, in one line or together: kept in its place in the chain, no ledger line."""
    body = msgspec.to_builtins(cadre.visit(homes[0], county.campaign.id))
    (line,) = body["aid"]
    body["aid"] = [line | {"id": new_id(), "amount": one} for one in amounts]
    bad, good = cadre.seal(body), cadre.seal(cadre.visit(homes[1], county.campaign.id))
    answer = await cadre.post_records([bad, good])
    assert answer.status_code == 200, answer.text
    found = [(one["state"], one["problem"]) for one in answer.json()["results"]]
    assert found == [("quarantined", "bad_body"), ("accepted", None)]
    assert answer.json()["checkpoint"]["seq"] == 2
    async with office.engine.connect() as connection:
        assert list((await connection.execute(select(aid_lines.c.record_id))).scalars()) == [good.id]


async def test_as_much_money_as_the_ledger_holds_is_taken_in(cadre, county, homes, office):
    """One fen less goes into the ledger: a flag is all that such a sum gets."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id, amount="999999999999.99"))
    assert states(await cadre.send(record)) == [("accepted", None)]
    async with office.engine.connect() as connection:
        assert str(await connection.scalar(select(records.c.aid_total))) == "999999999999.99"


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1000000000000::numeric(14,2)", "SELECT repeat('x', 2000000000)", "SELECT 'x'::integer"],
)
async def test_a_value_that_never_fits_is_no_reason_to_try_again(office, statement):
    """What no second try can store is not mistaken for a database that is away."""
    async with office.engine.connect() as connection:
        with pytest.raises(DataError):
            await fly(connection, Ask(statement))
    assert not PROBLEMS["validation_failed"].retry


async def test_a_database_that_is_away_stays_a_reason(office):
    """A connection cut by the server is told as such."""
    async with office.engine.connect() as connection:
        with pytest.raises(OperationalError):
            await fly(connection, Ask("SELECT pg_terminate_backend(pg_backend_pid())"), Ask("SELECT 1"))


async def test_a_request_ends_though_its_statement_does_not(client, settings):
    """A request's statement is given up after a while, as a database that is busy; a job's never is."""
    longest = "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'"
    async with client.office.engine.connect() as connection:
        assert (await fly(connection, Ask(longest)))[0] == [(str(ANSWER_S * 1000),)]
        await connection.execute(text("SET LOCAL statement_timeout = 1"))
        with pytest.raises(OperationalError):
            await fly(connection, Ask("SELECT pg_sleep(600)"))
    patient = await open_office(settings)
    async with patient.reader.connect() as connection:
        assert (await fly(connection, Ask(longest)))[0] == [("0",)]
    await patient.close()


async def test_a_number_far_away_holds_nobody_up(cadre, supervisor, county, homes):
    """Of a chain with an endless hole the first missing numbers are told, and the page opens (S9)."""
    far = MOST_SEQ - 1
    records = [
        cadre.seal(cadre.visit(homes[0], county.campaign.id), seq=seq, prev="f" * 64) for seq in (2, 60, far)
    ]
    answer = await cadre.send(*records)
    assert [one.state for one in answer.results] == ["accepted"] * 3
    async with asyncio.timeout(ANSWER_S * 2):
        found = await supervisor.client.get(f"/v1/visits/{records[2].id}", headers=supervisor.auth)
    chain = found.json()["chain"]
    assert chain["gaps"] == [1, *range(3, 60), *range(61, 61 + 42)]
    assert (chain["verified"], chain["prev_ok"], chain["seq"]) == (False, None, far)


async def test_a_conflict_sees_the_hole_before_it(cadre, supervisor, county, homes):
    """The holes before a record that was not let into the chain are told as well, its own number is none."""
    one, two = [cadre.seal(cadre.visit(homes[0], county.campaign.id), seq=3) for _ in range(2)]
    answer = await cadre.send(one, two)
    assert [one.problem for one in answer.results] == [None, "seq_reused"]
    found = await supervisor.client.get(f"/v1/visits/{two.id}", headers=supervisor.auth)
    assert found.json()["chain"]["gaps"] == [1, 2]


@pytest.mark.parametrize("kind", ["visit", "survey", "follow_up"])
@pytest.mark.parametrize("depth", [40, 140, 300, 960])
async def test_a_record_nested_endlessly_hinders_nobody(
    cadre, supervisor, county, homes, office, kind, depth
):
    """Whatever a body hides inside itself: it is kept, its neighbour is accepted, and the lists, the page and
    the feed open afterwards."""
    nest = {}
    for _ in range(depth):
        nest = {"x": nest}
    visit = cadre.visit(homes[0], county.campaign.id)
    body = msgspec.to_builtins(visit) | {"more": nest}
    if kind == "survey":
        body = {
            "form_id": "f",
            "version": "1",
            "xform_sha256": "0" * 64,
            "subject": "household",
            "household_id": homes[0].id,
            "started": msgspec.to_builtins(visit.started),
            "ended": msgspec.to_builtins(visit.ended),
            "answers": nest,
        }
    bad = sealed_deep(cadre, body, kind)
    good = cadre.seal(cadre.visit(homes[1], county.campaign.id))
    answer = await cadre.post_records([bad, good])
    assert answer.status_code == 200, answer.text
    states = [one["state"] for one in answer.json()["results"]]
    assert states == ["accepted" if depth < DEEPEST else "quarantined", "accepted"]
    for path in ("/v1/visits", f"/v1/visits/{bad.id}", f"/v1/surveys/{bad.id}", "/v1/quarantine"):
        found = await supervisor.client.get(path, headers=supervisor.auth)
        assert found.status_code in (200, 404), (path, found.text)


def sealed_deep(phone, body, kind):
    """As ``Phone.seal``, whose own recursion ends earlier."""
    head = json.loads(phone.seal({"put": "here"}, type=kind).record)
    empty = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = empty.replace('{"put":"here"}', flat_json(body))
    phone.prev = sha256(text.encode()).hexdigest()
    return Sealed(id=head["id"], hash=phone.prev, sig=b64(phone.key.sign(text.encode())), record=text)


def flat_json(body):
    """Canonical JSON of a body one of whose values is a long nest."""
    ends = {}
    for name in ("more", "answers"):
        if name in body:
            depth, inner = 0, body[name]
            while inner:
                depth, inner = depth + 1, inner["x"]
            ends[name] = '{"x":' * depth + "{}" + "}" * depth
    plain = {name: f"<{name}>" if name in ends else value for name, value in body.items()}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for name, nest in ends.items():
        text = text.replace(f'"<{name}>"', nest)
    return text
