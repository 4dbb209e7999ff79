"""The wire, version 1: types, canonical bytes, signatures. Imported by both ends."""
