"""Answers that are given again: the same bytes while the data are the same, and never older ones."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from api.caching import ANSWERED, Answer
from api.context import ApiConfig
from api.remembering import AnswerMemory, CurrentVersion, RememberedAnswers, Turns
from store.database import Database
from store.records import EntityInput
from store.sources import get_source, update_source
from tests.api.conftest import TODAY, Service, fill, running
from tests.store.factories import make_analysis, make_entry, store_post
from tests.store.statements import statements

ROOT = Path(__file__).resolve().parents[2]
ADD_A_POST = """
import sys
from store.database import Database
from store.sources import get_source
from tests.store.factories import make_entry, store_post
database = Database(sys.argv[1])
with database.write() as session:
    store_post(session, get_source(session, "http://mail.example/feed"), make_entry("9"))
database.close()
"""


def add_post(database: Database, key: str) -> None:
    with database.write() as session:
        store_post(session, get_source(session, "http://mail.example/feed"), make_entry(key, title=f"Added {key}"))


def statements_of(service: Service, path: str, **headers: str) -> tuple[httpx.Response, int]:
    """The answer, and how many statements it took."""
    with statements(service.database) as sent:
        answer = service.client.get(path, headers=headers)
    return answer, len(sent)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/posts?q=exchange&facets=products", "/api/v1/timeline", "/api/v1/sources", "/feeds/posts.atom", "/"],
)
def test_what_was_answered_is_answered_again_without_a_query(service: Service, path: str) -> None:
    first, asked = statements_of(service, path)
    again, asked_again = statements_of(service, path)
    assert asked > 0
    assert asked_again == 0
    assert (again.status_code, again.content) == (200, first.content)
    kept = set(first.headers) - {"date"}
    assert {name: again.headers[name] for name in kept} == {name: first.headers[name] for name in kept}


def test_what_is_still_the_same_is_a_304_without_a_query(service: Service) -> None:
    path = "/feeds/posts.atom"
    first = service.client.get(path)
    for name, value in (
        ("If-None-Match", first.headers["etag"]),
        ("If-Modified-Since", first.headers["last-modified"]),
    ):
        again, asked = statements_of(service, path, **{name: value})
        assert (again.status_code, again.content, asked) == (304, b"", 0)
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["vary"] == first.headers["vary"]
    other, _ = statements_of(service, path, **{"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_a_304_is_remembered_as_the_whole_answer(on_sqlite: Service) -> None:
    path = "/api/v1/posts?q=sp1"
    etag = on_sqlite.client.get(path).headers["etag"]
    add_post(on_sqlite.database, "unrelated")
    assert on_sqlite.client.get(path, headers={"If-None-Match": etag}).status_code == 304
    whole, asked = statements_of(on_sqlite, path)
    assert (whole.status_code, asked) == (200, 0)
    assert [item["title"] for item in whole.json()["items"]] == ["A look at SP1"]


@pytest.mark.parametrize("path", ["/api/v1/posts", "/feeds/posts.json"])
def test_a_post_is_shown_as_soon_as_it_is_stored(service: Service, path: str) -> None:
    for key in ("a", "b", "c"):
        service.client.get(path)
        add_post(service.database, key)
        assert f"Added {key}" in service.client.get(path).text


def test_a_post_is_shown_as_soon_as_another_process_has_stored_it(service: Service) -> None:
    before = service.json("/api/v1/posts")
    url = service.database.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", ADD_A_POST, url], check=True, cwd=ROOT)
    assert len(service.json("/api/v1/posts")["items"]) == len(before["items"]) + 1


def test_what_is_rolled_back_changes_nothing(on_sqlite: Service) -> None:
    before = on_sqlite.client.get("/api/v1/posts")

    with on_sqlite.database.write() as session:
        store_post(session, get_source(session, "http://mail.example/feed"), make_entry("never"))
        assert on_sqlite.client.get("/api/v1/posts").content == before.content
        session.rollback()
    assert on_sqlite.client.get("/api/v1/posts").content == before.content


def test_no_reader_sees_less_than_was_stored_before_it_asked(service: Service) -> None:
    """Many read while one writes, on connections of their own: each commit is in every answer asked for after it."""
    stored = [0]
    ended = threading.Event()

    def read() -> list[tuple[int, int]]:
        seen = []
        with httpx.Client(base_url=service.client.base_url, timeout=30, trust_env=False) as client:
            while not ended.is_set():
                least = stored[0]
                shown = sum(
                    item["title"].startswith("Added") for item in client.get("/api/v1/posts?limit=100").json()["items"]
                )
                seen.append((least, shown))
        return seen

    with ThreadPoolExecutor(4) as readers:
        running_reads = [readers.submit(read) for _ in range(4)]
        try:
            for number in range(15):
                add_post(service.database, str(number + 100))
                stored[0] = number + 1
        finally:
            ended.set()
        seen = [pair for found in running_reads for pair in found.result()]
    assert seen
    assert [pair for pair in seen if pair[1] < pair[0]] == []


def test_head_and_compression_are_of_the_same_answer(on_sqlite: Service) -> None:
    path = "/feeds/posts.atom"
    plain = on_sqlite.client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):  # when it is compressed, and from then on
        with on_sqlite.client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
            raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) == len(raw) < len(plain.content)
        assert gzip.decompress(raw) == plain.content
        assert packed.headers["etag"] == plain.headers["etag"]
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    head = on_sqlite.client.head(path, headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == plain.headers["content-length"]


def test_each_host_and_each_path_gets_its_own_links(on_sqlite: Service) -> None:
    for host in ("one.example", "two.example:8080", "one.example"):
        answer = on_sqlite.client.get("/api/v1/posts?limit=1", headers={"Host": host}).json()
        assert answer["next"].startswith(f"http://{host}/api/v1/posts?")
    assert on_sqlite.json("/api/v1/posts", limit=2)["items"] != on_sqlite.json("/api/v1/posts", limit=1)["items"]


def test_errors_are_not_remembered(on_sqlite: Service) -> None:
    for _ in range(2):
        assert on_sqlite.get("/api/v1/posts", q="(").status_code == 422
        assert on_sqlite.get("/api/v1/products/never-named").status_code == 404


@pytest.fixture
def database_with_posts(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    fill(database)
    yield database
    database.close()


def test_nobody_is_answered_from_memory_without_the_key(database_with_posts: Database) -> None:
    path, key = "/api/v1/posts", {"X-API-Key": "right"}
    with running(database_with_posts, api_key="right") as client:
        assert client.get(path).status_code == 401
        first = client.get(path, headers=key)
        assert first.headers["cache-control"].startswith("private")
        for headers in ({}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}):
            assert client.get(path, headers=headers).status_code == 401
            assert client.get(path, headers={**headers, "If-None-Match": "*"}).status_code == 401
        assert client.get(path, headers=key).content == first.content
        assert client.get(path, auth=("any", "right")).content == first.content
    with running(database_with_posts, api_key="new") as client:
        assert client.get(path, headers=key).status_code == 401


def test_who_shows_a_key_that_none_asked_for_gets_a_private_answer(database_with_posts: Database) -> None:
    with running(database_with_posts) as client:
        for _ in range(2):
            assert client.get("/api/v1/posts").headers["cache-control"].startswith("public")
            shown = client.get("/api/v1/posts", headers={"X-API-Key": "x"})
            assert shown.headers["cache-control"].startswith("private")


def test_what_the_day_decides_is_not_remembered_beyond_it(database_with_posts: Database) -> None:
    """The front page shows what is planned for later: SP1's beta of June 2010."""
    day = [datetime(2010, 5, 1, 23, 59, tzinfo=UTC)]
    with running(database_with_posts, now=lambda: day[0]) as client:
        assert "Still to come" in client.get("/").text
        day[0] = datetime(2010, 7, 2, 0, 1, tzinfo=UTC)
        assert "Still to come" not in client.get("/").text


