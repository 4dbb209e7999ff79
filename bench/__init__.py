"""Benchmarks: every performance claim is measured here, never by a timed test."""
