"""Checking an exported ledger with nothing but its files: no database, no network, no registry.

Trust starts at the registry's public key. It stands in the export itself, so an auditor should hold it
against the one that was published, or bring an older head: both are ways to notice a ledger that was made up
as a whole. Findings are codes; the words for them are registry.cli.verify_words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from domain.errors import InputError
from domain.merkle import Frontier, leaf_hash
from registry.service.keys import certificate_bytes, verify
from registry.service.log.export import ABOUT, DEVICES, FORMAT, HEADS, LEAVES
from sync.protocol.keys import KeyRing, KeyStep
from sync.protocol.log import Leaf, LogProof, TreeHead, head_bytes, leaf_bytes, proof_holds
from sync.protocol.messages import Certificate
from sync.protocol.records import unb64

Level = Literal["ok", "doubt", "bad"]
T = TypeVar("T")
MOST_NAMED = 20
"""Of each kind of trouble so many are named, the rest only counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` says what was looked at and how it stands; ``params`` fill its sentence."""

    level: Level
    code: str
    params: dict[str, object] = field(default_factory=dict)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """``ledger.json``."""

    format: str
    county: str
    registry_key: str
    exported_at: str
    key_steps: list[KeyStep] = []


@dataclass
class Ledger:
    """What the files say, as far as it was checked. ``roots``: size → root, for the sizes asked about."""

    about: About
    ring: KeyRing
    places: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    def say(self, level: Level, code: str, **params: object) -> None:
        """One more finding."""
        self.found.append(Finding(level, code, params))

    def more(self, level: Level, count: int, **what: object) -> None:
        """Of ``count`` findings alike only MOST_NAMED were said one by one: how many more there are."""
        if count > MOST_NAMED:
            self.say(level, "more_like_this", count=count - MOST_NAMED, **what)

    def signed(self, data: bytes, sig: str, at: str) -> bool:
        """Whether the registry signed this with the key that it had ``at`` that time."""
        return self.ring.signed(data, sig, at)


def open_ledger(folder: Path, key: str | None, older: Sequence[Path]) -> Ledger:
    """Read and check the ledger itself: key, leaves, heads, certificates, older heads and proofs.

    ``key``: the published public key, base64url. Raises InputError("not_an_export" | "bad_key" |
    "bad_key_step").
    """
    about = _about(folder)
    _key(about.registry_key)
    ledger = Ledger(about, KeyRing(about.registry_key, about.key_steps, verify))
    heads = list(_read(folder / HEADS, TreeHead, ledger))
    brought = [(path, _older(path)) for path in older]
    sizes = {head.size for _, head in heads} | {one.size for _, (one, _) in brought if one is not None}
    _walk(folder, ledger, sizes)
    _check_key(ledger, key, _check_heads(ledger, heads))
    for path, (head, proof) in brought:
        _check_older(ledger, path.name, head, proof)
    _check_certificates(folder, ledger)
    return ledger


def _about(folder: Path) -> About:
    try:
        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError("not_an_export", folder=str(folder)) from error
    if about.format != FORMAT:
        raise InputError("not_an_export", folder=str(folder))
    return about


def _key(text: str) -> bytes:
    key = unb64(text)
    if len(key) != 32:
        raise InputError("bad_key")
    return key


def _check_key(ledger: Ledger, published: str | None, newest: TreeHead | None) -> None:
    """Whether the published key signed the ``newest`` good head: one that was given up can still sign a whole
    ledger, with a date of its own days."""
    if published is None:
        ledger.say("doubt", "key_unchecked", key=ledger.ring.newest)
    elif newest and verify(_key(published), unb64(newest.sig), head_bytes(newest)):
        ledger.say("ok", "key_matches")
    elif _key(published) not in ledger.ring.keys:
        ledger.say("bad", "key_differs")
    elif newest:  # without one, what is wrong with the heads was said
        ledger.say("doubt", "key_older", key=ledger.ring.newest)
    for step in ledger.about.key_steps:
        ledger.say("ok", "key_followed", key=step.key, since=step.since)


def _read(path: Path, shape: type[T], ledger: Ledger) -> Iterator[tuple[int, T]]:
    """(line number, what it says); lines that say nothing usable become findings."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield number, msgspec.json.decode(line, type=shape)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    ledger.say("bad", "line_unreadable", file=path.name, line=number)
    except OSError:
        ledger.say("bad", "file_missing", file=path.name)


def _walk(folder: Path, ledger: Ledger, sizes: set[int]) -> None:
    """Hash the leaves in their order, noting the root at each size that a head speaks of."""
    edge, odd = Frontier(), 0
    path = folder / LEAVES
    if not path.is_file():
        ledger.say("bad", "file_missing", file=LEAVES)
        return
    ledger.roots[0] = edge.root().hex()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            raw = line.removesuffix(b"\n")
            odd += not _note_leaf(ledger, raw, edge.size, number, odd)
            edge.add(leaf_hash(raw))
            if edge.size in sizes:
                ledger.roots[edge.size] = edge.root().hex()
    ledger.roots[edge.size] = edge.root().hex()
    if not odd:
        ledger.say("ok", "leaves_good", count=edge.size)
    ledger.more("bad", odd)


def _note_leaf(ledger: Ledger, raw: bytes, index: int, number: int, named: int) -> bool:
    try:
        leaf = msgspec.json.decode(raw, type=Leaf)
        code = "" if leaf_bytes(leaf) == raw else "leaf_not_canonical"
        code = code or ("leaf_twice" if leaf.hash in ledger.places else "")
        ledger.places.setdefault(leaf.hash, index)
        ledger.ids.setdefault(leaf.hash, leaf.id)
    except (msgspec.MsgspecError, UnicodeDecodeError, InputError):
        code = "line_unreadable"
    if code and named < MOST_NAMED:
        ledger.say("bad", code, file=LEAVES, line=number)
    return not code


def _check_heads(ledger: Ledger, heads: Sequence[tuple[int, TreeHead]]) -> TreeHead | None:
    """The newest that holds."""
    good: list[TreeHead] = []
    for number, head in heads:
        problem = _head_problem(ledger, head)
        if problem:
            ledger.say("bad", problem, line=number, time=head.time, size=head.size)
        else:
            good.append(head)
    if good:
        ledger.say("ok", "heads_good", count=len(good))
    whole, newest = max(ledger.roots, default=0), max(good, key=_order, default=None)
    covered = newest.size if newest else 0
    if not heads:
        ledger.say("bad", "no_heads")
    elif covered < whole:
        ledger.say("bad", "leaves_beyond_head", count=whole - covered)
    return newest


def _order(head: TreeHead) -> tuple[int, str]:
    return head.size, head.time


def _head_problem(ledger: Ledger, head: TreeHead) -> str:
    if head.county != ledger.about.county or not ledger.signed(head_bytes(head), head.sig, head.time):
        return "head_forged"
    if head.size not in ledger.roots:
        return "head_too_big"
    return "" if ledger.roots[head.size] == head.root else "head_differs"


def _older(path: Path) -> tuple[TreeHead | None, LogProof | None]:
    """An older head, or a phone's proof with its head."""
    try:
        data = path.read_bytes()
        fields: Any = msgspec.json.decode(data)
        if isinstance(fields, dict) and "leaf" in fields:
            proof = msgspec.convert(fields, LogProof)
            return proof.head, proof
        return msgspec.convert(fields, TreeHead), None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None, None


def _check_older(ledger: Ledger, name: str, head: TreeHead | None, proof: LogProof | None) -> None:
    if head is None:
        ledger.say("bad", "older_unreadable", file=name)
        return
    problem = _head_problem(ledger, head)
    if problem:
        words = {
            "head_forged": "older_forged",
            "head_too_big": "older_shrunk",
            "head_differs": "older_differs",
        }
        ledger.say("bad", words[problem], file=name, size=head.size, time=head.time)
        return
    ledger.say("ok", "older_contained", file=name, size=head.size, time=head.time)
    if proof is None:
        return
    signed = partial(ledger.signed, at=head.time)
    held = proof_holds(proof, signed) and ledger.places.get(proof.leaf.hash) == proof.index
    ledger.say("ok" if held else "bad", "proof_good" if held else "proof_bad", file=name, id=proof.leaf.id)


def _check_certificates(folder: Path, ledger: Ledger) -> None:
    bad = 0
    for number, certificate in _read(folder / DEVICES, Certificate, ledger):
        if ledger.signed(certificate_bytes(certificate), certificate.sig, certificate.issued_at):
            ledger.certificates[certificate.device_id] = certificate
        else:
            bad += 1
            ledger.say("bad", "certificate_forged", line=number, device=certificate.device_id)
    if ledger.certificates and not bad:
        ledger.say("ok", "certificates_good", count=len(ledger.certificates))
