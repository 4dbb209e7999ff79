"""Capture → orient → hash original → shrink → watermark → shelf of files named by sha256."""
