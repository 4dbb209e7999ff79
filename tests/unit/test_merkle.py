"""The Merkle tree of RFC 9162: known vectors, every size up to 300, every way to tamper (S9)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.merkle import (
    EMPTY,
    Frontier,
    consistency_spans,
    grow,
    inclusion_spans,
    leaf_hash,
    node_hash,
    perfect,
    span_hash,
    verify_consistency,
    verify_inclusion,
)

# Inputs and roots that the implementations of Certificate Transparency share (RFC 6962 hashes as 9162).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes([number % 256, number // 256])) for number in range(300)]
NODES = grow(0, LEAVES, {})


def naive(leaves: list[bytes]) -> bytes:
    """MTH as §2.1.1 writes it down."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive(leaves[:k]), naive(leaves[k:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as §2.1.3.1 writes it down."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*naive_path(index, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive(leaves[:k])]


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF as §2.1.4.1 writes it down."""
    if old == len(leaves):
        return [] if whole else [naive(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if old <= k:
        return [*naive_proof(old, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_proof(old - k, leaves[k:], False), naive(leaves[:k])]


def root(size: int) -> bytes:
    return span_hash((0, size), NODES)


def path(index: int, size: int) -> list[bytes]:
    return [span_hash(span, NODES) for span in inclusion_spans(index, size)]


def proof(old: int, new: int) -> list[bytes]:
    return [span_hash(span, NODES) for span in consistency_spans(old, new)]


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    """The reference trees of Certificate Transparency have these roots."""
    leaves = [leaf_hash(data) for data in INPUTS[:size]]
    assert span_hash((0, size), grow(0, leaves, {})).hex() == ROOTS[size]


def test_known_paths() -> None:
    """RFC 9162 §2.1.5: the seven-leaf example's paths and proofs, by the letters it gives the nodes."""
    leaf = [leaf_hash(data) for data in INPUTS[:7]]
    a, b, c, d, e, f, j = leaf
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741 - the RFC's own letters
    nodes = grow(0, leaf, {})
    assert span_hash((0, 7), nodes) == node_hash(k, l)

    def named(spans: list[tuple[int, int]]) -> list[bytes]:
        return [span_hash(span, nodes) for span in spans]

    assert named(inclusion_spans(0, 7)) == [b, h, l]
    assert named(inclusion_spans(3, 7)) == [c, g, l]
    assert named(inclusion_spans(4, 7)) == [f, j, k]
    assert named(inclusion_spans(6, 7)) == [i, k]
    assert named(consistency_spans(3, 7)) == [c, d, g, l]
    assert named(consistency_spans(4, 7)) == [l]
    assert named(consistency_spans(6, 7)) == [i, j, k]


def test_every_size_up_to_three_hundred() -> None:
    """Root and perfect subtrees agree with the definition at every size, and so does reading leaf by leaf."""
    edge = Frontier()
    for size in range(301):
        assert root(size) == edge.root() == naive(LEAVES[:size]), size
        if size < 300:
            edge.add(LEAVES[size])
        assert sum(1 << level for level, _ in perfect(0, size)) == size


def test_growing_in_steps_is_growing_at_once() -> None:
    """However the leaves arrive, the tree is the same, and only its right edge must be known."""
    known: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in (1, 2, 3, 50, 7, 1, 100, 136):
        edge = {node: known[node] for node in perfect(0, size)}
        known |= grow(size, LEAVES[size : size + step], edge)
        size += step
    assert size == 300
    assert known == NODES


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_leaf_of_any_tree_is_proven(data: st.DataObject) -> None:
    """The path is the RFC's, it verifies, and nothing else does."""
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    found = path(index, size)
    assert found == naive_path(index, LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, found, root(size))
    other = data.draw(st.integers(0, 299).filter(lambda n: n != index))
    assert not verify_inclusion(LEAVES[other], index, size, found, root(size))
    assert not verify_inclusion(LEAVES[index], other, size, found, root(size))
    assert not verify_inclusion(LEAVES[index], index, size, [*found, EMPTY], root(size))
    assert not verify_inclusion(LEAVES[index], index, size, found, EMPTY)
    assert not verify_inclusion(LEAVES[index], index, size, [one[:-1] for one in found] or [b""], root(size))
    if found:
        assert not verify_inclusion(LEAVES[index], index, size, found[:-1], root(size))
        at = data.draw(st.integers(0, len(found) - 1))
        bit = 1 << data.draw(st.integers(0, 7))
        spoiled = [*found]
        spoiled[at] = bytes([spoiled[at][0] ^ bit]) + spoiled[at][1:]
        assert not verify_inclusion(LEAVES[index], index, size, spoiled, root(size))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_tree_is_proven_to_contain_any_earlier_one(data: st.DataObject) -> None:
    """The proof is the RFC's, it verifies, and nothing else does."""
    new = data.draw(st.integers(0, 300))
    old = data.draw(st.integers(0, new))
    found = proof(old, new)
    if old:
        assert found == naive_proof(old, LEAVES[:new])
    assert verify_consistency(old, new, root(old), root(new), found)
    wrong = hashlib.sha256(b"another tree").digest()
    assert not verify_consistency(old, new, wrong, root(new), found)
    assert not verify_consistency(old, new, root(old), root(new), [*found, EMPTY])
    if 0 < old < new:
        assert not verify_consistency(old, new, root(old), wrong, found)
        assert not verify_consistency(old, new, root(old), root(new), [])
        at = data.draw(st.integers(0, len(found) - 1))
        spoiled = [*found]
        spoiled[at] = bytes([spoiled[at][0] ^ 1]) + spoiled[at][1:]
        assert not verify_consistency(old, new, root(old), root(new), spoiled)
        assert not verify_consistency(old, new, root(old), root(new), found[:-1])
        assert not verify_consistency(new, old, root(new), root(old), found)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 300), st.data())
def test_a_changed_or_lost_leaf_changes_the_root(size: int, data: st.DataObject) -> None:
    """One leaf changed, lost, doubled or moved: another root, and no proof from the honest tree fits."""
    leaves = LEAVES[:size]
    at = data.draw(st.integers(0, size - 1))
    other = (at + 1) % size
    swapped = [*leaves]
    swapped[at], swapped[other] = swapped[other], swapped[at]
    changed = [*leaves]
    changed[at] = EMPTY
    for tampered in (
        changed,
        swapped,
        leaves[:at] + leaves[at + 1 :],
        [*leaves[:at], leaves[at], *leaves[at:]],
    ):
        forged = span_hash((0, len(tampered)), grow(0, tampered, {}))
        assert forged != root(size)
        assert not verify_inclusion(leaves[at], at, size, path(at, size), forged)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_path_for_what_is_not_there(index: int, size: int) -> None:
    """Asking for a leaf outside the tree is an error, and verifying one is False."""
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_spans(index, size)
    assert not verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_tree_never_shrinks(old: int, new: int) -> None:
    """There is no proof that a tree became smaller."""
    with pytest.raises(ValueError, match="only grows"):
        consistency_spans(old, new)
    assert not verify_consistency(old, new, EMPTY, EMPTY, [])
