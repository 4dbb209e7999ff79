"""randomize(): inside-out Fisher-Yates over a Park-Miller generator (#fn:randomize)."""

from __future__ import annotations

from forms.xpath.nodes import Node

_MODULUS = 2_147_483_647
_MULTIPLIER = 16_807


def shuffled(nodes: list[Node], seed: float) -> list[Node]:
    """The same order for the same seed on every client."""
    state = (int(seed) if seed == seed and abs(seed) < 2**53 else 0) % _MODULUS
    state = state + _MODULUS - 1 if state <= 0 else state
    mixed: list[Node] = []
    for place, node in enumerate(nodes):
        state = state * _MULTIPLIER % _MODULUS
        other = int((state - 1) / (_MODULUS - 1) * (place + 1))
        mixed.append(node)
        if other != place:
            mixed[place] = mixed[other]
            mixed[other] = node
    return mixed
