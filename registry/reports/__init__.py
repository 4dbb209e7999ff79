"""Spreadsheets and printable pages."""
