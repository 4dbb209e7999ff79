"""Values that a JSON schema of our OpenAPI document allows, and values that it does not, seeded."""

from __future__ import annotations

from random import Random
from typing import Any

TEXTS = ["", " ", "x", "0", "-1", "null", "\x00", "\ud800", "王", "%", "%00", "../..", "'; --", "a" * 5000]
TEXTS += ["0" * 64, "01a20034-454a-7e60-80df-abec3e1b512c", "2026-11-22T00:00:00Z", "1e999", "9" * 40]
NUMBERS = [0, 1, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**40]
ODD: list[Any] = [None, True, [], {}, [[]], {"": None}, 1.5, *NUMBERS, *TEXTS]


class Maker:
    """``wild``: how often (0 to 1) a value ignores its schema."""

    def __init__(self, document: dict[str, Any], seed: int, wild: float = 0.15) -> None:
        self._parts = document["components"]["schemas"]
        self.random = Random(seed)
        self._wild = wild

    def text(self) -> str:
        """Some text."""
        return self.random.choice(TEXTS)

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value of this schema, mostly."""
        random = self.random
        if random.random() < self._wild:
            return random.choice(ODD)
        if "$ref" in schema:
            return self.value(self._parts[schema["$ref"].rsplit("/", 1)[-1]], depth)
        for several in ("oneOf", "anyOf", "allOf"):
            if schema.get(several):
                return self.value(random.choice(schema[several]), depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const", random.choice(schema.get("enum", [None])))
        kind = schema.get("type", "object")
        return self._of(random.choice(kind) if isinstance(kind, list) else kind, schema, depth)

    def _of(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        random = self.random
        if kind == "object":
            fields = schema.get("properties", {})
            needed = set(schema.get("required", ()))
            chosen = [name for name in fields if name in needed or random.random() < 0.5]
            return {name: self.value(fields[name], depth + 1) for name in chosen if depth < 6}
        if kind == "array":
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(random.randrange(3))]
        if kind == "string":
            return self.text()
        if kind in ("integer", "number"):
            return random.choice(NUMBERS)
        return random.choice([True, False]) if kind == "boolean" else None
