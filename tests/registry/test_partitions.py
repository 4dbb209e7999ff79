"""Divided by campaign and county: what was there moves along, what is new finds its place (F)."""

from __future__ import annotations

import msgspec
import psycopg
import pytest
from fresh import fresh_database
from test_intake import homes as homes
from test_intake import states

from domain.ids import new_id
from registry.db.migrate import upgrade
from registry.service.roster import put_campaign

RECORD = """
    INSERT INTO records (county, id, hash, state, device_id, author_id, seq, prev, sig, raw, type,
                         campaign_id, path, received_at, latest, flags)
    VALUES ('k', %s, 'h' || %s, %s, 'd', 'a', %s, 'p', 'sig' || %s, %s, 'visit', %s, '/', now(), now(), %s)
"""
OLD = [  # id, state, campaign, flags
    ("1", "accepted", "spring", []),
    ("2", "accepted", "spring", ["R12"]),
    ("3", "quarantined", None, []),
    ("4", "accepted", "unknown", []),
]
PLACED = """
    SELECT count(*) FILTER (WHERE tableoid::regclass::text LIKE 'parts.' || %(table)s || '\\_common%%'),
           count(*) FROM {} WHERE campaign_id = %(campaign)s
"""


@pytest.fixture
def older(postgres):
    """URL of a database of revision 0007 with four records and a household reached."""
    with fresh_database(postgres) as url:
        upgrade(url, "0007")
        with psycopg.connect(url, autocommit=True) as found:
            found.execute("INSERT INTO campaigns (county, id, name, doc) VALUES ('k', 'spring', 'n', '{}')")
            for one, state, campaign, flags in OLD:
                found.execute(RECORD, (one, one, state, int(one), one, one.encode() * 3000, campaign, flags))
            found.execute("INSERT INTO reached VALUES ('k', 'spring', 'home', '1', now())")
        yield url


def placed(url, table, campaign):
    """How many rows lie in the common part, and how many there are."""
    with psycopg.connect(url) as found:
        given = {"table": table, "campaign": campaign}
        return found.execute(PLACED.format(table), given).fetchone()


def test_an_older_database_keeps_every_record(older):
    """Each text, signature and reached household is there after the division, in its campaign's part."""
    upgrade(older)
    with psycopg.connect(older) as found:
        rows = found.execute(
            "SELECT r.id, r.state, nullif(b.campaign_id, ''), r.flags, r.flagged, b.sig, b.raw "
            "FROM records r JOIN record_bodies b ON (b.record_id, b.record_hash) = (r.id, r.hash) ORDER BY 1"
        ).fetchall()
        reached = found.execute("SELECT household_id, record_id FROM reached").fetchall()
    wanted = [
        (one, state, campaign, flags, bool(flags) or state != "accepted", f"sig{one}", one.encode() * 3000)
        for one, state, campaign, flags in OLD
    ]
    assert rows == wanted
    assert reached == [("home", "1")]
    assert placed(older, "record_bodies", "spring") == (0, 2)
    assert placed(older, "record_bodies", "") == (0, 1)
    assert placed(older, "record_bodies", "unknown") == (1, 1)
    assert placed(older, "reached", "spring") == (0, 1)


