"""Shortcuts for tests: bring a visit to a certain point through its own actions."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from visit_world import World

from app.actions.add_photo import add_photo
from app.actions.hand_over_aid import choose, set_line
from app.actions.lock_receipt import lock_receipt
from app.actions.meet_household import add_visitor, set_result
from app.actions.note_needs import none_for_the_rest, set_severity
from app.actions.sign_receipt import sign_receipt
from app.actions.sign_second_visitor import sign_second_visitor
from app.actions.start_visit import start_visit
from app.actions.visit_gaps import FIVE
from domain.codes import NeedKind, NeedSeverity, PhotoKind, VisitResult

NAME = [[[20, 60], [60, 20], [100, 60], [140, 100]], [[60, 80], [200, 80]]]
SIZE = (360, 240)


def jpeg(seed: int = 1, size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture with edges, different for each seed."""
    image = Image.new("RGB", size, (200, 190, 170))
    pen = ImageDraw.Draw(image)
    for place in range(12):
        x, y = (place * 97 * seed) % size[0], (place * 53 * (seed + 3)) % size[1]
        pen.rectangle((x, y, x + 90, y + 70), fill=(place * 20, (seed * 40) % 255, 90))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def met(world: World) -> str:
    """A visit where somebody was met by two of ours."""
    services = world.services
    visit_id = start_visit(services, world.household.id).id
    set_result(services, visit_id, VisitResult.MET)
    add_visitor(services, visit_id, world.colleague.name, world.colleague.id)
    return visit_id


async def with_photo_and_needs(world: World) -> str:
    visit_id = met(world)
    await add_photo(world.services, visit_id, jpeg(), PhotoKind.DOORPLATE)
    set_severity(world.services, visit_id, NeedKind.MEDICAL, NeedSeverity.SERIOUS)
    none_for_the_rest(world.services, visit_id, FIVE)
    return visit_id


async def with_aid(world: World, amount: str = "1000", form: str = "bank") -> str:
    visit_id = await with_photo_and_needs(world)
    line = choose(world.services, visit_id, "give").aids[0]
    for field, value in {
        "form": form,
        "source": "union_matching",
        "type": "living",
        "amount": amount,
    }.items():
        set_line(world.services, visit_id, line.id, field, value)
    return visit_id


async def signed(world: World, amount: str = "1000") -> str:
    """All three have signed."""
    visit_id = await with_aid(world, amount)
    services = world.services
    lock_receipt(services, visit_id)
    world.clock.wait(5)
    await sign_receipt(services, visit_id, NAME, SIZE)
    await sign_second_visitor(services, visit_id, 0, NAME, SIZE)
    await sign_second_visitor(services, visit_id, 1, NAME, SIZE)
    return visit_id
