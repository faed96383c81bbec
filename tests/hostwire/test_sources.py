"""The health of sources as the command shows it: in a table, in JSON, and by `hostwire doctor`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Database
from store.records import FetchState, SourceInput, SourceRecord, SourceWatch
from store.sources import add_source, adopt_address, record_failure, record_success
from tests.hostwire.conftest import Run

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)  # the command has no other clock
WEEKLY = SourceWatch(
    watched_since=NOW - 100 * DAY,
    visits=101,
    arrivals=11,
    usual_gap_days=7.0,
    longest_gap_days=7.5,
    posts_per_week=0.8,
    last_new_at=NOW - 3 * DAY,
)
Prepare = Callable[..., SourceRecord]


@pytest.fixture
def prepare(hostwire: Run, tmp_path: Path) -> Prepare:
    """Adds a source with a success at `NOW` and what `watch` says was seen before."""
    assert hostwire("init").returncode == 0
    database = Database(f"sqlite:///{tmp_path}/data/hostwire.db")

    def add(
        name: str, *, failed: bool = False, moved_to: str | None = None, title: str | None = None, **watch: object
    ) -> SourceRecord:
        with database.write() as session:
            source = add_source(session, SourceInput(f"http://{name}.example/feed", name=title or name), now=NOW)
            seen = SourceWatch(**{field: getattr(WEEKLY, field) for field in WEEKLY.__slots__} | watch)
            record_success(session, source.id, FetchState(next_fetch_at=NOW + DAY), now=NOW, watch=seen)
            if moved_to:
                adopt_address(session, source, moved_to, now=NOW)
            if failed:
                record_failure(session, source.id, error="no such host", now=NOW, next_fetch_at=NOW + 2 * DAY)
        return source

    return add


def test_the_list_shows_the_health_of_a_source(hostwire: Run, prepare: Prepare) -> None:
    prepare("well")
    prepare("silent", last_new_at=NOW - 22 * DAY)
    prepare("empty", empty_since=NOW - 2 * DAY)
    prepare("moved", moved_to="http://there.example/feed")
    prepare("down", failed=True, title="A [/b] title")
    text = hostwire("source", "list").stdout
    flat = " ".join(text.split())
    for words in ("0.8 a week", f"{NOW:%Y-%m-%d %H:%M}", f"{NOW + DAY:%Y-%m-%d %H:%M}", f"{NOW - 3 * DAY:%Y-%m-%d}"):
        assert words in flat
    assert "A [/b] title" in flat
    well, silent, empty, moved, down = (
        json.loads(line) for line in hostwire("source", "list", "--json").stdout.splitlines()
    )
    assert (well["posts_per_week"], well["silence"], well["empty_since"], well["notes"]) == (0.8, None, None, [])
    assert datetime.fromisoformat(well["last_new"]) == NOW - 3 * DAY
    assert silent["silence"] == "posts weekly, quiet for 3 weeks"
    assert silent["notes"] == [silent["silence"]]
    assert datetime.fromisoformat(empty["empty_since"]) == NOW - 2 * DAY
    assert empty["notes"] == [f"answers, but has no entries since {NOW - 2 * DAY:%Y-%m-%d}"]
    assert (moved["url"], moved["moved_from"]) == ("http://there.example/feed", ["http://moved.example/feed"])
    assert datetime.fromisoformat(moved["moved_at"]) == NOW
    assert (down["failures"], down["last_error"]) == (1, "no such host")
    assert datetime.fromisoformat(down["next_fetch"]) == NOW + 2 * DAY


def test_doctor_names_the_sources_that_want_a_look(hostwire: Run, prepare: Prepare) -> None:
    prepare("well")
    prepare("silent", last_new_at=NOW - 22 * DAY)
    prepare("empty", empty_since=NOW - 2 * DAY)
    prepare("moved", moved_to="http://there.example/feed")
    prepare("down", failed=True)
    done = hostwire("doctor", "--json")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    about = {f["found"].split(":")[0]: f for f in findings if f["check"] == "source"}
    assert set(about) == {"silent", "empty", "moved", "down"}
    assert about["silent"]["found"] == "silent: posts weekly, quiet for 3 weeks"
    assert f"last success {NOW:%Y-%m-%d}, next visit {NOW + 2 * DAY:%Y-%m-%d %H:%M}" in about["down"]["found"]
    assert {name: (f["level"], bool(f["do"])) for name, f in about.items()} == {
        "silent": ("warning", True),
        "empty": ("warning", True),
        "moved": ("ok", False),
        "down": ("warning", True),
    }


def test_an_import_of_the_old_list_leaves_a_moved_source_alone(hostwire: Run, prepare: Prepare, tmp_path: Path) -> None:
    opml = tmp_path / "all.opml"
    prepare("here")
    opml.write_text(hostwire("source", "export").stdout)
    prepare("moved", moved_to="http://there.example/feed")
    opml.write_text(opml.read_text().replace("http://here.example/feed", "http://moved.example/feed"))
    assert "added 0 sources, 1 were there" in hostwire("source", "import", str(opml)).stdout
    assert hostwire("source", "remove", "http://moved.example/feed").stdout == "removed http://there.example/feed\n"
