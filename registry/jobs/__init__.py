"""What the registry does by itself, in a queue kept by PostgreSQL (procrastinate, docs/adr/0013)."""
