"""The signing pad: what counts as a signature, what is kept of it (R9, R11)."""

from app.views.pad.pad_state import MOST_POINTS, Pad, extent


def drawn(pad: Pad, points) -> Pad:
    first, *rest = points
    pad.down(*first)
    for point in rest:
        pad.move(*point)
    pad.up()
    return pad


def test_strokes_are_whole_numbers_inside_the_pad():
    """R10: what is sealed holds no fractions and nothing outside the sheet."""
    pad = drawn(Pad(300, 200), [(10.4, 20.6), (50.2, 60.9), (400.0, -5.0)])
    assert pad.strokes == [[[10, 21], [50, 61], [300, 0]]]


def test_a_tap_is_no_signature():
    """R9: a touch by mistake cannot be handed in as a name."""
    assert not drawn(Pad(300, 200), [(10, 10)]).signed
    assert drawn(Pad(300, 200), [(10, 10), (120, 40)]).signed


def test_points_too_near_are_left_out():
    """A slow hand does not make a record of a thousand points."""
    pad = drawn(Pad(300, 200), [(10, 10), (10.4, 10.4), (11, 11), (40, 10)])
    assert pad.strokes == [[[10, 10], [40, 10]]]


def test_a_lost_touch_keeps_its_stroke():
    """When the system takes the finger away in mid-stroke, what was drawn stays."""
    pad = Pad(300, 200)
    pad.down(10, 10)
    pad.move(90, 10)
    pad.down(20, 50)
    assert pad.all_strokes == [[[10, 10], [90, 10]], [[20, 50]]]


def test_undo_and_clear():
    """退一笔 takes one stroke, 重写 all."""
    pad = drawn(drawn(Pad(300, 200), [(10, 10), (90, 10)]), [(10, 50), (90, 50)])
    pad.undo()
    assert pad.strokes == [[[10, 10], [90, 10]]]
    pad.clear()
    assert pad.empty


def test_endless_scribbling_ends():
    """The record stays small whatever a child does to the screen."""
    pad = Pad(4000, 4000)
    pad.down(0, 0)
    for step in range(MOST_POINTS + 500):
        pad.move((step * 7) % 4000, (step * 13) % 4000)
    assert pad.full
    assert len(pad.current) <= MOST_POINTS


def test_the_size_holds_strokes_drawn_before_the_phone_was_turned():
    """B: after a restart in landscape the old strokes are not cut."""
    pad = drawn(Pad(300, 600), [(20, 500), (200, 560)])
    pad.resize(600, 250)
    width, height = pad.size
    right, bottom = extent(pad.strokes)
    assert width >= right
    assert height >= bottom


def test_a_size_that_makes_no_sense_is_ignored():
    """Before the screen is measured the pad still takes the pen."""
    pad = Pad()
    pad.resize(float("inf"), 0)
    assert drawn(pad, [(10, 10), (200, 90)]).strokes == [[[10, 10], [200, 90]]]


def test_a_finger_is_pressed_once():
    """R11: a mark is one touch; the next takes its place, a slide adds nothing."""
    pad = drawn(Pad(300, 200, mark=True), [(50, 60), (120, 60)])
    assert pad.strokes == [[[50, 60]]]
    assert drawn(pad, [(90, 80)]).strokes == [[[90, 80]]]


def test_strokes_stay_where_they_are_on_a_photo():
    """S18: the phone is turned, the photo is shown larger, and what was drawn lies on the same spot."""
    pad = drawn(Pad(100, 50), [(10, 20), (50, 40)])
    assert pad.rescale(200, 100)
    assert pad.strokes == [[[20, 40], [100, 80]]]
    assert not pad.rescale(200, 100)