def test_a_name_that_came_is_offered_a_minute_later(database_with_posts: Database) -> None:
    """Names are held for half a minute, commits or not; what was answered by those of before is then asked for anew."""
    clock = [TODAY]
    with running(database_with_posts, now=lambda: clock[0]) as client:

        def offered() -> list[str]:
            return [item["slug"] for item in client.get("/api/v1/suggest?q=zebra").json()["items"]]

        assert offered() == []
        zebra = EntityInput("product", "zebra-panel", "Zebra Panel")
        with database_with_posts.write() as session:
            source = get_source(session, "http://mail.example/feed")
            store_post(session, source, make_entry("zebra", title="Zebra Panel"), make_analysis(zebra))
        clock[0] = TODAY + timedelta(seconds=10)
        offered()
        clock[0] = TODAY + timedelta(seconds=61)
        assert offered() == ["zebra-panel"]


def test_nothing_is_remembered_where_the_operator_wants_that(database_with_posts: Database) -> None:
    with running(database_with_posts, remembered_bytes=0) as client:
        service = Service(client, database_with_posts)
        first, _ = statements_of(service, "/api/v1/posts")
        again, asked = statements_of(service, "/api/v1/posts")
    assert asked > 0
    assert again.content == first.content


# -- the memory itself -----------------------------------------------------------------------------------------


