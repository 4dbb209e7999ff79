"""Corrections of household files, from visits and from the office (S14, ADR 0017)."""
