"""docs/protocol.md is true: its examples are real, its tables complete (E, HABITS 14)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from protocol_examples import PAGE, between, blocks, examples, phone_rows, problem_rows

from domain import models
from domain.models import VisitBody
from registry.api.app import ROUTES
from sync.protocol import devices, edits, forms, log, messages, supervision
from sync.protocol.versions import HEADER, MAX

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
AGAIN = "write it again: python tests/unit/protocol_examples.py"


def said(name: str) -> Any:
    return json.loads(BLOCKS[name])


def key(name: str) -> Ed25519PublicKey:
    texts = {"device": said("EnrolRequest")["public_key"], "registry": said("EnrolAnswer")["registry_key"]}
    return Ed25519PublicKey.from_public_bytes(unpadded(texts[name]))


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def plain(value: Any) -> bytes:
    """Canonical JSON as the page describes it, written down a second time."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize("name", examples())
def test_each_example_is_what_the_product_makes(name: str) -> None:
    """Whoever copies an example from the page copies what really travels."""
    assert BLOCKS.get(name) == examples()[name], AGAIN


@pytest.mark.parametrize("name", [name for name in examples() if name not in {"record", "creation"}])
def test_each_example_has_all_fields_of_its_type(name: str) -> None:
    """An example decodes as its type and leaves no field out."""
    shape = next(getattr(one, name) for one in (messages, forms, models) if hasattr(one, name))
    decoded = msgspec.json.decode(BLOCKS[name], type=shape)
    assert json.loads(msgspec.json.encode(decoded)) == said(name)


def test_the_example_record_hashes_and_verifies_by_the_pages_own_words() -> None:
    """Somebody with only the page, a SHA-256 and an Ed25519 gets the same hash and a valid signature."""
    (item,) = said("RecordBatch")["records"]
    raw = item["record"].encode()
    assert item["record"] == BLOCKS["record"]
    assert plain(json.loads(raw)) == raw
    assert hashlib.sha256(raw).hexdigest() == item["hash"]
    key("device").verify(unpadded(item["sig"]), raw)
    with pytest.raises(InvalidSignature):
        key("device").verify(unpadded(item["sig"]), raw + b" ")
    msgspec.convert(json.loads(raw)["body"], VisitBody)


def test_the_example_signatures_verify_by_the_pages_own_words() -> None:
    """Proof, assertion, certificate, time and checkpoint: each over exactly the bytes the page names."""
    asked, answer = said("EnrolRequest"), said("EnrolAnswer")
    proof = f"nuanfang-enrol:{asked['code']}:{asked['device_id']}".encode()
    key("device").verify(unpadded(asked["proof"]), proof)
    head, claims, sig = said("TokenRequest")["assertion"].split(".")
    key("device").verify(unpadded(sig), f"{head}.{claims}".encode())
    time = answer["time"]
    key("registry").verify(
        unpadded(time["sig"]), f"nuanfang-time:{asked['device_id']}:{time['server_time']}".encode()
    )
    for fields in (answer["certificate"], said("RecordsAnswer")["checkpoint"]):
        key("registry").verify(unpadded(fields.pop("sig")), plain(fields))


def test_the_example_upload_carries_true_hashes() -> None:
    """The creation's metadata and checksum are those of its body."""
    head, body = BLOCKS["creation"].split("\n\n", 1)
    lines = dict(line.split(": ", 1) for line in head.splitlines()[1:])
    digest = hashlib.sha256(body.encode())
    meta = dict(pair.split(" ") for pair in lines["Upload-Metadata"].split(","))
    assert base64.b64decode(meta["sha256"]).decode() == digest.hexdigest()
    assert lines["Upload-Checksum"] == "sha256 " + base64.b64encode(digest.digest()).decode()
    assert int(lines["Upload-Length"]) == len(body.encode())
    assert lines[HEADER] == str(MAX)


def test_the_tables_of_codes_are_the_catalogues() -> None:
    """Every code, its status, and whether trying again helps: no more and no fewer."""
    assert between(TEXT, "problems") == problem_rows(), AGAIN
    assert between(TEXT, "phone") == phone_rows(), AGAIN


@pytest.mark.parametrize("module", [messages, supervision, log, devices, forms, edits])
def test_every_message_is_named(module: Any) -> None:
    """No type of the wire is left out of the page."""
    parts = {"Me", "Change", "VisitRow", "Check", "MediaRef", "Coverage", "QuarantineRow", "RecordResult"}
    for name, shape in vars(module).items():
        if (
            isinstance(shape, type)
            and issubclass(shape, msgspec.Struct)
            and shape.__module__ == module.__name__
        ):
            assert name in parts or re.search(rf"\b{name}\b", TEXT), name


def test_every_route_is_described() -> None:
    """Whatever the registry serves under /v1 stands on the page."""
    page = re.sub(r"\{[^}]*\}", "{}", TEXT)
    for handler in ROUTES:
        for path in handler.paths:
            if path.startswith("/v1/"):
                named = re.sub(r"\{[^}]*\}", "{}", path)
                assert named in page or named.removesuffix("/{}") in page, path
