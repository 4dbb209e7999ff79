"""The phone without a screen, for tests: see bench.phone."""

from bench.phone import Phone, on_for_a_day, picture, sha256

__all__ = ["Phone", "on_for_a_day", "picture", "sha256"]
