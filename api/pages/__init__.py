"""The pages: server-rendered HTML, no script."""
