"""Requests a second and their p99 beside a bare answer of the same bytes: `python -m bench.http [--posts N] [--ingest]`

`hostwire serve`, one worker, answers over generated posts; a FastAPI application with one route answers the very same
bytes from memory. Both are asked by the same generator over 32 connections, in turns of a few seconds. What is asked:
searches (300 queries, some far more often than others, and searches of which none is asked twice, so that nothing that
was answered before is of use), a timeline, feeds, and what a feed reader asks that has the feed already. The bare
answer to that is 304 from memory as well. With --ingest a real `hostwire ingest`, analysis included, goes on all the
while.

The machine's other load moves absolute figures: the ratios are the result. With --gate the exit code is 1 where one of
the floors in bench/floors.toml is missed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.feed_farm import FarmProcess, FarmSize
from bench.newswire import NEWEST, Newswire, NewswireSize, build_newswire
from store.database import Database
from store.records import SourceInput
from store.sources import add_source, list_sources, update_source

FLOORS = Path(__file__).with_name("floors.toml")
QUERIES = 300
ASKED = 20_000  # requests in the list that the generator goes through
SAMPLED = 60  # answers of those that are all different that the bare application holds
FEED = "/feeds/posts.atom?product=product-0"
FARM = FarmSize(feeds=100, entries=40, words=200)


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that is asked: requests as bench.load reads them, all of them or as often as they stand there."""

    name: str
    requests: Sequence[str]


@dataclass(slots=True)
class Figures:
    """What several turns of one server gave. Times are milliseconds, the worst turn's for p99."""

    requests: int = 0
    seconds: float = 0.0
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, turn: Mapping[str, Any]) -> None:
        """One turn of the generator's."""
        self.requests += turn["requests"]
        self.seconds += turn["seconds"]
        self.p50_ms.append(turn["p50_ms"])
        self.p99_ms.append(turn["p99_ms"])
        self.statuses.update({int(status): times for status, times in turn["statuses"].items()})

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def failures(self) -> int:
        """Answers of 5xx, and connections that broke."""
        return sum(times for status, times in self.statuses.items() if status == 0 or status >= 500)


@dataclass(frozen=True, slots=True)
class Result:
    """A kind of request: what the service gave and what the bare application did."""

    kind: str
    hostwire: Figures
    bare: Figures

    @property
    def rate_ratio(self) -> float:
        return self.hostwire.rate / self.bare.rate

    @property
    def p99_ratio(self) -> float:
        """Of the medians of the turns' p99."""
        return median(self.hostwire.p99_ms) / median(self.bare.p99_ms)


def median(values: Sequence[float]) -> float:
    """The middle one, the upper of two."""
    return sorted(values)[len(values) // 2]


# -- what is asked ---------------------------------------------------------------------------------------------


def kinds_of(newswire: Newswire, etag_of: Callable[[str], str]) -> list[Kind]:
    """The kinds of request; `etag_of` asks the running service for the entity tag of a path."""
    choice = random.Random("requests")  # noqa: S311 - a choice, not a secret
    queries = [f"/api/v1/posts?{urlencode(query)}" for query in _queries(newswire, choice, QUERIES)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(queries))))
    fresh = _fresh(newswire, choice)
    accepts = "Accept-Encoding: gzip"
    return [
        Kind("search", choice.choices(queries, cum_weights=weights, k=ASKED)),
        Kind("search, all new", [next(fresh) for _ in range(ASKED)]),
        Kind("timeline", ["/api/v1/timeline?product=product-0"]),
        Kind("atom", [FEED]),
        Kind("atom, gzip", [f"{FEED}\t{accepts}"]),
        Kind("atom 304", [f"{FEED}\tIf-None-Match: {etag_of(FEED)}"]),
        Kind("json feed", [FEED.replace(".atom", ".json")]),
    ]


def _queries(newswire: Newswire, choice: random.Random, count: int) -> Iterator[dict[str, str]]:
    """A word, two, a product, a word with dates, words by relevance: what people ask."""
    shapes: Sequence[Callable[[], dict[str, str]]] = (
        lambda: {"q": _word(newswire, choice)},
        lambda: {"q": f"{_word(newswire, choice)} {_word(newswire, choice)}"},
        lambda: {"product": choice.choice(newswire.families)},
        lambda: {"q": f"{_word(newswire, choice)} after:2026-03", "product": choice.choice(newswire.families)},
        lambda: {"q": _word(newswire, choice), "sort": "relevance"},
    )
    for number in range(count):
        yield shapes[number % len(shapes)]()