def make_answer(size: int) -> Answer:
    return Answer(b"x" * size, "text/plain", {}, etag='W/"1"', since=None)


def test_memory_is_bounded_and_forgets_what_was_not_used() -> None:
    memory = AnswerMemory(99_000)
    for number in range(9):
        memory.keep(1, number, make_answer(9_000))
        assert memory.find(1, 0) is not None
    memory.keep(1, 9, make_answer(9_000))
    assert [number for number in range(10) if memory.find(1, number) is None] == [1]


def test_compressed_bytes_count_as_well() -> None:
    memory = AnswerMemory(24_000)
    answers = [make_answer(1_900) for _ in range(8)]
    for number, answer in enumerate(answers):
        memory.keep(1, number, answer)
    assert memory.find(1, 0) is answers[0]
    for answer in answers:  # now each holds its body twice, the second time in fewer bytes
        answer.response({"accept-encoding": "gzip"})
    held = [number for number in range(8) if memory.find(1, number) is not None]
    assert sum(answers[number].size for number in held) <= 24_000


def test_one_answer_does_not_drive_out_all_others() -> None:
    memory = AnswerMemory(100_000)
    memory.keep(1, "small", make_answer(10))
    memory.keep(1, "large", make_answer(50_000))
    assert memory.find(1, "large") is None
    assert memory.find(1, "small") is not None


def test_another_version_of_the_data_has_nothing_of_the_one_before() -> None:
    memory = AnswerMemory(100_000)
    memory.keep(1, "key", make_answer(10))
    assert memory.find(2, "key") is None
    memory.keep(2, "other", make_answer(10))
    assert memory.find(1, "key") is None
    assert memory.find(2, "key") is None


class SlowDatabase:
    """Stands in for a database that is asked over a network: answers when it is told to, and counts."""

    def __init__(self) -> None:
        self.version = self
        self.is_local = False
        self.asked = 0
        self.begun, self.gate = threading.Event(), threading.Event()

    def current(self) -> int:
        self.asked += 1
        self.begun.set()
        assert self.gate.wait(20)
        return self.asked


def test_those_who_come_while_the_version_is_asked_for_share_the_next_one() -> None:
    """What is under way may have begun before a commit that they know of."""
    database: Any = SlowDatabase()

    async def scenario() -> tuple[object, list[object]]:
        current = CurrentVersion(database)
        first = asyncio.create_task(current())
        assert await asyncio.to_thread(database.begun.wait, 20)
        later = [asyncio.create_task(current()) for _ in range(5)]
        await asyncio.sleep(0)
        later[0].cancel()  # a client that goes away takes nothing from the others
        database.gate.set()
        return await first, list(await asyncio.gather(*later[1:]))

    first, later = asyncio.run(scenario())
    assert (first, later, database.asked) == (1, [2] * 4, 2)


class Same:
    """Stands in for a database that nobody changes."""

    def __init__(self) -> None:
        self.version = self
        self.is_local = True

    def current(self) -> int:
        return 1


class SlowMaker:
    """An application that answers when it is told to; with `kept`, answers that may be given again. It counts."""

    def __init__(self, *, kept: bool) -> None:
        self.kept, self.made, self.gate = kept, 0, asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.made += 1
        await self.gate.wait()
        answer = make_answer(10)
        if self.kept:
            scope[ANSWERED].append(answer)
        await answer.response({})(scope, receive, send)


