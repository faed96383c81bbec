"""The schema's history, run by Alembic through `store.database.Database.upgrade`."""
