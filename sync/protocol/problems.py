"""The one catalogue of problem codes on the wire. A code is never reused; a retired one stays as a comment.

Titles here are English for engineers; people read ``error.<code>`` from the language files.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """HTTP status, English title, and whether trying the same bytes again later can help."""

    status: int
    title: str
    retry: bool = False


PROBLEMS: dict[str, Kind] = {
    # requests
    "bad_request": Kind(400, "The request cannot be understood"),
    "not_found": Kind(404, "There is nothing here"),
    "method_not_allowed": Kind(405, "This method is not served here"),
    "too_slow": Kind(408, "The body came too slowly", retry=True),
    "too_large": Kind(413, "The body is larger than allowed"),
    "unsupported_media_type": Kind(415, "This content type or encoding is not served"),
    "validation_failed": Kind(422, "A field is missing or wrong"),
    "rate_limited": Kind(429, "Too many requests", retry=True),
    "internal": Kind(500, "The registry failed; nothing of the request was kept", retry=True),
    "busy": Kind(503, "The registry is busy or starting", retry=True),
    "protocol_unsupported": Kind(426, "This protocol version is not spoken here"),
    # enrolment, tokens
    "enrol_code_invalid": Kind(403, "The enrolment code is wrong, used or expired"),
    "enrol_proof_invalid": Kind(403, "The device did not prove its key"),
    "token_missing": Kind(401, "No access token"),
    "token_invalid": Kind(401, "The access token is not valid or has expired"),
    "assertion_invalid": Kind(401, "The device's assertion is not valid"),
    "device_revoked": Kind(401, "This device has been revoked"),
    "forbidden": Kind(403, "This role may not do that"),
    # one record (in RecordResult.problem; also usable as a whole answer)
    "not_sealed": Kind(422, "The item is not a sealed record"),
    "hash_mismatch": Kind(422, "The hash is not that of the bytes"),
    "not_canonical": Kind(422, "The text is not canonical JSON"),
    "bad_record": Kind(422, "The record's head does not decode"),
    "bad_body": Kind(422, "The record's body does not decode"),
    "id_mismatch": Kind(422, "The id inside differs from the id outside"),
    "bad_signature": Kind(422, "The signature is not the device's"),
    "bad_base64": Kind(422, "Not base64url"),
    "foreign_device": Kind(422, "The record names another device than the token"),
    "foreign_author": Kind(422, "The record names another author than the device's user"),
    "out_of_scope": Kind(422, "The household is outside this user's scope"),
    "id_reused": Kind(409, "The same id arrived with other bytes; both are kept"),
    "seq_reused": Kind(409, "The same seq arrived with other bytes; both are kept"),
    # household files
    "file_changed": Kind(409, "The file was changed meanwhile; read it again"),
    # media (tus)
    "media_offset_mismatch": Kind(409, "Upload-Offset is not where the upload stands", retry=True),
    "media_checksum_mismatch": Kind(460, "The checksum is not that of the chunk", retry=True),
    "media_hash_mismatch": Kind(
        422, "The finished file does not have the announced sha256; start again", retry=True
    ),
    "media_gone": Kind(410, "The upload has expired or was terminated", retry=True),
    "media_incomplete": Kind(404, "The attachment has not arrived yet", retry=True),
    "tus_version": Kind(412, "Only tus 1.0.0 is spoken here"),
    # questionnaires
    "form_version_taken": Kind(409, "This version was published with other contents and never changes"),
    "form_not_draft": Kind(409, "A published version cannot be changed or removed"),
    "form_not_published": Kind(409, "This version is a draft or was retired"),
    "form_files_missing": Kind(409, "Files that the form names have not been uploaded"),
    "form_file_unknown": Kind(422, "The form names no file of this name"),
    "form_file_unreadable": Kind(422, "The file is not what its name says, or cannot be read"),
    "form_file_columns": Kind(422, "The table lacks columns that the form uses"),
}
