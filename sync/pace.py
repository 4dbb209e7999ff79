"""What the line can carry, learned from what it carried: how large a piece is, how many go side by side.

One Pace for all uploads, because they share one line.
"""

from __future__ import annotations

KB = 1024
SMALLEST, LARGEST, FIRST = 32 * KB, 1024 * KB, 160 * KB
PIECE_S = 6.0
"""A piece should take about this long: little is lost when the line breaks, little spent on headers."""
MEMORY_S = 12.0
"""Only about so much sending counts; the line changes as the phone moves."""
ENOUGH, ENOUGH_S = 24 * KB, 5.0
"""Bytes, or seconds, before a rate is believed."""
PATIENCE_S = 60.0
"""An upload may always take this long, and four times what the rate promises."""
LADDER = ((16 * KB, 2), (48 * KB, 3), (128 * KB, 5))
"""Below so many bytes per second, so many uploads at once; several, because each has to wait for answers, and
lost packets slow one connection down but hardly eight."""
MOST, MOST_IN_BROWSER = 8, 5
"""Of the six connections that a browser makes to one host, one is left for text."""


class Pace:
    """Times are nanoseconds of a monotonic clock, sizes bytes."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._flying = 0
        self._since = 0
        self._bytes = self._busy_s = 0.0
        self._cap = LARGEST

    @property
    def rate(self) -> float | None:
        """Bytes per second of all uploads together, while there were any; None: not known yet."""
        if self._bytes < ENOUGH and self._busy_s < ENOUGH_S:
            return None
        return max(self._bytes, 1.0) / max(self._busy_s, 1e-3)

    @property
    def streams(self) -> int:
        """How many uploads may run side by side."""
        rate = self.rate
        if rate is None:
            return LADDER[0][1]
        return min(self._most, next((count for below, count in LADDER if rate < below), MOST))

    @property
    def chunk(self) -> int:
        """How large the next piece may be."""
        rate = self.rate
        wanted = FIRST if rate is None else int(rate * PIECE_S / self.streams)
        return min(max(wanted, SMALLEST), self._cap)

    def seconds_for(self, size: int) -> float:
        """How long to wait for the answer to a request of this size before giving it up."""
        rate = self.rate
        return PATIENCE_S if rate is None else max(PATIENCE_S, 4 * size * self.streams / rate)

    def began(self, now_ns: int) -> None:
        """A request with bytes leaves."""
        self._account(now_ns)
        self._flying += 1

    def ended(self, size: int, now_ns: int) -> None:
        """It was answered: ``size`` bytes have arrived."""
        self._account(now_ns)
        self._flying -= 1
        self._bytes += size
        self._cap = min(self._cap * 2, LARGEST)
        if self._busy_s > MEMORY_S:
            self._bytes *= MEMORY_S / self._busy_s
            self._busy_s = MEMORY_S

    def failed(self, now_ns: int) -> None:
        """It was not: smaller pieces lose less."""
        self._account(now_ns)
        self._flying -= 1
        self._cap = max(min(self._cap, self.chunk) // 2, SMALLEST)

    def _account(self, now_ns: int) -> None:
        if self._flying:
            self._busy_s += (now_ns - self._since) / 10**9
        self._since = now_ns
