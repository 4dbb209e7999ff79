"""Checking records against an exported ledger: hash, signature, certificate, place in the ledger, chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from domain.errors import InputError
from registry.service.keys import verify
from registry.service.log.audit import MOST_NAMED, Ledger, Level
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
        ledger.more("bad", count, what=code)
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
    ledger.more("bad", len(lost))


def _check_chains(ledger: Ledger, chains: Chains) -> None:
    said: Counter[tuple[Level, str]] = Counter()
    for device, links in sorted(chains.links.items()):
        for level, code, params in _troubles(links):
            said[level, code] += 1
            if said[level, code] <= MOST_NAMED:
                ledger.say(level, code, device=device, **params)
    for (level, code), count in said.items():
        ledger.more(level, count, what=code)
    if chains.links and not said:
        ledger.say("ok", "chains_good", count=len(chains.links))


def _troubles(links: Mapping[int, tuple[str, str]]) -> Iterator[tuple[Level, str, dict[str, int]]]:
    """Holes, each as a whole, and links to another predecessor; only numbers that are there are walked, for
    one of them may be as large as a phone likes."""
    number, before = 0, GENESIS
    for seq in sorted(links):
        if seq == number + 2:
            yield "doubt", "chain_gap", {"seq": seq - 1}
        elif seq > number + 2:
            yield "doubt", "chain_gaps", {"first": number + 1, "last": seq - 1, "count": seq - number - 1}
        elif links[seq][1] != before:
            yield "bad", "chain_broken", {"seq": seq}
        number, before = seq, links[seq][0]
