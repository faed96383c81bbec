"""Several processes tag as one does; what kills one of them costs its post."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hostwire.errors import TaggerError
from hostwire.tagger_pool import TaggerPool
from ingest.errors import ReaderCrashedError, SandboxError
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.json_lines import TAGGING_FAILED, tag_objects
from nlp.pipeline import Tagger, build_tagger
from tests.hostwire.conftest import Run, one_line

UNRULY = "tests.hostwire.unruly_tagger:tag_or_do"
POSTS = [
    PostText(f"Plesk {number}.0 is released", f"It came out on {number} May 2010, said Foo Bar Inc.", date(2010, 6, 1))
    for number in range(1, 24)
]


@pytest.fixture(scope="module")
def alone() -> Tagger:
    return build_tagger(load_catalogue(), None)


@pytest.fixture(scope="module")
def pool() -> Iterator[TaggerPool]:
    with TaggerPool(None, None, 2, reader=UNRULY) as pool:
        yield pool


def test_the_answers_are_those_of_one_process_in_order(pool: TaggerPool, alone: Tagger) -> None:
    assert list(pool.tag_many(POSTS)) == list(alone.tag_many(POSTS))
    assert pool.tag(POSTS[0]) == alone.tag(POSTS[0])
    assert pool.version == alone.version


def test_no_posts_have_no_answers(pool: TaggerPool) -> None:
    assert list(pool.tag_many([])) == []


def test_an_instant_is_read_as_its_day_and_half_a_character_as_none(pool: TaggerPool, alone: Tagger) -> None:
    post = PostText("Plesk 9 \ud800", "It is released today.", datetime(2010, 6, 1, 23, 59, tzinfo=UTC))
    assert pool.tag(post).events == alone.tag(post).events


@pytest.mark.parametrize("order", ["die", "segfault", "crash"])
def test_a_post_that_takes_its_process_down_costs_its_own_answer(pool: TaggerPool, alone: Tagger, order: str) -> None:
    bad = 7
    posts = [{"id": n, "title": f"Plesk {n}.0 is released", "published": "2010-06-01"} for n in range(20)]
    posts[bad] |= {"title": order}
    with capture_logs() as logs:
        answers = list(tag_objects(pool, posts))
    assert answers[bad] == {"id": bad, "error": TAGGING_FAILED}
    good = [post for post in posts if post["id"] != bad]
    assert [answer for answer in answers if answer["id"] != bad] == list(tag_objects(alone, good))
    assert [log["post"] for log in logs if log["log_level"] == "error"] == [bad]


def test_how_a_post_failed_is_said(pool: TaggerPool) -> None:
    with pytest.raises(SandboxError, match="its worker process down"):
        pool.tag(PostText("die", ""))
    with pytest.raises(ReaderCrashedError, match="ZeroDivisionError: nobody foresaw this") as raised:
        pool.tag(PostText("crash", ""))
    assert "unruly_tagger.py" in raised.value.__notes__[0]


def test_answers_of_another_catalogue_are_refused(pool: TaggerPool) -> None:
    with pytest.raises(TaggerError, match="the catalogue was changed"):
        pool.tag(PostText("change the catalogue", ""))


def test_closing_ends_the_processes() -> None:
    with TaggerPool(None, None, 2) as pool:
        pids = [worker._process.pid for worker in pool._workers._all]
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_the_command_answers_alike_with_one_process_and_with_two(hostwire: Run) -> None:
    lines = [json.dumps({"id": n, "title": post.title, "text": post.text}) for n, post in enumerate(POSTS)]
    lines.insert(3, "no JSON")
    one, two = (hostwire("tag", "--json", "--jobs", jobs, "-", stdin="\n".join(lines)) for jobs in ("1", "2"))
    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    assert two.stdout == one.stdout
    assert len(two.stdout.splitlines()) == len(lines)


@pytest.mark.parametrize("command", ["tag", "retag"])
def test_a_catalogue_that_cannot_be_used_is_one_line(hostwire: Run, tmp_path: Path, command: str) -> None:
    catalogue = tmp_path / "mine.toml"
    catalogue.write_text("[products\n")
    done = hostwire(command, "--jobs", "2", HOSTWIRE_CATALOGUE=str(catalogue))
    assert done.returncode == 1
    assert "mine.toml" in one_line(done.stderr)