def test_a_database_that_is_distributed_itself_has_one_level(older):
    """With ``nuanfang.pieces = 0`` a campaign's part is one table: Citus divides it by county itself."""
    with psycopg.connect(older, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET nuanfang.pieces = 0")
    upgrade(older)
    with psycopg.connect(older) as found:
        kinds = found.execute(
            "SELECT DISTINCT relkind FROM pg_class JOIN pg_inherits ON inhrelid = oid "
            "WHERE inhparent IN ('record_bodies'::regclass, 'reached'::regclass)"
        ).fetchall()
    assert kinds == [("r",)]
    assert placed(older, "record_bodies", "spring") == (0, 2)


def test_what_was_signed_is_never_deleted(older):
    """The division does not open a way to remove a text, not even after rows have moved."""
    upgrade(older)
    with psycopg.connect(older, autocommit=True) as found:
        assert found.execute("SELECT open_campaign('unknown')").fetchone() == (True,)
        assert placed(older, "record_bodies", "unknown") == (0, 1)
        for campaign in ("spring", "unknown", ""):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                found.execute("DELETE FROM record_bodies WHERE campaign_id = %s", [campaign])
        found.execute(
            "INSERT INTO record_bodies VALUES ('k', '9', 'h', 'elsewhere', 's', 'x'), "
            "('other', '9', 'h', 'elsewhere', 's', 'x')"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):  # in the common part too
            found.execute("DELETE FROM record_bodies WHERE campaign_id = 'elsewhere'")


def test_more_campaigns_than_parts_are_kept_in_common(older):
    """A registry where every county makes its own campaigns gets no thousands of tables."""
    with psycopg.connect(older, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET nuanfang.parts = 2")
    upgrade(older)
    with psycopg.connect(older, autocommit=True) as found:
        opened = [found.execute("SELECT open_campaign(%s)", [one]).fetchone()[0] for one in "abab"]
    assert opened == [True, False, False, False]


async def test_a_new_campaign_gets_its_parts(cadre, office, county, homes, database):
    """Visits of a campaign that the registry does not know yet are kept, and move when it is made known."""
    campaign = msgspec.structs.replace(county.campaign, id=new_id())
    early = cadre.seal(cadre.visit(homes[0], campaign.id))
    assert states(await cadre.send(early)) == [("accepted", None)]
    assert placed(database, "record_bodies", campaign.id) == (1, 1)
    async with office.engine.begin() as connection:
        await put_campaign(connection, county.county_id, campaign)
    late = cadre.seal(cadre.visit(homes[0], campaign.id))
    assert states(await cadre.send(early, late)) == [("duplicate", None), ("accepted", None)]
    assert placed(database, "record_bodies", campaign.id) == (0, 2)
    assert placed(database, "reached", campaign.id) == (0, 1)


async def test_an_id_is_used_once_whatever_campaign_it_names(cadre, county, homes, database):
    """The same record id under another campaign is a conflict, and both texts are kept."""
    first = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    second = cadre.seal(cadre.visit(homes[0], new_id()), id=first.id)
    assert states(await cadre.send(first)) == [("accepted", None)]
    assert states(await cadre.send(second)) == [("conflict", "id_reused")]
    with psycopg.connect(database) as found:
        kept = found.execute("SELECT record_hash FROM record_bodies WHERE record_id = %s", [first.id])
        assert {row[0] for row in kept} == {first.hash, second.hash}


async def test_a_campaign_with_an_endless_name_is_kept(cadre, database):
    """A name that no key has room for does not keep a record out."""
    record = cadre.seal({"any": "thing"}, type="follow_up", campaign="长" * 20_000)
    assert states(await cadre.send(record)) == [("accepted", None)]
    assert placed(database, "record_bodies", "") == (0, 1)


def test_an_older_database_gets_its_sums_of_coverage(older):
    """S25: each campaign's and organisation's, once per household though both trees lead to it; what was told
    of organisations without files, and of campaigns nobody knows, is taken back."""
    told = "INSERT INTO changes (county, audience, kind, id, doc) VALUES ('k', 'all', 'coverage', %s, %s)"
    with psycopg.connect(older, autocommit=True) as found:
        for org in ("top", "town", "works"):
            found.execute(
                "INSERT INTO orgs VALUES ('k', %s, '', %s || '!', 't', '/', NULL, '{}')", (org, org)
            )
        for home, status, path, industrial in [
            ("home", "active", "/top/town/", "/top/works/"),
            ("second", "active", "/top/town/", None),
            ("closed", "lifted", "/top/works/", None),
        ]:
            found.execute(
                "INSERT INTO households (county, id, number, status, name, org_id, path, industrial_path, "
                "doc) VALUES ('k', %s, %s, %s, 'n', 'town', %s, %s, '{}')",
                (home, home, status, path, industrial),
            )
        found.execute("INSERT INTO reached VALUES ('k', 'spring', 'closed', '2', now())")
        sums = '{"campaign_id": "%s", "org_id": "%s", "org_name": "n", "active": 9, "reached": 9}'
        for campaign, org in [("spring", "top"), ("spring", "old"), ("unknown", "top")]:
            found.execute(told, (f"{campaign}:{org}", sums % (campaign, org)))
    upgrade(older)
    with psycopg.connect(older) as found:
        rows = found.execute("SELECT id, doc -> 'active', doc -> 'reached', doc ->> 'org_name' FROM changes")
        assert sorted(rows.fetchall(), key=str) == [
            ("spring:old", 0, 0, "n"),
            ("spring:top", 2, 1, "top!"),
            ("spring:town", 2, 1, "town!"),
            ("spring:works", 1, 1, "works!"),
            ("unknown:top", None, None, None),
        ]
