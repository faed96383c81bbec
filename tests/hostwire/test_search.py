"""`hostwire search` is the API in the terminal: the same query, the same posts in the same order, the same errors."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from store.database import Database
from tests.api.conftest import Service, fill, running
from tests.hostwire.conftest import Run, one_line


@pytest.fixture(scope="module")
def library(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The API tests' four posts, in a file of their own."""
    path = tmp_path_factory.mktemp("search") / "hostwire.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    fill(database)
    return database


def url(library: Database) -> str:
    return f"sqlite:///{library.engine.url.database}"


def test_the_command_finds_what_the_api_finds_in_the_same_order(hostwire: Run, library: Database) -> None:
    queries = [
        ("product:exchange OR tld:xxx", "published"),
        ("exchange OR metal OR board", "relevance"),
        ("when:..2011 -status:cancelled", "published"),
        ("type:preview,approval since:2010-H1", "published"),
    ]
    with running(library) as client:
        service = Service(client, library)
        for q, sort in queries:
            answer = service.json("/api/v1/posts", q=q, sort=sort, limit=3, facets="products,months")
            done = hostwire(
                "search", q, "--sort", sort, "--limit", "3", "--facets", "products,months", "--json",
                HOSTWIRE_DATABASE_URL=url(library),
            )  # fmt: skip
            *posts, counted = [json.loads(line) for line in done.stdout.splitlines()]
            assert answer["items"]
            assert posts == answer["items"]
            assert counted == {"facets": answer["facets"]}
            assert done.stderr == ""


def test_what_may_have_been_meant_is_said_beside_the_data(hostwire: Run, library: Database) -> None:
    as_json = hostwire("search", "product:exhcange", "--json", HOSTWIRE_DATABASE_URL=url(library))
    assert as_json.stdout == ""
    assert json.loads(as_json.stderr)["did_you_mean"] == {
        "q": "product:exchange",
        "names": [{"kind": "product", "slug": "exchange", "name": "Exchange Server", "instead_of": "exhcange"}],
    }
    as_text = hostwire("search", "product:exhcange", HOSTWIRE_DATABASE_URL=url(library))
    assert as_text.stderr.splitlines() == ["nothing found", "did you mean: product:exchange"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("type:relese",), "'relese' is no event type at position 6: expected one of release, preview"),
        (("prodcut:x",), "did you mean product:?"),
        (("x", "--facets", "colours"), "there is no 'colours'; expected some of products"),
        (("when:soon",), "'soon' is no date at position 6"),
        (("-",), "holds no word to search for"),
        (("x", "--facets", "f" * 2_001), "facets.0: it is longer than 2000 characters"),
    ],
)
def test_a_query_that_the_api_refuses_is_refused(
    hostwire: Run, library: Database, words: tuple[str, ...], said: str
) -> None:
    done = hostwire("search", *words, HOSTWIRE_DATABASE_URL=url(library))
    assert done.returncode == 2
    assert said in one_line(done.stderr)


def test_on_a_terminal_an_error_points_to_its_place(library: Database, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "hostwire", "search", "exchange prodcut:x"],
        env={**os.environ, "HOSTWIRE_DATABASE_URL": url(library)},
        cwd=tmp_path,
        stderr=theirs,
        stdout=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    os.close(theirs)
    lines = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    assert done.returncode == 2
    assert lines[:2] == ["exchange prodcut:x", "         ^"]
    assert lines[2].startswith("hostwire: there is no field 'prodcut'")


@pytest.mark.parametrize("given", ["2" * 2_001, "\udcff"])
def test_a_date_of_a_timeline_that_is_no_text_or_too_much_is_named(
    hostwire: Run, library: Database, given: str
) -> None:
    done = hostwire("timeline", "exchange", "--from", given, HOSTWIRE_DATABASE_URL=url(library))
    assert done.returncode == 2
    assert one_line(done.stderr).startswith("hostwire: from: ")


def test_a_timeline_that_goes_on_says_so(hostwire: Run, library: Database) -> None:
    whole = hostwire("timeline", "exchange", HOSTWIRE_DATABASE_URL=url(library))
    assert whole.stdout.startswith("Exchange Server: 2 events\n")
    assert whole.stderr == ""
    first = hostwire("timeline", "exchange", "--limit", "1", HOSTWIRE_DATABASE_URL=url(library))
    assert first.stdout.startswith("Exchange Server: the first 1 event\n")
    assert "--limit" in one_line(first.stderr)
