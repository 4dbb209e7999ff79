"""The phone without a screen, for tests: see bench.phone."""

from bench.phone import Phone, picture, sha256

__all__ = ["Phone", "picture", "sha256"]
