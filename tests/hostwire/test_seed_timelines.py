"""What the blog that it all started from says of .xxx and of Exchange Server 2010 SP1, read by the real crawler and
tagger from its page and from its feed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest

from store.database import Database
from store.records import SourceKind
from tests.api.conftest import Service, running
from tests.conftest import SHARED
from tests.store.factories import make_source

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class SourceShape:
    file: str
    kind: SourceKind


SHAPES = {
    "the page": SourceShape("hosted.html", "page"),
    "the feed": SourceShape("hosted.rss.xml", "feed"),
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture(scope="module", params=SHAPES)
def newswire(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The seed crawled in one of its shapes by the command, and its API."""
    if not (SHARED / "seed").is_dir():
        pytest.skip(f"no labelled material at {SHARED}")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(SHARED / "seed")))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("seed")
    database = Database(f"sqlite:///{folder / 'hostwire.db'}")
    database.upgrade()
    shape = SHAPES[request.param]
    with database.write() as session:
        make_source(session, f"http://127.0.0.1:{site.server_address[1]}/{shape.file}", kind=shape.kind)
    try:
        _ingest(folder, site.server_address[1])
    finally:
        site.shutdown()
        site.server_close()
    with running(database) as client:
        yield Service(client, database)
    database.close()


def _ingest(folder: Path, port: int) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOSTWIRE_")} | {
        "HOSTWIRE_DATA_DIR": str(folder),
        "HOSTWIRE_DATABASE_URL": f"sqlite:///{folder / 'hostwire.db'}",
        "HOSTWIRE_HOST_DELAY": "0",
        "HOSTWIRE_FETCH_ALLOW": f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "hostwire", "ingest", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["new"] == 10


@dataclass(frozen=True)
class Expected:
    """An event that a timeline must tell: how it is titled and dated, and words of the sentence that states it.

    `within` are the half-open days that its date must lie in, None where nobody dates it.
    """

    type: str
    status: str
    title: str
    within: tuple[date, date] | None
    basis: str
    sentence: str


XXX = {
    "approved in June 2010": Expected(
        "approval", "happened", ".xxx approved", (date(2010, 6, 1), date(2010, 7, 1)), "published",
        "has come to a close with the ICANN Board’s approval of the .xxx top-level domain.",
    ),
    "live in 2011": Expected(
        "release", "planned", ".xxx to be released", (date(2011, 1, 1), date(2012, 1, 1)), "text",
        "The ICM Registry expects .xxx domains to go live at the start of 2011, if not sooner.",
    ),
    "$60 a name": Expected(
        "pricing", "planned", ".xxx: prices to change", None, "published",
        "the ICM Registry proposed .xxx registry would charge $60 per domain name",
    ),
}  # fmt: skip
SP1 = {
    "a first look in April 2010": Expected(
        "preview", "happened", "Preview of Microsoft Exchange Server 2010 SP1",
        (date(2010, 4, 1), date(2010, 5, 1)), "text",
        "Today, we are happy to give you a first look at what's coming later this year in Exchange Server 2010 Service "
        "Pack 1 (SP1).",
    ),
    "a beta with TechEd in June 2010": Expected(
        "preview", "planned", "Preview of Microsoft Exchange Server 2010 SP1 planned",
        (date(2010, 6, 1), date(2010, 7, 1)), "text",
        "we'll be offering a beta of SP1 for download in parallel with TechEd North America this June.",
    ),
    "released later in 2010": Expected(
        "release", "planned", "Microsoft Exchange Server 2010 SP1 to be released",
        (date(2010, 4, 16), date(2011, 1, 1)), "text",
        "what's coming later this year in Exchange Server 2010 Service Pack 1 (SP1).",
    ),
}  # fmt: skip
TIMELINES: dict[str, tuple[dict[str, str], dict[str, Expected]]] = {
    ".xxx": ({"tld": ".xxx"}, XXX),
    "Exchange Server 2010 SP1": ({"product": "Microsoft Exchange Server 2010 SP1"}, SP1),
}


def is_told(event: dict[str, Any], expected: Expected) -> bool:
    if (event["type"], event["status"], event["title"]) != (expected.type, expected.status, expected.title):
        return False
    when = event["date"]
    if when["basis"] != expected.basis or (when["begin"] is None) != (expected.within is None):
        return False
    if expected.within is not None:
        begin, end = date.fromisoformat(when["begin"]), date.fromisoformat(when["end"])
        if not expected.within[0] <= begin < end <= expected.within[1]:
            return False
    return any(expected.sentence.casefold() in found["quote"].casefold() for found in event["evidence"])


@pytest.mark.parametrize(("timeline", "what"), [(name, what) for name, (_, told) in TIMELINES.items() for what in told])
def test_the_timeline_tells(newswire: Service, timeline: str, what: str) -> None:
    query, told = TIMELINES[timeline]
    items = newswire.json("/api/v1/timeline", **query)["items"]
    matching = [event for event in items if is_told(event, told[what])]
    assert len(matching) == 1, json.dumps(items, indent=1)


@pytest.mark.parametrize("timeline", TIMELINES)
def test_the_timeline_tells_nothing_else(newswire: Service, timeline: str) -> None:
    query, told = TIMELINES[timeline]
    items = newswire.json("/api/v1/timeline", **query)["items"]
    assert [event["title"] for event in items if not any(is_told(event, one) for one in told.values())] == []


def test_every_quote_stands_in_its_post(newswire: Service) -> None:
    for query, _ in TIMELINES.values():
        for event in newswire.json("/api/v1/timeline", **query)["items"]:
            assert event["evidence"]
            for found in event["evidence"]:
                post = newswire.json(f"/api/v1/posts/{found['post']}")
                assert post[found["field"]][found["start"] : found["end"]] == found["quote"]


def test_the_calendar_and_the_feed_tell_the_same(newswire: Service) -> None:
    calendar = icalendar.Calendar.from_ical(newswire.get("/feeds/timeline.ics", tld=".xxx").content)
    assert [(str(event["SUMMARY"]), str(event["STATUS"])) for event in calendar.walk("VEVENT")] == [
        (".xxx approved", "CONFIRMED"), (".xxx to be released (early 2011)", "TENTATIVE"),
    ]  # fmt: skip
    feed = feedparser.parse(newswire.get("/feeds/timeline.atom", tld=".xxx").content)
    assert [entry.title for entry in feed.entries] == [
        ".xxx approved", ".xxx to be released, planned (early 2011)", ".xxx: prices to change, planned",
    ]  # fmt: skip
    assert all("<blockquote>" in entry.content[0].value for entry in feed.entries)
