"""Records arrive: accepted once, whatever the network does (F, S25, R1–R13)."""

from __future__ import annotations

from domain.codes import FileStatus


def homes_of(county, person):
    mine = {one.household_id for one in county.assignments if one.user_id == person.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


async def test_a_visit_is_accepted_and_asks_for_its_photos(cadre, county, people):
    """A visit arrives, is accepted, and the answer names the photos still to send."""
    home = homes_of(county, people.cadre)[0]
    record = cadre.seal(cadre.visit(home, county.campaign.id, photos=[b"one"]))
    answer = await cadre.send(record)
    (result,) = answer.results
    assert (result.id, result.hash, result.state, result.problem) == (
        record.id,
        record.hash,
        "accepted",
        None,
    )
    assert len(result.missing) == 5
    assert (answer.checkpoint.seq, answer.checkpoint.head) == (1, record.hash)
