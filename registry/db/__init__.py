"""Tables, migrations, queries: SQLAlchemy Core on PostgreSQL."""
