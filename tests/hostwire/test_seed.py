"""The blog that it all started from, through the command and over HTTP: page and feed in, tagged posts out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import pytest

from tests.conftest import SHARED
from tests.hostwire.conftest import Run

pytestmark = pytest.mark.shared
BASE = "http://blog.hosted.example/"


@pytest.fixture(scope="module")
def seed() -> Path:
    folder = SHARED / "seed"
    if not folder.is_dir():
        pytest.skip(f"no labelled material at {SHARED}")
    return folder


@pytest.fixture(scope="module")
def truth(seed: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((seed / "expect.json").read_text())
    return expected


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def word_f1(found: str, expected: str) -> float:
    a, b = words(found), words(expected)
    return 2 * (a & b).total() / (a.total() + b.total())


# -- inspect ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hosted.html", "hosted.rss.xml", "hosted.txt"])
def test_inspect_reads_all_three_shapes_of_the_blog(
    hostwire: Run, seed: Path, truth: dict[str, Any], name: str
) -> None:
    done = hostwire("inspect", str(seed / name), "--base-url", BASE)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    plain = name.endswith(".txt")
    assert answer["error"] is None
    for entry, post in zip(answer["entries"], truth["posts"], strict=True):
        assert (entry["title"], entry["author"]) == (post["title"], post["author"])
        assert entry["published"][:16] == post["published"][:16]
        assert word_f1(entry["text"], post["text"]) >= 0.98
        if not plain:
            assert entry["url"] == post["link"]
    if name == "hosted.html":
        assert answer["next_page"] == truth["older_page"]


# -- ingest and HTTP -------------------------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def newswire(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The seed's folder served, both shapes added, ingested twice, and served by `hostwire serve`."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(seed)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    port = site.server_address[1]
    folder = tmp_path_factory.mktemp("seed")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOSTWIRE_")} | {
        "HOSTWIRE_DATA_DIR": str(folder), "HOSTWIRE_HOST_DELAY": "0", "HOSTWIRE_FETCH_ALLOW": f"127.0.0.1:{port}",
    }  # fmt: skip

    def run(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hostwire", *args],
            capture_output=True,
            text=True,
            env=environment,
            cwd=folder,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    server = None
    try:
        run("source", "add", f"http://127.0.0.1:{port}/hosted.html", "--kind", "page")
        run("source", "add", f"http://127.0.0.1:{port}/hosted.rss.xml", "--kind", "feed")
        first = [json.loads(line) for line in run("ingest", "--json").splitlines()]
        second = [json.loads(line) for line in run("ingest", "--json").splitlines()]
        server = subprocess.Popen(
            [sys.executable, "-m", "hostwire", "serve", "--port", "0"],
            stderr=subprocess.PIPE, text=True, env=environment, cwd=folder,
        )  # fmt: skip
        assert server.stderr is not None
        match = re.search(r"(http://127\.0\.0\.1:\d+)/", server.stderr.readline())
        assert match
        yield {"first": first, "second": second, "url": match[1]}
    finally:
        if server:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
            assert server.stderr is not None
            server.stderr.close()
        site.shutdown()
        site.server_close()


def get(newswire: dict[str, Any], path: str, **parameters: str) -> Any:
    query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
    with urllib.request.urlopen(f"{newswire['url']}{path}{query}") as answer:
        return json.loads(answer.read())


def test_page_and_feed_of_one_blog_store_each_post_once(newswire: dict[str, Any]) -> None:
    assert newswire["first"][-1]["new"] == 10
    assert len(get(newswire, "/api/v1/posts", limit="50")["items"]) == 10


def test_a_second_ingest_finds_nothing_changed(newswire: dict[str, Any]) -> None:
    *sources, total = newswire["second"]
    assert [source["status"] for source in sources] == ["unchanged", "unchanged"]
    assert (total["new"], total["updated"]) == (0, 0)


def test_a_phrase_finds_its_post_with_a_highlight(newswire: dict[str, Any]) -> None:
    items = get(newswire, "/api/v1/posts", q='"bare metal"')["items"]
    assert [item["title"] for item in items] == [
        "Parallels Announces Parallels Server for Mac with Bare Metal Capabilities"
    ]
    assert "<mark>" in items[0]["highlight"]


def timeline(newswire: dict[str, Any], **parameters: str) -> list[dict[str, Any]]:
    return get(newswire, "/api/v1/timeline", **parameters)["items"]  # type: ignore[no-any-return]


def test_the_approval_of_xxx_cites_its_sentence(newswire: dict[str, Any]) -> None:
    approvals = [event for event in timeline(newswire, tld=".xxx") if event["type"] == "approval"]
    assert approvals
    assert any("approval of the .xxx" in e["quote"] for e in approvals[0]["evidence"])
    assert approvals[0]["status"] == "happened"


def test_sp1_is_shown_first_then_released_later_that_year(newswire: dict[str, Any]) -> None:
    events = timeline(newswire, product="Microsoft Exchange Server 2010 SP1")
    kinds = {(event["type"], event["status"], event["date"]["value"]) for event in events}
    assert ("preview", "planned", "2010-06") in kinds
    assert any(kind == "release" and status == "planned" and value == "2010" for kind, status, value in kinds)


def test_parallels_server_for_mac_was_released_on_the_wednesday(newswire: dict[str, Any]) -> None:
    events = timeline(newswire, product="Parallels Server for Mac")
    assert any(e["type"] == "release" and e["date"]["value"] == "2010-02-24" for e in events)


def test_every_quote_stands_in_its_post_at_its_offsets(newswire: dict[str, Any]) -> None:
    posts = {
        item["id"]: get(newswire, f"/api/v1/posts/{item['id']}")
        for item in get(newswire, "/api/v1/posts", limit="50")["items"]
    }
    checked = 0
    for query in (
        {"tld": ".xxx"},
        {"product": "microsoft-exchange-server"},
        {"organization": "parallels"},
        {"q": "exchange"},
    ):
        for event in timeline(newswire, **query):
            for evidence in event["evidence"]:
                field = posts[evidence["post"]][evidence["field"]]
                assert field[evidence["start"] : evidence["end"]] == evidence["quote"]
                checked += 1
    assert checked >= 5


def test_the_atom_feed_of_a_query_reads_back_and_answers_304(newswire: dict[str, Any]) -> None:
    url = f"{newswire['url']}/feeds/posts.atom?q=exchange"
    with urllib.request.urlopen(url) as answer:
        body, etag = answer.read(), answer.headers["ETag"]
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == body
    parsed = feedparser.parse(body)
    assert parsed.bozo == 0
    listed = [item["id"] for item in get(newswire, "/api/v1/posts", q="exchange")["items"]]
    assert [entry.id.rpartition(":")[2] for entry in parsed.entries] == listed
    with pytest.raises(urllib.error.HTTPError) as again:
        urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": etag}))
    again.value.close()
    assert again.value.code == 304


def test_the_calendar_has_stable_ids(newswire: dict[str, Any]) -> None:
    def uids() -> list[str]:
        with urllib.request.urlopen(f"{newswire['url']}/feeds/timeline.ics?tld=.xxx") as answer:
            calendar = icalendar.Calendar.from_ical(answer.read())
        return [str(event["UID"]) for event in calendar.walk("VEVENT")]

    assert uids()
    assert uids() == uids()
