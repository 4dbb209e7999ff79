"""The examples of docs/protocol.md, made by the product's own code from two fixed keys.

To write them again after a change: python tests/unit/protocol_examples.py (from the repository's root).
"""

from __future__ import annotations

import base64
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from domain.codes import NeedKind, NeedSeverity, PhotoKind, VisitResult, VisitType  # noqa: E402
from domain.event_time import EventTime, SealedTime, Sent  # noqa: E402
from domain.models import Need, PhotoRef, SurveyBody, VisitBody, Visitor  # noqa: E402
from domain.models.survey import SurveyFile  # noqa: E402
from domain.places import Place  # noqa: E402
from sync.protocol import forms as f  # noqa: E402
from sync.protocol import messages as m  # noqa: E402
from sync.protocol.canonical import canonical, sha256_hex  # noqa: E402
from sync.protocol.keys import KeyStep, step_bytes  # noqa: E402
from sync.protocol.problems import PROBLEMS  # noqa: E402
from sync.protocol.records import GENESIS, RecordHead, Sealed, b64, seal  # noqa: E402

PAGE = ROOT / "docs" / "protocol.md"
DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
REGISTRY_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(33, 65)))
NEXT_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(65, 97)))
DEVICE = "0193a5e0-7c00-7000-8000-000000000001"
USER = "0193a5e0-7c00-7000-8000-000000000002"
RECORD = "0193a5e0-7c00-7000-8000-000000000003"
HOME = "0193a5e0-7c00-7000-8000-000000000004"
CAMPAIGN = "0193a5e0-7c00-7000-8000-000000000005"
ORG = "0193a5e0-7c00-7000-8000-000000000006"
UPLOAD = "0193a5e0-7c00-7000-8000-000000000007"
CODE = "7K3M-Q9XT"
SERVER_TIME = "2026-11-21T08:00:00.000Z"
SMALL = b"a small signature"


def registry_sign(text: str) -> str:
    return b64(REGISTRY_KEY.sign(text.encode()))


def key_step() -> KeyStep:
    """The registry's second key, from the day after."""
    old, new = (b64(one.public_key().public_bytes_raw()) for one in (REGISTRY_KEY, NEXT_KEY))
    since = "2026-11-22T08:00:00.000Z"
    data = step_bytes(old, new, since)
    return KeyStep(key=new, since=since, sig=b64(REGISTRY_KEY.sign(data)), proof=b64(NEXT_KEY.sign(data)))


def signed(message: Any) -> Any:
    fields = msgspec.to_builtins(message)
    fields.pop("sig")
    return msgspec.structs.replace(message, sig=registry_sign(canonical(fields)))


TIME = m.SignedTime(server_time=SERVER_TIME, sig=registry_sign(f"nuanfang-time:{DEVICE}:{SERVER_TIME}"))
ME = m.Me(
    user_id=USER,
    name="王建国",
    role="cadre",
    org_id=ORG,
    org_name="青山县城关镇总工会",
    county="990100",
    roles=["cadre"],
)


def event(second: int) -> EventTime:
    return EventTime(
        device_time=datetime(2026, 11, 21, 10, 30, second, tzinfo=UTC),
        monotonic_ns=9_000_000_000_000 + second * 10**9,
        boot_id="5e0c7b1e-8f4a-4f0e-9c55-0c8f7a2d9b11",
        server_time=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
        server_monotonic_ns=1_000_000_000,
        server_boot_id="5e0c7b1e-8f4a-4f0e-9c55-0c8f7a2d9b11",
    )


def sealed_at(second: int) -> SealedTime:
    """As in a record's head: with the registry's signature, by a clock that was two seconds ahead."""
    return SealedTime(
        **{name: getattr(event(second), name) for name in EventTime.__struct_fields__},
        server_sig=TIME.sig,
        server_device_time=datetime(2026, 11, 21, 8, 0, 2, tzinfo=UTC),
    )


def visit() -> VisitBody:
    photo, thumb = b"a photo", b"its thumbnail"
    return VisitBody(
        campaign_id=CAMPAIGN,
        visit_type=VisitType.HOME,
        visitors=(Visitor(name="王建国", user_id=USER), Visitor(name="李梅")),
        started=event(0),
        ended=event(40),
        result=VisitResult.MET,
        household_id=HOME,
        place=Place(latitude="29.500000", longitude="106.500000", accuracy_m=12),
        needs=(Need(kind=NeedKind.MEDICAL, severity=NeedSeverity.SERIOUS, wish="慢性病用药"),),
        photos=(
            PhotoRef(
                sha256=sha256_hex(photo),
                original_sha256=sha256_hex(b"as captured"),
                thumb_sha256=sha256_hex(thumb),
                kind=PhotoKind.DOORPLATE,
                dhash="70f0e8cc92b2d4e8",
                taken=event(20),
            ),
        ),
    )


