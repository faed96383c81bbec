"""The arrows of docs/architecture.md, read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# package → packages of ours that it may import
ALLOWED = {
    "hostwire": {"api", "ingest", "nlp", "store"},
    "api": {"store"},
    "ingest": {"store", "nlp"},
    "nlp": set(),
    "store": set(),
    "migrations": {"store"},  # env.py alone, to compare the models with what the migrations made
}

# Readers take bytes and a URL and return values.
PURE_READERS = (
    "fast_feeds", "languages", "relative_dates",
    "entries", "feeds", "pages", "articles", "sitemaps", "textdumps", "discover", "readers", "html", "urls",
    "hashing", "opml", "inspection", "survey", "doctypes", "stamps", "tree", "datelines", "groups", "boundaries",
    "titles", "records", "bylines", "authors", "bodies", "pubdates", "pagers", "archive_links", "layout",
    "link_headers", "hub_links",
)  # fmt: skip
SOCKET_OPENERS = {
    "socket",
    "httpx",
    "httpcore",
    "aiohttp",
    "requests",
    "urllib.request",
    "http.client",
    "ssl",
    "smtplib",
}
SQL_SPEAKERS = {"sqlalchemy", "sqlite3", "psycopg", "alembic"}


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions, as absolute dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def is_under(name: str, roots: set[str]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_its_arrows_allow(package: str) -> None:
    forbidden = set(ALLOWED) - ALLOWED[package] - {package}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_of(package)
        for name in imports_of(path)
        if is_under(name, forbidden)
    ]
    assert wrong == []


def test_migrations_carry_their_own_copy_of_what_they_need() -> None:
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert [p.name for p in versions for name in imports_of(p) if is_under(name, set(ALLOWED))] == []


def test_only_the_client_and_what_it_is_made_of_open_sockets() -> None:
    """One opener, so that every request meets the same guard; the server half and the demo listen, they do not call."""
    listeners = {"hostwire/server.py", "hostwire/demo/site.py"}
    # to the operator's own mail server alone, which may well be inside: no post and no subscription names it
    mail = {"ingest/smtp.py"}
    callers = {
        str(path.relative_to(ROOT))
        for package in ALLOWED
        for path in modules_of(package)
        if any(is_under(name, SOCKET_OPENERS) for name in imports_of(path))
    }
    assert callers - listeners - mail <= {
        "ingest/client.py",
        "ingest/guard.py",
        "ingest/journey.py",
        "ingest/transport.py",
    }


def test_only_the_store_speaks_sql() -> None:
    speakers = {
        path.relative_to(ROOT).parts[0]
        for package in ALLOWED
        for path in modules_of(package)
        if any(is_under(name, SQL_SPEAKERS) for name in imports_of(path))
    }
    assert speakers == {"store", "migrations"}


def test_readers_know_neither_store_nor_network() -> None:
    wrong = [
        f"{name}.py imports {imported}"
        for name in PURE_READERS
        for imported in imports_of(ROOT / "ingest" / f"{name}.py")
        if is_under(
            imported,
            {"store", "nlp", "asyncio", "ingest.client", "ingest.run", *SOCKET_OPENERS, *SQL_SPEAKERS},
        )
    ]
    assert wrong == []


def test_settings_are_read_in_one_place() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for package in ALLOWED
        for path in modules_of(package)
        if "os.environ" in (text := path.read_text(encoding="utf-8")) or "getenv" in text or "BaseSettings" in text
    ]
    assert readers == ["hostwire/settings.py"]


def test_nothing_but_the_edge_reads_the_clock() -> None:
    """*now* is an argument everywhere; the command reads the clock once and passes it down."""
    reading = {
        str(path.relative_to(ROOT))
        for package in ALLOWED
        for path in modules_of(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    }
    assert reading == {"hostwire/output.py"}
