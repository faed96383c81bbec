"""Posts, tags and events in SQL: the only package that speaks it."""
