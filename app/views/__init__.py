"""Flet screens: one folder each; `*_state.py` beside it is plain Python."""