def sealed() -> Sealed:
    head = RecordHead(
        v=1,
        id=RECORD,
        type="visit",
        county="990100",
        device=DEVICE,
        author=USER,
        seq=1,
        prev=GENESIS,
        event_time=msgspec.to_builtins(sealed_at(40)),
        body=msgspec.to_builtins(visit()),
        campaign=CAMPAIGN,
        household=HOME,
    )
    return seal(head, DEVICE_KEY.sign)


XFORM = "<h:html>…</h:html>"


def survey() -> SurveyBody:
    photo = b"a photo of the bill"
    return SurveyBody(
        form_id="five_needs",
        version="2026112101",
        xform_sha256=sha256_hex(XFORM),
        subject="household",
        household_id=HOME,
        started=event(0),
        ended=event(40),
        answers={"medical": {"medical_level": "2", "medical_photo": "bill.jpg"}, "consent": "OK"},
        files=(
            SurveyFile(
                path="/data/medical/medical_photo",
                name="bill.jpg",
                sha256=sha256_hex(photo),
                kind="photo",
                size=len(photo),
                content_type="image/jpeg",
                taken=event(20),
                thumb_sha256=sha256_hex(b"its thumbnail"),
                original_sha256=sha256_hex(b"as captured"),
                dhash="70f0e8cc92b2d4e8",
            ),
        ),
    )


def questionnaires() -> dict[str, object]:
    """What travels of forms."""
    bars = [f.Slice(value="2", label="比较难", count=3), f.Slice(value="3", label="非常难", count=1)]
    return {
        "FormReport": f.FormReport(
            ok=False,
            stored=False,
            findings=[
                f.FormFinding(
                    level="error",
                    msgid="forms.refusal.sheet_unknown_reference",
                    sheet="survey",
                    row=7,
                    column="relevant",
                    params={"name": "owed", "reason": "wages"},
                )
            ],
        ),
        "FormDoc": f.FormDoc(
            form_id="five_needs",
            version="2026112101",
            title="五需评估",
            subject="household",
            xform=XFORM,
            xform_sha256=sha256_hex(XFORM),
            languages=["简体中文 (zh)", "English (en)"],
            published_at=SERVER_TIME,
            in_visit=True,
            questions=32,
            files=[f.FormFile(name="shops.csv", content_type="text/csv", data=b64(b"name,label"))],
        ),
        "SurveyBody": survey(),
        "QuestionSummary": f.QuestionSummary(
            question=f.QuestionInfo(
                path="/data/medical/medical_level", label="医方面有多难？", type="select_one", group="医"
            ),
            asked=5,
            answered=4,
            slices=bars,
            by_org=[f.OrgSlices(org_id=ORG, org_name="青山县城关镇总工会", answered=4, slices=bars)],
        ),
    }


def assertion() -> str:
    head = b64(b'{"alg":"EdDSA","typ":"JWT"}')
    start = 1_795_248_000
    claims = {
        "iss": DEVICE,
        "sub": DEVICE,
        "aud": "nuanfang-registry",
        "iat": start,
        "exp": start + 300,
        "jti": "0193a5e0-7c00-7000-8000-00000000000a",
    }
    text = f"{head}.{b64(msgspec.json.encode(claims))}"
    return f"{text}.{b64(DEVICE_KEY.sign(text.encode()))}"


def creation() -> str:
    pairs = {"sha256": sha256_hex(SMALL), "kind": "signature"}
    meta = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    checksum = base64.b64encode(bytes.fromhex(sha256_hex(SMALL))).decode()
    return "\n".join(
        [
            "POST /v1/media HTTP/1.1",
            "Authorization: Bearer eyJhbGciOiJFZERTQSJ9...",
            "NuanFang-Protocol: 1",
            "Tus-Resumable: 1.0.0",
            f"Upload-Length: {len(SMALL)}",
            f"Upload-Metadata: {meta}",
            "Content-Type: application/offset+octet-stream",
            f"Upload-Checksum: sha256 {checksum}",
            "",
            SMALL.decode(),
        ]
    )


