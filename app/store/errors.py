"""What can go wrong with the phone's database.

StoreError
├── wrong_key             the key does not belong to this store; nothing was touched
├── store_in_use          another process or tab has it open; details: holder (its pid, if known)
├── store_too_new         written by a newer app; nothing was touched; details: found, known
├── store_poisoned        a flush failed, so what is on disk is unknown: close and open again
├── store_closed          used after close()
├── disk_full             nothing was written, memory equals disk; release_ballast() frees a little
├── file_failed           the device refused to read or write; nothing acknowledged is lost
├── document_not_storable not JSON (NaN, lone surrogate, unknown type …); nothing was written
├── migration_failed      details: number, name; the store is as it was before opening
├── chain_broken          a record does not follow the chain head; details: expected, got
├── record_hash_mismatch  a record's hash is not the SHA-256 of its text
└── record_exists         a record with this id is already stored
"""

from domain.errors import NuanFangError


class StoreError(NuanFangError):
    """The phone's database refused or failed; ``code`` says what (list above)."""

    code = "store_failed"