def _word(newswire: Newswire, choice: random.Random) -> str:
    return newswire.vocabulary[int(choice.paretovariate(0.5)) % 2_000]


def _fresh(newswire: Newswire, choice: random.Random) -> Iterator[str]:
    """Searches of the same shapes that are all different: each looks at what came before another second."""
    number = 0
    while True:
        for query in _queries(newswire, choice, QUERIES):
            number += 1
            before = NEWEST - timedelta(hours=1, seconds=number)
            yield f"/api/v1/posts?{urlencode({**query, 'before': f'{before:%Y-%m-%dT%H:%M:%SZ}'})}"


# -- who answers -----------------------------------------------------------------------------------------------


@contextmanager
def service(environment: Mapping[str, str]) -> Iterator[int]:
    """The port of a `hostwire serve`."""
    command = [sys.executable, "-m", "hostwire", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        yield int(said.partition("//")[2].partition("/")[0].rpartition(":")[2])
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


@contextmanager
def bare_service(answers: Sequence[tuple[int, Mapping[str, str], bytes]], folder: Path) -> Iterator[int]:
    """The port of an application that holds the answers and has nothing else to do."""
    path = folder / "answers.json"
    held = [
        {"status": status, "headers": dict(headers), "body": base64.b64encode(body).decode()}
        for status, headers, body in answers
    ]
    path.write_text(json.dumps(held))
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bare_answers", str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def fetch(port: int, request: str) -> tuple[int, Mapping[str, str], bytes]:
    """One answer: status, the headers that are the application's own, and body."""
    path, *lines = request.split("\t")
    headers = dict(line.split(": ", 1) for line in lines)
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310 - our own server
            status, found, body = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, found, body = error.code, error.headers, error.read()
    assert status in {200, 304}, f"{path}: {status} {body[:200]!r}"
    return status, {name: value for name, value in found.items() if name.lower() not in OF_THE_SERVER}, body


OF_THE_SERVER = {"date", "server", "content-length", "connection"}


@contextmanager
def ingesting(environment: Mapping[str, str], farm: FarmProcess) -> Iterator[None]:
    """Ingests run one after the other, each with new entries in every feed."""
    command = f"while true; do {sys.executable} -m bench.http --advance {farm.port} && "
    command += f"{sys.executable} -m hostwire ingest --force --json >/dev/null || exit 1; done"
    process = subprocess.Popen(["/bin/sh", "-c", command], env={**os.environ, **environment}, start_new_session=True)
    try:
        yield
        assert process.poll() is None, "the ingest has failed"
    finally:
        os.killpg(process.pid, 15)
        process.wait()


# -- measuring -------------------------------------------------------------------------------------------------


def turn(port: int, requests: Sequence[str], seconds: float) -> dict[str, Any]:
    """What the generator finds in some seconds."""
    command = [sys.executable, "-m", "bench.load", str(port), f"--seconds={seconds}"]
    printed = subprocess.run(command, input="\n".join(requests), capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def measure(port: int, kind: Kind, folder: Path, *, rounds: int, seconds: float) -> Result:
    """The service and the bare application, in turns."""
    distinct = list(dict.fromkeys(kind.requests))[: max(QUERIES, SAMPLED)]
    places = {request: number for number, request in enumerate(distinct)}
    asked_bare = [f"/{places.get(request, index % len(distinct))}" for index, request in enumerate(kind.requests)]
    result = Result(kind.name, Figures(), Figures())
    with bare_service([fetch(port, request) for request in distinct], folder) as bare_port:
        for number in range(rounds):
            ahead = number * len(kind.requests) // rounds  # a later turn goes on where the one before it may have been
            requests = [*kind.requests[ahead:], *kind.requests[:ahead]]
            result.hostwire.add(turn(port, requests, seconds))
            result.bare.add(turn(bare_port, asked_bare, seconds))
    return result


def report(results: Sequence[Result]) -> str:
    """The results as a table."""
    head = f"{'':<18}{'req/s':>8}{'bare':>8}{'ratio':>7}{'p50 ms':>8}{'bare':>7}{'p99 ms':>8}{'bare':>7}{'ratio':>7}"
    lines = [f"{head}  statuses"]
    for one in results:
        ours, bare = one.hostwire, one.bare
        statuses = ", ".join(f"{status}: {times}" for status, times in sorted(ours.statuses.items()))
        lines.append(
            f"{one.kind:<18}{ours.rate:>8.0f}{bare.rate:>8.0f}{one.rate_ratio:>7.2f}"
            f"{median(ours.p50_ms):>8.1f}{median(bare.p50_ms):>7.1f}"
            f"{median(ours.p99_ms):>8.1f}{median(bare.p99_ms):>7.1f}{one.p99_ratio:>7.2f}  {statuses}"
        )
    return "\n".join(lines)


def missed(results: Sequence[Result], floors: Mapping[str, Mapping[str, float]], *, while_ingesting: bool) -> list[str]:
    """What falls short of its floor, in words."""
    found = [f"{one.kind}: {one.hostwire.failures} failures" for one in results if one.hostwire.failures]
    if while_ingesting:
        most = floors["ingesting"]["most_p99_ms"]
        return found + [
            f"{one.kind}: p99 {max(one.hostwire.p99_ms):.0f} ms is above {most:.0f}"
            for one in results
            if one.kind in floors["p99"] and max(one.hostwire.p99_ms) > most
        ]
    for one in results:
        least = floors["rates"].get(one.kind)
        if least is not None and one.rate_ratio < least:
            found.append(f"{one.kind}: {one.rate_ratio:.2f} of the bare rate is below {least}")
        most_p99 = floors["p99"].get(one.kind)
        if most_p99 is not None and one.p99_ratio > most_p99:
            found.append(f"{one.kind}: p99 is {one.p99_ratio:.2f} times the bare one, above {most_p99}")
    return found


def prepare(url: str, size: NewswireSize) -> Newswire:
    """The posts in the database, which are left as they are where they are there."""
    newswire, database = Newswire(size), Database(url)
    try:
        if database.is_empty():
            build_newswire(database, newswire)
    finally:
        database.close()
    return newswire


def add_farm(url: str, farm: FarmProcess) -> None:
    """Let the next ingest read the feeds of the farm, and nothing else."""
    database = Database(url)
    with database.write() as session:
        for source in list_sources(session):
            update_source(session, source.public_id, enabled=False)
        for address in farm.urls:
            add_source(session, SourceInput(address), now=datetime.now(UTC))
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--posts", type=int, default=NewswireSize().posts)
    parser.add_argument("--database", help="the URL of one to build and keep (default: an SQLite file of its own)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each server and kind")
    parser.add_argument("--only", action="append", default=[], metavar="KIND", help="measure this kind alone")
    parser.add_argument("--ingest", action="store_true", help="while an ingest with analysis goes on")
    parser.add_argument("--gate", action="store_true", help="exit 1 where a floor is missed")
    parser.add_argument("--advance", type=int, metavar="PORT", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.advance:
        asked = urllib.request.Request(f"http://127.0.0.1:{words.advance}/advance?by=4", method="POST")
        urllib.request.urlopen(asked).close()  # noqa: S310 - our own server
        return
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        url = words.database or f"sqlite:///{folder / 'hostwire.db'}"
        newswire = prepare(url, NewswireSize(posts=words.posts))
        environment = {"HOSTWIRE_DATABASE_URL": url, "HOSTWIRE_DATA_DIR": temporary, "HOSTWIRE_HOST_DELAY": "0"}
        if words.ingest:
            farm = stack.enter_context(FarmProcess(FARM))
            add_farm(url, farm)
            environment["HOSTWIRE_FETCH_ALLOW"] = f"127.0.0.1:{farm.port}"
            stack.enter_context(ingesting(environment, farm))
        port = stack.enter_context(service(environment))
        kinds = kinds_of(newswire, lambda path: fetch(port, path)[1]["etag"])
        results = [
            measure(port, kind, folder, rounds=words.rounds, seconds=words.seconds)
            for kind in kinds
            if not words.only or kind.name in words.only
        ]
        print(f"{words.posts:,} posts, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(report(results))
    short = missed(results, tomllib.loads(FLOORS.read_text(encoding="utf-8"))["http"], while_ingesting=words.ingest)
    for line in short:
        print(line)
    sys.exit(1 if words.gate and short else 0)


if __name__ == "__main__":
    main()
