"""Filled questionnaires: taking them in, reading them with their very form, listing, charting, exporting."""
