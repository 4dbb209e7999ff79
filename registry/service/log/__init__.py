"""The ledger (总账): a Merkle log per county over everything accepted (RFC 9162, docs/adr/0012)."""
