"""One user intention per file."""
