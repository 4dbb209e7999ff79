"""A poor line between two ends of this machine.

As root: a network namespace for the phone, joined to ours by two TUN devices. The kernel's ``tc tbf`` limits
the bandwidth of each direction, and the relay here carries IP packets between the two, late, with losses and
cuts; TCP's own retransmission does the rest. Without root, ``bench.link_relay`` carries bytes between ports.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import random
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TUN = Path("/dev/net/tun")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
"""<linux/if_tun.h>"""
NEAR, FAR = (f"10.213.{os.getpid() % 250}.{end}" for end in (1, 2))  # several lines side by side
MTU = 1500
TCP = 6
RST_ACK = 0x14


@dataclass(frozen=True)
class Line:
    """``bits``: bandwidth per second each way; ``delay_s``: one way; ``loss``: share of packets lost, each
    way; ``cut_every_s``: all connections break this often, and nothing passes for ``cut_for_s``. 0: never."""

    name: str
    bits: int
    delay_s: float = 0.0
    loss: float = 0.0
    cut_every_s: float = 0.0
    cut_for_s: float = 2.0

    def cut(self, since: float) -> int | None:
        """Number of the present cut at ``since`` seconds after the start, None while the line is whole."""
        if not self.cut_every_s or since < self.cut_every_s:
            return None
        number, within = divmod(since, self.cut_every_s)
        return int(number) if within < self.cut_for_s else None


@dataclass
class Counted:
    """IP packets and bytes that the line carried (or lost) from the phone and to it."""

    up_bytes: int = 0
    down_bytes: int = 0
    packets: int = 0
    lost: int = 0
    cuts: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Way:
    """How to reach the registry: it listens on ``host``; the phone is started with ``prefix`` before its
    command; ``shaped_by`` says what limits the bandwidth."""

    host: str
    prefix: list[str]
    counted: Counted
    shaped_by: str


def can_make_namespaces() -> bool:
    """Root, TUN and tc are here."""
    if sys.platform != "linux" or os.geteuid() != 0 or not TUN.exists():
        return False
    try:
        _run("ip", "netns", "add", "nuanfang-try")
        _run("ip", "netns", "del", "nuanfang-try")
        _run("tc", "-V")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@contextmanager
def poor_line(line: Line) -> Iterator[Way]:
    """Namespace, devices and relay for as long as the block runs; needs ``can_make_namespaces()``."""
    space = f"nuanfang-{os.getpid()}"
    ours, theirs = f"nfo{os.getpid() % 10**6}", f"nfp{os.getpid() % 10**6}"
    _run("ip", "netns", "add", space)
    handles: list[int] = []
    try:
        handles = [_tun(ours), _tun(theirs)]
        _run("ip", "link", "set", theirs, "netns", space)
        _up(ours, FAR, NEAR, line, ())
        _up(theirs, NEAR, FAR, line, ("-n", space))
        relay = PacketRelay(line, near=handles[1], far=handles[0])
        with relay.running():
            # Every kernel allows reno, and losses disturb it most; the registry keeps what its host uses.
            prefix = ["ip", "netns", "exec", space, "sh", "-c", _RENO, "phone"]
            yield Way(FAR, prefix, relay.counted, "tc tbf in a network namespace")
    finally:
        for handle in handles:
            os.close(handle)
        _run("ip", "netns", "del", space)


_RENO = 'sysctl -qw net.ipv4.tcp_congestion_control=reno; exec "$@"'


class PacketRelay:
    """Carries packets between two TUN devices: ``near`` is the phone's, ``far`` the registry's."""

    def __init__(self, line: Line, near: int, far: int, seed: int = 1) -> None:
        self.line, self.counted = line, Counted()
        self._near, self._far = near, far
        self._random = random.Random(seed)
        self._started = 0.0
        self._known: dict[bytes, int] = {}
        """Connection → number of cuts that had been when it was first seen."""
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def running(self) -> Iterator[None]:
        """In a thread of its own."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    def _run(self) -> None:
        self._started = time.monotonic()
        self._loop.add_reader(self._near, self._take, self._near, self._far)
        self._loop.add_reader(self._far, self._take, self._far, self._near)
        self._loop.run_forever()
        self._loop.close()

    def _take(self, source: int, target: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while packet := os.read(source, MTU + 100):
                self._carry(packet, source, target)

    def _carry(self, packet: bytes, source: int, target: int) -> None:
        self.counted.packets += 1
        if source == self._near:
            self.counted.up_bytes += len(packet)
        else:
            self.counted.down_bytes += len(packet)
        since = time.monotonic() - self._started
        if self._broken(packet, since, source) or self._random.random() < self.line.loss:
            self.counted.lost += 1
            return
        self._loop.call_later(self.line.delay_s, self._put, target, packet)

    def _broken(self, packet: bytes, since: float, source: int) -> bool:
        """During a cut nothing passes; connections from before it are then refused to both sides."""
        if not self.line.cut_every_s or packet[0] >> 4 != 4 or packet[9] != TCP:
            return False
        now = self.line.cut(since)
        if now is not None:
            self.counted.cuts.add(now)
            return True
        epoch = int(since // self.line.cut_every_s)
        if self._known.setdefault(_connection(packet), epoch) == epoch:
            return False
        reset = reset_for(packet)
        if reset:
            self._put(source, reset)
        return True

    @staticmethod
    def _put(target: int, packet: bytes) -> None:
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(target, packet)


def _connection(packet: bytes) -> bytes:
    """The same key for both directions."""
    head = (packet[0] & 15) * 4
    ends = sorted((packet[12:16] + packet[head : head + 2], packet[16:20] + packet[head + 2 : head + 4]))
    return ends[0] + ends[1]


def reset_for(packet: bytes) -> bytes:
    """The RST (RFC 9293) that answers an IPv4 TCP packet; empty for one that is itself a RST."""
    head = (packet[0] & 15) * 4
    source, target, seq, ack, offset, flags = struct.unpack("!HHIIBB", packet[head : head + 14])
    if flags & 4:
        return b""
    size = len(packet) - head - (offset >> 4) * 4 + bool(flags & 2) + bool(flags & 1)
    fields = (target, source, ack, (seq + size) & 0xFFFFFFFF, 5 << 4, RST_ACK, 0, 0, 0)
    tcp = struct.pack("!HHIIBBHHH", *fields)
    pseudo = packet[16:20] + packet[12:16] + struct.pack("!BBH", 0, TCP, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", _checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, TCP, 0) + packet[16:20] + packet[12:16]
    return ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:] + tcp


def _checksum(data: bytes) -> int:
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = int(sum(struct.unpack(f"!{len(data) // 2}H", data)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _tun(name: str) -> int:
    handle = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return handle


def _up(device: str, address: str, peer: str, line: Line, space: tuple[str, ...]) -> None:
    """Address, and a token bucket whose queue holds at most a second."""
    _run("ip", *space, "addr", "add", address, "peer", peer, "dev", device)
    _run("ip", *space, "link", "set", device, "mtu", str(MTU), "up")
    burst = str(max(2 * MTU, line.bits // 8 // 16))  # a busy machine wakes late: 60 ms are made up for
    rate = ("rate", f"{line.bits}bit", "burst", burst, "latency", "1000ms")
    _run("tc", *space, "qdisc", "add", "dev", device, "root", "tbf", *rate)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
