"""Checking records against an exported ledger: hash, signature, certificate, place in the ledger, chain."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from domain.errors import InputError
from registry.service.keys import verify
from registry.service.log.audit import MOST_NAMED, Ledger
from registry.service.log.export import RECORDS
from sync.protocol.records import GENESIS, RecordHead, Sealed, unb64, unseal


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A line of ``records.jsonl``, or a record's own file; ``state``: accepted, conflict or quarantined."""

    id: str
    hash: str
    sig: str
    record: str
    state: str = "accepted"


@dataclass
class Chains:
    """Per device: seq → (hash, prev) of what holds its place in the chain."""

    links: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    bad: Counter[str] = field(default_factory=Counter)
    good: int = 0


def check_records(folder: Path, ledger: Ledger) -> None:
    """All of ``records.jsonl``, when the export has it."""
    path = folder / RECORDS
    if not path.is_file():
        ledger.say("doubt", "no_records")
        return
    chains = Chains()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            _check_line(ledger, chains, line, number)
    for code, count in chains.bad.items():
        if count > MOST_NAMED:
            ledger.say("bad", "more_like_this", count=count - MOST_NAMED, what=code)
    if chains.good and not chains.bad:
        ledger.say("ok", "records_good", count=chains.good)
    _check_all_there(ledger, chains)
    _check_chains(ledger, chains)


def check_file(path: Path, ledger: Ledger) -> None:
    """One record in a file of its own, as a phone or the registry hands it out."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        ledger.say("bad", "record_unreadable", file=path.name)
        return
    problem, _ = _problem(ledger, kept)
    if problem:
        ledger.say("bad", problem, id=kept.id, file=path.name)
    else:
        ledger.say("ok", "record_good", id=kept.id, file=path.name)


def _check_line(ledger: Ledger, chains: Chains, line: bytes, number: int) -> None:
    try:
        kept = msgspec.json.decode(line, type=Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        ledger.say("bad", "line_unreadable", file=RECORDS, line=number)
        return
    problem, head = _problem(ledger, kept)
    if problem:
        chains.bad[problem] += 1
        if chains.bad[problem] <= MOST_NAMED:
            ledger.say("bad", problem, id=kept.id, file=RECORDS)
    else:
        chains.good += 1
    chains.seen.add(kept.hash)
    if head is not None and kept.state != "conflict":
        chains.links.setdefault(head.device, {})[head.seq] = (kept.hash, head.prev)


def _problem(ledger: Ledger, kept: Kept) -> tuple[str, RecordHead | None]:
    """(what is wrong with it, its head as far as it can be read)."""
    sealed = Sealed(id=kept.id, hash=kept.hash, sig=kept.sig, record=kept.record)
    try:
        head = unseal(sealed, lambda _sig, _data: True)
    except InputError as error:
        return ("record_changed" if error.code == "hash_mismatch" else "record_unreadable"), None
    certificate = ledger.certificates.get(head.device)
    if certificate is None or (head.author, head.county) != (certificate.user_id, certificate.county):
        return "record_uncertified", head
    try:
        signed = verify(unb64(certificate.public_key), unb64(kept.sig), kept.record.encode())
    except InputError:
        signed = False
    if not signed:
        return "record_forged", head
    if kept.state == "accepted" and kept.hash not in ledger.places:
        return "record_not_in_ledger", head
    return "", head


def _check_all_there(ledger: Ledger, chains: Chains) -> None:
    lost = [record for found, record in ledger.ids.items() if found not in chains.seen]
    for record in lost[:MOST_NAMED]:
        ledger.say("bad", "record_missing", id=record)
    if len(lost) > MOST_NAMED:
        ledger.say("bad", "more_like_this", count=len(lost) - MOST_NAMED)


def _check_chains(ledger: Ledger, chains: Chains) -> None:
    trouble = False
    for device, links in sorted(chains.links.items()):
        before = GENESIS
        for seq in range(1, max(links) + 1):
            link = links.get(seq)
            if link is None:
                trouble = True
                ledger.say("doubt", "chain_gap", device=device, seq=seq)
                before = ""
                continue
            if before and link[1] != before:
                trouble = True
                ledger.say("bad", "chain_broken", device=device, seq=seq)
            before = link[0]
    if chains.links and not trouble:
        ledger.say("ok", "chains_good", count=len(chains.links))
