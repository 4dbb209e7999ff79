"""Background jobs: procrastinate."""
