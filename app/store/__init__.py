"""The phone's database: TinyDB's API on a crash-safe encrypted journal."""
