"""The pad that a finger signs or draws on: its strokes (pad_state) and its sheet (sheet)."""
