"""Giving dead bytes back, one short step at a time.

A step rewrites a run of neighbouring old segments as one new segment: the live documents, the
tombstones that older segments still need, and a mark per table. The new segment replaces the first of
the run; the others are removed in ascending order, so that a crash between two steps replays to the
same state: each remaining old segment only repeats what the newer ones then overwrite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.store.frames import CLEAR, DELETE, DROP, MARK, PUT, SCHEMA, Op, op_size
from app.store.journal import SEGMENT_SIZE, Journal
from app.store.memory import Memory

#: A flash page: one damaged page then costs a few documents, not a whole segment.
GROUP_SIZE = 4096
#: A segment is worth rewriting when this share of it is dead.
DEAD_SHARE = 0.3


def _old(journal: Journal) -> list[int]:
    """Segments that take no appends and may be rewritten."""
    whole = (n for n, segment in journal.segments.items() if not segment.frozen)
    return sorted(n for n in whole if n != journal.last_number)


def choose(journal: Journal, memory: Memory) -> list[int]:
    """The next run of segments to rewrite, oldest first; empty when nothing is worth it."""
    old = _old(journal)
    clean = True
    for number in old:
        segment = journal.segments[number]
        dead = memory.dead[number] + (memory.tombs[number] if clean else 0)
        if segment.damage or dead > DEAD_SHARE * segment.size:
            return _run(journal, memory, old, number)
        clean = clean and not memory.dead[number]
    for number in old:
        run = _run(journal, memory, old, number)
        if len(run) > 1:
            return run
    return []


def smallest(journal: Journal, memory: Memory) -> list[int]:
    """On a full disk: the one segment whose rewriting needs least room; empty when none gives any back."""
    dirty = [n for n in _old(journal) if memory.dead[n] > DEAD_SHARE * journal.segments[n].size]
    return sorted(dirty, key=lambda n: journal.segments[n].size - memory.dead[n])[:1]


def _run(journal: Journal, memory: Memory, old: list[int], first: int) -> list[int]:
    """``first`` and the neighbours after it whose live bytes fit into one segment together."""
    run: list[int] = []
    room = SEGMENT_SIZE
    for number in old[old.index(first) :]:
        room -= journal.segments[number].size - memory.dead[number]
        if run and room < 0:
            break
        run.append(number)
    return run


def rewrite(journal: Journal, memory: Memory, run: list[int]) -> None:
    """Replace the segments of ``run`` by one; raises PlatformError (then nothing was replaced)."""
    first, inside = run[0], set(run)
    older = [n for n in journal.segments if n < first]
    tombs: list[Op] = []
    if any(memory.dead[n] or journal.segments[n].damage for n in older):
        tombs = [op for n in run for op in journal.read_ops(n) if op.kind in (DELETE, CLEAR, DROP)]
    live = list(_live(memory, inside))
    marks = [Op(MARK, name, data.last_id) for name, data in memory.tables.items()]
    ops = [*tombs, Op(SCHEMA, "", memory.schema), *marks, *live]
    journal.segments[first] = journal.create(first, _groups(ops))
    _account(memory, run, tombs, live)
    for number in run[1:]:
        journal.drop(number)


def _live(memory: Memory, inside: set[int]) -> Iterator[Op]:
    """Taken from memory, which was proven when it was read, not from the disk again."""
    for name, data in memory.tables.items():
        for doc_id, at in data.where.items():
            if at in inside:
                yield Op(PUT, name, doc_id, data.docs[doc_id])


def _groups(ops: Iterable[Op]) -> Iterator[list[Op]]:
    group: list[Op] = []
    size = 0
    for op in ops:
        group.append(op)
        size += op_size(op.table, op.raw)
        if size >= GROUP_SIZE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _account(memory: Memory, run: list[int], tombs: list[Op], live: list[Op]) -> None:
    for number in run:
        memory.dead.pop(number, None)
        memory.tombs.pop(number, None)
    memory.tombs[run[0]] = sum(op_size(op.table, b"") for op in tombs)
    for op in live:
        memory.tables[op.table].where[op.doc_id] = run[0]
