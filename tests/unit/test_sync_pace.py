"""How much is sent at once follows what the line has carried."""

from __future__ import annotations

import pytest

from sync.pace import FIRST, LARGEST, MOST, MOST_IN_BROWSER, PATIENCE_S, SMALLEST, Pace

S = 10**9


def learned(rate: int, seconds: int = 30) -> Pace:
    """A pace after ``seconds`` of sending at ``rate`` bytes per second, one upload after the other."""
    pace = Pace()
    for second in range(seconds):
        pace.began(second * S)
        pace.ended(rate, (second + 1) * S)
    return pace


def test_before_anything_is_known_the_first_piece_is_a_photo() -> None:
    """S25: a first photo goes in one request, and only two go side by side."""
    assert (Pace().chunk, Pace().streams, Pace().seconds_for(LARGEST)) == (FIRST, 2, PATIENCE_S)


@pytest.mark.parametrize(
    ("rate", "streams", "chunk"),
    [
        (1_000, 2, SMALLEST),
        (8_000, 2, SMALLEST),
        (30_000, 3, 60_000),
        (100_000, 5, 120_000),
        (250_000, 8, 187_500),
    ],
)
def test_pieces_and_streams_follow_the_rate(rate: int, streams: int, chunk: int) -> None:
    """S25: a piece takes about six seconds, whatever the line; a good line carries more uploads at once."""
    pace = learned(rate)
    assert pace.rate == pytest.approx(rate)
    assert (pace.streams, pace.chunk) == (streams, chunk)


def test_a_very_good_line_has_its_limits_too() -> None:
    """S25: one megabyte per piece and eight at once, so that a phone's memory is not filled."""
    pace = learned(50_000_000, 3)
    assert (pace.streams, pace.chunk) == (MOST, LARGEST)


def test_a_browser_has_fewer_connections() -> None:
    """S25: uploads leave one of its six for text."""
    pace = Pace(MOST_IN_BROWSER)
    pace.began(0)
    pace.ended(10**7, S)
    assert pace.streams == MOST_IN_BROWSER == 5


def test_uploads_side_by_side_are_counted_as_one_line() -> None:
    """S25: four uploads that share a line do not make it look four times slower, nor faster."""
    pace = Pace()
    for _ in range(4):
        pace.began(0)
    for _ in range(4):
        pace.ended(100_000, 4 * S)
    assert pace.rate == pytest.approx(100_000)


def test_idle_time_does_not_count() -> None:
    """S25: after an hour without work the line is not thought slow."""
    pace = Pace()
    pace.began(0)
    pace.ended(100_000, S)
    pace.began(3600 * S)
    pace.ended(100_000, 3601 * S)
    assert pace.rate == pytest.approx(100_000)


def test_a_line_that_got_worse_is_noticed() -> None:
    """S25: what was measured in town is forgotten within a minute of the village."""
    pace = learned(250_000)
    for second in range(60):
        pace.began((100 + second) * S)
        pace.ended(8_000, (101 + second) * S)
    assert pace.rate is not None
    assert pace.rate < 16_000


def test_failures_make_pieces_smaller_and_successes_larger_again() -> None:
    """S25: on a line that keeps breaking, little is lost each time."""
    pace = learned(250_000)
    for _ in range(10):
        pace.began(40 * S)
        pace.failed(40 * S)
    assert pace.chunk == SMALLEST
    for _ in range(10):
        pace.began(40 * S)
        pace.ended(SMALLEST, 40 * S)
    assert pace.chunk > 150_000


def test_a_slow_line_is_given_the_time_it_needs() -> None:
    """S25: a piece that needs a minute is not given up after half of one."""
    pace = learned(500)
    assert pace.seconds_for(pace.chunk) > 4 * pace.chunk / 500
