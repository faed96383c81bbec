"""A database: how it is opened, what a unit of work promises, and the lock that keeps two runs apart."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from store.database import BUSY_TIMEOUT_MS, Database
from store.errors import DatabaseUrlError, QueryTooCostlyError, SchemaError
from store.models import Post, Source
from store.posts import save_entries
from tests.store.factories import NOW, make_entry, make_source, store_post

ROOT = Path(__file__).resolve().parents[2]


def count_posts(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(Post.id))) or 0


# -- connections -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", BUSY_TIMEOUT_MS), ("synchronous", 1)],
)
def test_each_sqlite_connection_is_set_up(sqlite_url: str, pragma: str, value: object) -> None:
    database = Database(sqlite_url)
    with database.engine.connect() as one, database.engine.connect() as other:
        found = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for connection in (one, other)]
    database.close()
    assert found == [value, value]


def test_each_postgresql_session_is_in_utc(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    database = Database(postgresql_url)
    with database.read() as one, database.write() as other:
        found = [session.scalar(text("show time zone")) for session in (one, other)]
    database.close()
    assert found == ["UTC", "UTC"]


def test_an_sqlite_database_makes_its_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a/b/hostwire.db")
    database.upgrade()
    database.check_schema()
    database.close()
    assert (tmp_path / "a" / "b" / "hostwire.db").is_file()


# -- units of work ---------------------------------------------------------------------------------------------


def test_a_write_is_committed_at_the_end_of_the_block(database: Database) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry())
    assert count_posts(database) == 1


def test_an_error_takes_back_all_of_a_write(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)

    def fail_half_way() -> None:
        with database.write() as session:
            store_post(session, source, make_entry())
            raise KeyError("half way")

    with pytest.raises(KeyError, match="half way"):
        fail_half_way()
    assert count_posts(database) == 0


def test_a_write_is_not_seen_before_it_is_committed(database: Database) -> None:
    with database.write() as session:
        store_post(session, make_source(session), make_entry())
        assert count_posts(database) == 0


def test_a_read_is_one_snapshot(database: Database) -> None:
    count = select(func.count(Post.id))
    with database.read() as reading:
        before = reading.scalar(count)
        with database.write() as session:
            store_post(session, make_source(session), make_entry())
        assert (before, reading.scalar(count)) == (0, 0)
    assert count_posts(database) == 1


def test_what_a_read_changes_is_not_kept(database: Database) -> None:
    with database.write() as session:
        make_source(session)
    try:
        with database.read() as session:
            session.execute(update(Source).values(name="renamed"))
    except DBAPIError as error:  # which PostgreSQL refuses at once
        assert "read-only" in str(error)  # noqa: PT017
    with database.read() as session:
        assert session.scalar(select(Source.name)) is None


def test_writers_wait_for_each_other(database: Database) -> None:
    with database.write() as session:
        source = make_source(session)

    def write(writer: int) -> None:
        for n in range(10):
            with database.write() as session:
                save_entries(session, source, [make_entry(f"{writer} {n}")], now=NOW)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert count_posts(database) == 40


# -- the schema ------------------------------------------------------------------------------------------------


def set_revision(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :revision"), {"revision": revision})


def test_the_schema_of_this_release_passes(database: Database) -> None:
    database.check_schema()
    assert not database.is_empty()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(lambda database: database.downgrade("base"), "missing, not", id="no tables left"),
        pytest.param(lambda database: set_revision(database, "9999"), "newer Hostwire", id="a newer release's"),
    ],
)
def test_another_schema_is_refused_with_what_to_do(
    database: Database, spoil: Callable[[Database], None], words: str
) -> None:
    spoil(database)
    with pytest.raises(SchemaError) as error:
        database.check_schema()
    assert words in str(error.value)
    assert "`hostwire init`" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_newer_schema_is_not_touched(database: Database) -> None:
    set_revision(database, "9999")
    with pytest.raises(SchemaError, match="9999"):
        database.upgrade()


def test_an_empty_database_says_what_to_do_also_when_it_is_asked(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    assert database.is_empty()
    with pytest.raises(SchemaError, match="`hostwire init`"), database.read() as session:
        session.scalar(select(Post.id))
    with pytest.raises(SchemaError, match=r"missing.*`hostwire init`"):
        database.check_schema()
    database.close()


def test_a_mistake_in_a_statement_is_no_matter_of_the_address(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(text("select nonsense from post"))


# -- addresses that cannot be used -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "hunter2",
        "u:hunter2@localhost",
        "://u:hunter2@localhost/x",
        "post\ngresql://u:hunter2@localhost/x",
        "mysql://u:hunter2@localhost/x",
        "postgresql://u:hunter2@localhost:port/x",
        "postgresql://u:hunter2",
        "postgresql://localhost:hunter2/x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://u:hunter2@localhost/x.db",
        "sqlite:///x.db?mode=hunter2",
        "sqlite:///x\x00y.db",
        "sqlite:////dev/null/x/y.db",
        f"sqlite:///{'n' * 300}/y.db",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DatabaseUrlError) as error:
        Database(url)
    assert says_one_line_without_the_password(error.value)


def says_one_line_without_the_password(error: Exception) -> bool:
    return "\n" not in str(error) and "hunter2" not in str(error) and len(str(error)) > 20


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


SILENT = [
    ("postgresql://u:hunter2@127.0.0.1:{port}/x", "refused"),
    ("postgres://u:hunter2@127.0.0.1:{port}/x", "refused"),
    ("postgresql://127.0.0.1:{port}/x?password=hunter2", "refused"),
    ("postgresql://u:hunter2@127.0.0.1:{port}/x?sslmode=nonsense", "sslmode"),
    ("postgresql://u:hunter2@127.0.0.1:{port}/x?nonsense=1", "nonsense"),
    ("postgresql://u:hunter2@127.0.0.1:99999/x", "port"),
    ("sqlite:///{folder}", "unable to open"),
    ("sqlite:///{folder}/text.db", "not a database"),
]
STEPS = ["read", "write", "upgrade", "check_schema", "is_empty"]


@pytest.mark.parametrize(
    ("address", "words", "step"),
    [(address, words, step) for address, words in SILENT for step in STEPS]
    + [(address, words, "run_lock") for address, words in SILENT if address.startswith("postgres")],
)
def test_a_database_that_does_not_answer_is_said_in_one_line(
    address: str, words: str, step: str, tmp_path: Path
) -> None:
    (tmp_path / "text.db").write_text("This is no database. " * 100)
    database = Database(address.format(port=closed_port(), folder=tmp_path))
    steps: dict[str, Callable[[], object]] = {
        "read": lambda: count_posts(database),
        "write": lambda: write_something(database),
        "upgrade": database.upgrade,
        "check_schema": database.check_schema,
        "is_empty": database.is_empty,
        "run_lock": lambda: is_free(database, "ingest"),
    }
    with pytest.raises(DatabaseUrlError) as error:
        steps[step]()
    database.close()
    assert says_one_line_without_the_password(error.value)
    assert words in str(error.value)


def write_something(database: Database) -> None:
    with database.write() as session:
        make_source(session)


@pytest.mark.parametrize(
    ("part", "put", "words"),
    [("database", "unheard-of", 'database "unheard-of" does not exist'), ("username", "unheard-of", "unheard-of")],
)
def test_a_server_that_refuses_is_said_in_one_line(postgresql_url: str, part: str, put: str, words: str) -> None:
    known = Database(postgresql_url)
    url = known.engine.url.set(**{"password": "hunter2", part: put}).render_as_string(hide_password=False)
    known.close()
    database = Database(url)
    with pytest.raises(DatabaseUrlError) as error:
        count_posts(database)
    database.close()
    assert says_one_line_without_the_password(error.value)
    assert words in str(error.value)


# -- two runs at once ------------------------------------------------------------------------------------------

HOLDER = """
import sys
from store.database import Database
with Database(sys.argv[1]).run_lock(sys.argv[2]) as held:
    print("held" if held else "taken", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(url: str, lock: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that asks for the lock, keeps it to its end, and what it was answered."""
    command = [sys.executable, "-c", HOLDER, url, lock]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def is_free(database: Database, lock: str) -> bool:
    with database.run_lock(lock) as held:
        return held


def becomes_free(database: Database, lock: str) -> bool:
    """A server hears of a client's death when the network tells it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if is_free(database, lock):
            return True
    return False


def test_one_process_holds_a_lock(database: Database, database_url: str) -> None:
    with database.run_lock("ingest") as held, another_process(database_url, "ingest") as (_, answer):
        assert (held, answer) == (True, "taken")


def test_a_lock_is_freed_at_the_end_of_its_block(database: Database, database_url: str) -> None:
    with database.run_lock("ingest") as held:
        assert held
    with another_process(database_url, "ingest") as (_, answer):
        assert answer == "held"


def test_a_lock_is_freed_by_an_error(database: Database) -> None:
    with pytest.raises(KeyError), database.run_lock("ingest"):
        raise KeyError
    assert is_free(database, "ingest")


def test_a_lock_dies_with_its_process(database: Database, database_url: str) -> None:
    with another_process(database_url, "ingest") as (process, answer):
        assert answer == "held"
        assert not is_free(database, "ingest")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert becomes_free(database, "ingest")


def test_the_same_process_does_not_get_a_lock_twice(database: Database) -> None:
    with database.run_lock("ingest"):
        assert not is_free(database, "ingest")


def test_locks_of_other_names_are_free(database: Database) -> None:
    with database.run_lock("ingest"):
        assert is_free(database, "retag")


def test_two_databases_do_not_share_a_lock(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    addresses = [
        (sqlite_url, f"sqlite:///{tmp_path}/other.db"),
        (postgresql_url, Database(postgresql_url).engine.url.set(database="postgres").render_as_string(False)),
    ]
    for one_url, other_url in addresses:
        one, other = Database(one_url), Database(other_url)
        with one.run_lock("ingest") as held:
            assert held
            assert is_free(other, "ingest")
        one.close()
        other.close()


def test_a_file_reached_by_another_path_is_the_same_database(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    one, other = Database(sqlite_url), Database(f"sqlite:///{tmp_path}/link/hostwire.db")
    with one.run_lock("ingest"):
        assert not is_free(other, "ingest")
    one.close()
    other.close()


# -- what may be read for so long ------------------------------------------------------------------------------

ENDLESS = {
    "sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    "postgresql": "with recursive n(i) as (select 1::numeric union all select i + 1 from n) select count(*) from n",
}


def test_a_read_that_takes_too_long_is_cut_off(database: Database) -> None:
    with pytest.raises(QueryTooCostlyError, match=r"takes longer than 0\.05 seconds: narrow it"):  # noqa: SIM117 - raised as the inner block ends
        with database.read(within_s=0.05) as session:
            session.execute(text(ENDLESS[database.dialect]))


def test_a_database_may_bound_all_that_is_read_and_a_read_may_say_otherwise(database_url: str) -> None:
    database = Database(database_url, read_within_s=60)
    with pytest.raises(QueryTooCostlyError, match=r"0\.05 seconds"), database.read(within_s=0.05) as session:
        session.execute(text(ENDLESS[database.dialect]))
    database.close()
    database = Database(database_url, read_within_s=0.05)
    with pytest.raises(QueryTooCostlyError), database.read() as session:
        session.execute(text(ENDLESS[database.dialect]))
    database.close()


def test_the_bound_ends_with_its_read(database: Database) -> None:
    """The connection goes back to the others, who read on and write as if nothing had been."""
    with pytest.raises(QueryTooCostlyError), database.read(within_s=0.01) as session:
        session.execute(text(ENDLESS[database.dialect]))
    counting = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 400000) select count(*) from n"
    with database.read() as session:
        assert session.scalar(text(counting)) == 400_000
    with database.write() as session:
        make_source(session)
    assert count_posts(database) == 0


def test_all_that_an_sqlite_read_does_counts_by_its_clock(sqlite_url: str) -> None:
    """Not each statement for itself: a second passes at every look, and the looks of several statements add up."""
    seconds = iter(range(1_000))
    database = Database(sqlite_url, clock=lambda: float(next(seconds)))
    one = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000) select count(*) from n"

    def read(times: int) -> None:
        with database.read(within_s=8) as session:
            for _ in range(times):
                session.execute(text(one))  # some four looks

    read(1)
    with pytest.raises(QueryTooCostlyError):
        read(4)
    database.close()


def test_parts_of_a_reading_are_bounded_as_a_whole(database_url: str) -> None:
    """What is done between them counts, and so does each of a part's statements."""
    seconds = [0.0]
    database = Database(database_url, read_within_s=10, clock=lambda: seconds[0])
    reads = database.reads()
    for _ in range(3):
        with reads.part() as session:
            assert session.scalar(text("select 1")) == 1
        seconds[0] += 3

    def read_on() -> None:
        with reads.part() as session:
            assert session.scalar(text("select 1")) == 1
            seconds[0] += 3
            # SQLite looks at its clock after so many steps
            session.execute(text(ENDLESS["sqlite"] if database.dialect == "sqlite" else "select 1"))

    with pytest.raises(QueryTooCostlyError, match="takes longer than 10 seconds"):
        read_on()
    with pytest.raises(QueryTooCostlyError), reads.part():
        pass
    with database.reads().part() as session:  # the next has all of its time
        assert session.scalar(text("select 1")) == 1
    database.close()


def test_a_part_is_cut_off_while_it_is_read(database_url: str) -> None:
    database = Database(database_url, read_within_s=0.05)
    with pytest.raises(QueryTooCostlyError, match=r"0\.05 seconds"), database.reads().part() as session:
        session.execute(text(ENDLESS[database.dialect]))
    with database.read(within_s=60) as session:  # the connection goes back as it was
        assert session.scalar(text("select 1")) == 1
    database.close()


def test_parts_without_a_bound_take_their_time(database: Database) -> None:
    reads = database.reads()
    for _ in range(2):
        with reads.part() as session:
            assert session.scalar(text("select 1")) == 1


def test_an_error_of_another_kind_keeps_its_own_words(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read(within_s=5) as session:
        session.execute(text("select nothing_like_it from post"))