async def asked_at_once(maker: SlowMaker, times: int, send: Send, first_send: Send | None = None) -> list[Any]:
    """So many ask for one address while the first answer to it is being made."""
    context = SimpleNamespace(config=ApiConfig(version="9.9"))
    app: Any = SimpleNamespace(state=SimpleNamespace(context=context))
    database: Any = Same()
    remembered = RememberedAnswers(
        maker, database=database, now=lambda: datetime.now(UTC), max_bytes=1_000_000, at_once=4
    )

    async def nothing() -> Message:
        return {"type": "http.request"}

    def ask(send: Send) -> asyncio.Task[None]:
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": "/x", "query_string": b"", "headers": [],
            "app": app,
        }  # fmt: skip
        return asyncio.create_task(remembered(scope, nothing, send))

    asked = [ask(first_send or send), *(ask(send) for _ in range(times - 1))]
    await asyncio.sleep(0)
    maker.gate.set()
    return asked


@pytest.mark.parametrize(("kept", "made"), [(True, 1), (False, 5)])
def test_what_is_asked_several_times_at_once_is_made_once(kept: bool, made: int) -> None:
    """What cannot be given again, an error say, is made for each."""

    async def scenario() -> tuple[int, int]:
        maker, sent = SlowMaker(kept=kept), list[str]()

        async def send(message: Message) -> None:
            sent.append(message["type"])

        await asyncio.gather(*await asked_at_once(maker, 5, send))
        return maker.made, sent.count("http.response.start")

    assert asyncio.run(scenario()) == (made, 5)


def test_nobody_waits_for_the_one_who_reads_slowly_what_was_made_for_all() -> None:
    async def scenario() -> int:
        maker, read = SlowMaker(kept=True), asyncio.Event()

        async def send(_message: Message) -> None:
            return

        async def send_slowly(_message: Message) -> None:
            await read.wait()

        slow, *others = await asked_at_once(maker, 3, send, send_slowly)
        await asyncio.wait_for(asyncio.gather(*others), 20)
        assert not slow.done()
        read.set()
        await slow
        return maker.made

    assert asyncio.run(scenario()) == 1


def test_a_turn_ends_when_the_answer_begins_or_takes_too_long() -> None:
    """One at a time here: the first reads a lot, the second is read slowly, the third comes after both."""

    async def scenario() -> list[str]:
        begun: list[str] = []
        done, never = asyncio.Event(), asyncio.Event()

        async def answering(scope: Scope, _receive: Receive, send: Send) -> None:
            begun.append(scope["path"])
            if scope["path"] == "/costly":
                await never.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(_message: Message) -> None:
            if begun[-1] == "/last":
                done.set()
            else:
                await never.wait()

        turns = Turns(answering, at_once=1, longest_s=0.01)
        asked = [asyncio.create_task(turns({"path": path}, receive, send)) for path in ("/costly", "/slow", "/last")]
        await asyncio.wait_for(done.wait(), 20)
        never.set()
        await asyncio.gather(*asked)
        return begun

    assert asyncio.run(scenario()) == ["/costly", "/slow", "/last"]


def test_no_more_are_answered_at_once_than_there_are_turns() -> None:
    async def scenario() -> int:
        under_way, most = 0, 0

        async def answering(_scope: Scope, _receive: Receive, _send: Send) -> None:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(_message: Message) -> None:
            return

        turns = Turns(answering, at_once=2, longest_s=20)
        await asyncio.gather(*(turns({}, receive, send) for _ in range(6)))
        return most

    assert asyncio.run(scenario()) == 2


def test_a_change_over_http_is_seen_at_once(database_with_posts: Database) -> None:
    with running(database_with_posts, api_key="k") as client:
        key = {"X-API-Key": "k"}
        source = client.get("/api/v1/sources", headers=key).json()["items"][0]
        client.patch(f"/api/v1/sources/{source['id']}", headers=key, json={"name": "Renamed"}).raise_for_status()
        assert client.get("/api/v1/sources", headers=key).json()["items"][0]["name"] == "Renamed"
        with database_with_posts.write() as session:
            update_source(session, source["id"], name="Again")
        assert client.get("/api/v1/sources", headers=key).json()["items"][0]["name"] == "Again"
