"""What telling subscriptions costs: `python -m bench.deliveries [--subscriptions N] [--posts N] [--queries N] [--on …]`

A database holds an archive, posts that came after it, and subscriptions that have seen the archive and not the posts.
Of their queries so many are different: some are asked by many, most by few. First what is new is queued, then it is
sent to receivers on loopback, each phase in a process of its own, by the code of `hostwire deliver`. Printed are pairs
of subscription and post that matched, messages, statements of SQL, CPU and wall seconds and peak MB of each phase.

Of the receivers' hosts so many as --hanging says take a message and never answer, to be given up on after --timeout
seconds. Then it is printed as well after how long the others had all of theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import event, func, select, update

from bench.newswire import NEWEST, Newswire, NewswireSize, build_newswire
from bench.postgresql import running_postgresql
from bench.processes import Cost, measure
from store.arrivals import last_arrival
from store.database import Database
from store.models import Delivery, Subscription
from store.records import SubscriptionInput
from store.subscriptions import add_subscription

WORDS = 120  # of a post


@dataclass(frozen=True, slots=True)
class Size:
    """What is told to whom: new posts, subscriptions, different queries among them, hosts of their receivers, how many
    of these hang, and when a sender gives up on them.
    """

    subscriptions: int = 1_000
    posts: int = 1_000
    queries: int = 200
    hosts: int = 50
    hanging: int = 0
    timeout_s: float = 5.0
    archive: int = 2_000  # posts that came before


@dataclass(frozen=True, slots=True)
class Result:
    """What was told and what that cost. `others_s`: from the first message to the last that was taken."""

    pairs: int
    messages: int
    statements: dict[str, int]
    taken: int
    repeated: int
    others_s: float
    costs: dict[str, Cost]

    def __str__(self) -> str:
        lines = [f"{self.pairs:,} pairs in {self.messages:,} messages; {self.taken:,} taken, {self.repeated:,} again"]
        lines.append(f"{'':8}{'statements':>12}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}")
        for name, cost in self.costs.items():
            figures = f"{cost.cpu_s:9.2f}{cost.wall_s:9.2f}{cost.peak_mb:9.0f}"
            lines.append(f"{name:8}{self.statements[name]:12,}{figures}")
        lines.append(f"all that was taken was there after {self.others_s:.2f} s")
        return "\n".join(lines)


# -- the receivers -------------------------------------------------------------------------------------------------


class Receivers:
    """A process that takes messages at every address of this machine, and hangs at some; see `serve`."""

    def __init__(self, hanging: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.deliveries", "serve", str(hanging)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._said = self._process.stdout
        self.port = int(self._said.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def end(self) -> dict[str, float]:
        """Messages `taken`, how many of them `repeated`, and `seconds` from the first that came to the last taken."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        found: dict[str, float] = json.loads(self._said.readline())
        self._process.stdin = None
        return found


def host_of(number: int) -> str:
    """The address of a receiver's host: all of 127.0.0.0/8 is this machine."""
    return f"127.0.1.{number + 1}"


async def serve(hanging: int) -> None:
    """Print a port, and figures at the end of input. Requests to the first `hanging` hosts are not answered."""
    hang = {host_of(number) for number in range(hanging)}
    ids: set[bytes] = set()
    taken, first, last = 0, 0.0, 0.0

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken, first, last
        hangs = writer.get_extra_info("sockname")[0] in hang
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
                await reader.readexactly(int(fields[b"content-length"]))
                first = first or time.monotonic()
                if hangs:
                    await reader.read()
                    return
                ids.add(fields[b"webhook-id"])
                taken, last = taken + 1, time.monotonic()
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # whoever sends has no more
        finally:
            writer.close()

    everywhere = "0.0.0.0"  # noqa: S104 - each of the hosts is an address of its own
    server = await asyncio.start_server(take, everywhere, 0, limit=1 << 20, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps({"taken": taken, "repeated": taken - len(ids), "seconds": last - first}), flush=True)


# -- what is told --------------------------------------------------------------------------------------------------


def queries_of(newswire: Newswire, count: int, dice: random.Random) -> list[dict[str, object]]:
    """Different queries: words, some of them together, products and organizations."""
    found: dict[str, dict[str, object]] = {}
    while len(found) < count:
        word, other = newswire.vocabulary[dice.randrange(60, 6_000)], newswire.vocabulary[dice.randrange(20, 600)]
        kinds: list[dict[str, object]] = [
            {"q": word},
            {"q": f"{word} OR {other}"},
            {"q": f"{other} -{word}"},
            {"product": dice.choice(newswire.families), "q": other},
            {"organization": f"organization-{dice.randrange(50)}", "q": other},
        ]
        query = dice.choice(kinds)
        found[json.dumps(query)] = query
    return list(found.values())