def examples() -> dict[str, str]:
    """Name → text of the block."""
    record = sealed()
    certificate = signed(
        m.Certificate(
            device_id=DEVICE,
            user_id=USER,
            county="990100",
            public_key=b64(DEVICE_KEY.public_key().public_bytes_raw()),
            issued_at=SERVER_TIME,
            sig="",
        )
    )
    checkpoint = signed(
        m.Checkpoint(device_id=DEVICE, seq=1, head=record.hash, server_time=SERVER_TIME, sig="")
    )
    photo = visit().photos[0]
    problem = PROBLEMS["enrol_code_invalid"]
    answers: dict[str, object] = {
        "EnrolRequest": m.EnrolRequest(
            code=CODE,
            device_id=DEVICE,
            public_key=certificate.public_key,
            proof=b64(DEVICE_KEY.sign(f"nuanfang-enrol:{CODE}:{DEVICE}".encode())),
            device_name="王建国的手机",
            app_version="0.1.0",
        ),
        "EnrolAnswer": m.EnrolAnswer(
            me=ME,
            certificate=certificate,
            registry_key=b64(REGISTRY_KEY.public_key().public_bytes_raw()),
            time=TIME,
        ),
        "TokenRequest": m.TokenRequest(assertion=assertion()),
        "TokenAnswer": m.TokenAnswer(
            access_token="eyJhbGciOiJFZERTQSJ9...",
            expires_in=3600,
            me=ME,
            time=TIME,
            key_steps=[key_step()],
        ),
        "RecordBatch": m.RecordBatch(
            records=[record], sent=Sent(monotonic_ns=9_640 * 10**9, boot_id=event(40).boot_id)
        ),
        "RecordsAnswer": m.RecordsAnswer(
            results=[
                m.RecordResult(
                    id=record.id,
                    hash=record.hash,
                    state="accepted",
                    missing=[photo.thumb_sha256, photo.sha256],
                )
            ],
            checkpoint=checkpoint,
        ),
        "MissingRequest": m.MissingRequest(sha256=[photo.thumb_sha256, photo.sha256]),
        "MissingAnswer": m.MissingAnswer(
            missing=[photo.sha256],
            begun={photo.sha256: m.Begun(location=f"/v1/media/uploads/{UPLOAD}", offset=65_536)},
        ),
        "ChangesAnswer": m.ChangesAnswer(
            changes=[
                m.Change(
                    kind="feedback",
                    id=record.id,
                    doc={"record_id": record.id, "state": "received", "missing": 2, "flags": []},
                ),
                m.Change(kind="household", id="0193a5e0-7c00-7000-8000-00000000000b"),
            ],
            cursor="eyJhdCI6e319",
            more=False,
            time=TIME,
        ),
        "Problem": m.Problem(
            code="enrol_code_invalid",
            title=problem.title,
            status=problem.status,
            instance="urn:request:0193a5e0-7c00-7000-8000-00000000000c",
        ),
    }
    answers |= questionnaires()
    texts = {
        name: json.dumps(msgspec.to_builtins(one), ensure_ascii=False, indent=2)
        for name, one in answers.items()
    }
    return {"record": record.record, "creation": creation(), **texts}


def blocks(page: str) -> dict[str, str]:
    """The marked code blocks of the document."""
    found = re.findall(r"<!-- example: (\w+) -->\n```\w*\n(.*?)\n```", page, re.S)
    return dict(found)


def problem_rows() -> str:
    """The registry's codes as rows of a table."""
    return "\n".join(
        f"| `{code}` | {kind.status} | {'yes' if kind.retry else 'no'} | {kind.title} |"
        for code, kind in PROBLEMS.items()
    )


def phone_rows() -> str:
    """The phone's own codes as rows of a table."""
    from sync.errors import PHONE_CODES

    return "\n".join(
        f"| `{code}` | {'yes' if retry else 'no'} | {title} |" for code, (title, retry) in PHONE_CODES.items()
    )


def between(page: str, name: str) -> str:
    """What stands between the markers of a table, without its two head lines."""
    found = re.search(rf"<!-- table: {name} -->\n[^\n]*\n[^\n]*\n(.*?)\n<!-- end -->", page, re.S)
    return found.group(1) if found else ""


def rewrite(page: str) -> str:
    """The document with fresh examples and tables."""
    for name, text in examples().items():
        pattern = rf"(<!-- example: {name} -->\n```\w*\n).*?(\n```)"
        page = re.sub(pattern, lambda hit, text=text: hit.group(1) + text + hit.group(2), page, flags=re.S)  # type: ignore[misc]
    for name, rows in (("problems", problem_rows()), ("phone", phone_rows())):
        pattern = rf"(<!-- table: {name} -->\n[^\n]*\n[^\n]*\n).*?(\n?<!-- end -->)"
        page = re.sub(
            pattern,
            lambda hit, rows=rows: hit.group(1) + rows + "\n<!-- end -->",
            page,
            flags=re.S,  # type: ignore[misc]
        )
    return page


if __name__ == "__main__":
    PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
