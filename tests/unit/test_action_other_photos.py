"""The phone compares a visit's photos with those of its other visits (R12)."""

import pytest
from visit_steps import jpeg, signed, with_photo_and_needs
from visit_world import World, make_world

from app.actions.add_photo import add_photo
from app.actions.drafts import need_draft
from app.actions.finish_visit import finish_visit
from app.actions.start_visit import start_visit
from app.actions.visit_context import check
from app.store.tables import households
from domain.codes import PhotoKind
from domain.rules import Phase, failures


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def told(world: World, visit_id: str) -> list[tuple[str, object]]:
    """What R12 says of the visit's photos: (message, number of the other household)."""
    draft = need_draft(world.services, visit_id)
    found = failures(check(world.services, draft, Phase.BEFORE_SIGNING, photos=True))
    return [(one.message_id, one.params.get("number")) for one in found if one.code == "R12" and one.subject]


async def again_elsewhere(world: World) -> str:
    """A visit to the other household with the scene that ``with_photo_and_needs`` takes."""
    visit_id = start_visit(world.services, world.other.id).id
    await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    return visit_id


async def test_a_photo_of_a_visit_under_way_is_known(world):
    """R12: two drafts with one scene: each is told of the other's household."""
    visit_id = await with_photo_and_needs(world)
    other = await again_elsewhere(world)
    assert told(world, other) == [("rule.R12.identical", world.household.number)]
    assert told(world, visit_id) == [("rule.R12.identical", world.other.number)]


async def test_a_photo_of_a_sealed_visit_is_known(world):
    """R12: also when its household is no longer in this person's list, then without a number."""
    await finish_visit(world.services, await signed(world))
    other = await again_elsewhere(world)
    assert told(world, other) == [("rule.R12.identical", world.household.number)]
    households(world.db).delete(world.household.id)
    assert told(world, other) == [("rule.R12.identical_elsewhere", None)]


async def test_the_same_household_may_be_photographed_again(world):
    """R12 looks at other households only."""
    await finish_visit(world.services, await signed(world))
    visit_id = start_visit(world.services, world.household.id).id
    await add_photo(world.services, visit_id, jpeg(), PhotoKind.SCENE)
    assert told(world, visit_id) == []


async def test_sealed_photos_are_read_once(world, monkeypatch):
    """The last page of a visit is drawn again at each touch: what was sealed is not decoded each time."""
    await finish_visit(world.services, await signed(world))
    other = await again_elsewhere(world)
    before = told(world, other)
    reader, decoded = world.services.visits, []
    monkeypatch.setattr(type(reader), "HEAD", property(lambda _: decoded.append(1)))
    assert told(world, other) == before
    assert decoded == []