def build(database: Database, size: Size, port: int) -> None:
    """Fill the database: all posts, then subscriptions that have seen the archive."""
    newswire = Newswire(NewswireSize(posts=size.archive + size.posts, words=WORDS))
    build_newswire(database, newswire)
    dice = random.Random("subscriptions")  # noqa: S311 - a choice, not a secret
    queries = queries_of(newswire, size.queries, dice)
    weights = list(accumulate(1 / (rank + 1) for rank in range(size.queries)))
    with database.write() as session:
        for number in range(size.subscriptions):
            query = queries[number] if number < size.queries else dice.choices(queries, cum_weights=weights)[0]
            address = f"http://{host_of(number % size.hosts)}:{port}/{number}"
            add_subscription(session, SubscriptionInput("posts", query, "webhook", address), now=NEWEST)
        session.execute(update(Subscription).values(since=last_arrival(session) - size.posts))


# -- the phases, each a process ------------------------------------------------------------------------------------


def phase(name: str) -> None:
    """Queue or send all there is; prints how many statements that took."""
    from hostwire.assembly import open_database
    from hostwire.deliveries import queue, send
    from hostwire.settings import load_settings

    settings = load_settings()
    with open_database(settings) as database:
        statements = 0

        def count(*_: Any) -> None:
            nonlocal statements
            statements += 1

        event.listen(database.engine, "before_cursor_execute", count)
        if name == "queue":
            queue(database)
        else:
            asyncio.run(send(settings, database, stopped=lambda: False))
        print(statements)


def run(url: str, size: Size) -> Result:
    """Build, queue and send; what that gave."""
    database = Database(url)
    costs: dict[str, Cost] = {}
    statements: dict[str, int] = {}
    try:
        with Receivers(size.hanging) as receivers:
            build(database, size, receivers.port)
            environment = {
                "HOSTWIRE_DATABASE_URL": url,
                "HOSTWIRE_FETCH_ALLOW": ",".join(f"{host_of(number)}:{receivers.port}" for number in range(size.hosts)),
                "HOSTWIRE_EXCHANGE_TIMEOUT": str(size.timeout_s),
            }
            for name in ("queue", "send"):
                command = [sys.executable, "-m", "bench.deliveries", name]
                costs[name], printed = measure(command, environment=environment)
                statements[name] = int(printed.splitlines()[-1])
            told = receivers.end()
        with database.read() as session:
            pairs, messages = session.execute(select(func.sum(Delivery.items), func.count(Delivery.id))).one()
    finally:
        database.close()
    taken, repeated = int(told["taken"]), int(told["repeated"])
    return Result(pairs or 0, messages, statements, taken, repeated, told["seconds"], costs)


@contextmanager
def databases(dialect: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="hw-deliveries-") as folder:
        if dialect == "sqlite":
            yield f"sqlite:///{Path(folder) / 'deliveries.db'}"
            return
        with running_postgresql(Path(folder) / "postgresql") as url:
            yield url


def main() -> int:
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(int(sys.argv[2])))
        return 0
    if sys.argv[1:2] in (["queue"], ["send"]):
        phase(sys.argv[1])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = Size()
    parser.add_argument("--subscriptions", type=int, default=defaults.subscriptions, help="at most 1,000")
    parser.add_argument("--posts", type=int, default=defaults.posts, help="that are new to all of them")
    parser.add_argument("--queries", type=int, default=defaults.queries, help="different ones")
    parser.add_argument("--hosts", type=int, default=defaults.hosts, help="of receivers, at most 250")
    parser.add_argument("--hanging", type=int, default=defaults.hanging, help="hosts that never answer")
    parser.add_argument("--timeout", type=float, default=defaults.timeout_s, help="seconds until they are given up on")
    parser.add_argument("--on", action="append", choices=("sqlite", "postgresql"), help="both, unless said")
    args = parser.parse_args()
    queries = min(args.queries, args.subscriptions)
    size = Size(args.subscriptions, args.posts, queries, args.hosts, args.hanging, args.timeout)
    for dialect in args.on or ("sqlite", "postgresql"):
        print(f"\n{dialect}: {size.subscriptions:,} subscriptions, {size.queries:,} queries, {size.posts:,} new posts")
        with databases(dialect) as url:
            print(run(url, size), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
