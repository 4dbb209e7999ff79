"""Merkle trees as in RFC 9162 §2.1: leaf and node hashes, proofs of inclusion and of consistency.

Shared by the registry that builds the tree, the phone that checks a proof, and the auditor's ``verify``.
A tree of ``size`` leaves is made of *perfect* subtrees, each named (level, index): level 0 is a leaf, and
(level, index) covers the leaves ``index * 2**level`` up to ``(index + 1) * 2**level``. Whoever stores those
can give any proof of any size with a few look-ups. All hashes are 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

HASH_SIZE = 32
EMPTY = hashlib.sha256(b"").digest()
"""Root of the tree without leaves."""

Node = tuple[int, int]
Span = tuple[int, int]
"""Leaves from the first up to, not including, the second."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, leaves: Sequence[bytes], known: Mapping[Node, bytes]) -> dict[Node, bytes]:
    """All perfect subtrees that become complete when ``leaves`` (their hashes) follow the first ``size``.

    ``known`` must hold ``perfect(0, size)``.
    """
    made: dict[Node, bytes] = {}
    for index, leaf in enumerate(leaves, size):
        node, found = (0, index), leaf
        made[node] = found
        while node[1] % 2:
            left = (node[0], node[1] - 1)
            found = node_hash(made[left] if left in made else known[left], found)
            node = (node[0] + 1, node[1] // 2)
            made[node] = found
    return made


def perfect(start: int, end: int) -> list[Node]:
    """The perfect subtrees that make up a span of the tree, from the left; ``start`` as proofs have it."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def span_hash(span: Span, nodes: Mapping[Node, bytes]) -> bytes:
    """MTH of a span, from its perfect subtrees."""
    return fold([nodes[node] for node in perfect(*span)])


def fold(edge: Sequence[bytes]) -> bytes:
    """One root of perfect subtrees that stand side by side, the largest first."""
    if not edge:
        return EMPTY
    *rest, found = edge
    for left in reversed(rest):
        found = node_hash(left, found)
    return found


class Frontier:
    """A tree that is only read from left to right: its right edge, whatever its size."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """The next leaf's hash."""
        found = leaf
        for _ in range(((self.size + 1) & -(self.size + 1)).bit_length() - 1):
            found = node_hash(self._edge.pop(), found)
        self._edge.append(found)
        self.size += 1

    def root(self) -> bytes:
        """MTH of all leaves so far."""
        return fold(self._edge)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Whose hashes make PATH(index, D[size]) (§2.1.3.1), in the proof's order: from the leaf up."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    found: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Whose hashes make PROOF(old, D[new]) (§2.1.4.1), in the proof's order; none when there is nothing to
    prove (an empty or an equal tree)."""
    if not 0 <= old <= new:
        raise ValueError("a tree only grows")
    if old in (0, new):
        return []
    found: list[Span] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return ([(start, end)] if start else []) + found[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """§2.1.3.2: whether the leaf with this hash stands at ``index`` of the tree with this root."""
    if not 0 <= index < size or not _hashes(path):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node % 2 or node == last:
            found = node_hash(sibling, found)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """§2.1.4.2: whether the tree of ``new`` leaves only adds to the tree of ``old`` leaves."""
    if not 0 <= old <= new or not _hashes(path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    steps: Iterator[bytes] = iter(path if old & (old - 1) else [old_root, *path])
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    first = next(steps, None)
    if first is None:
        return False
    before = after = first
    for sibling in steps:
        if last == 0:
            return False
        if node % 2 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _hashes(path: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_SIZE for one in path)
