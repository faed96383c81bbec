"""What the measurements of cost measure: the same posts, each in its own process, told by name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

import pytest

from bench.tagging_costs import count_words, make_reader, peak_megabytes, words_a_second
from nlp.annotations import PostText

POSTS = [PostText("Plesk 9 is released", "It is out.", date(2010, 5, 5))] * 3


def test_words_are_counted_in_titles_and_texts() -> None:
    assert count_words(POSTS) == 3 * 7


def test_readers_take_turns_and_the_best_round_counts() -> None:
    turns: list[str] = []

    def busy(posts: Sequence[PostText]) -> None:
        turns.append("busy")
        until = time.process_time() + (0.2 if len(turns) < 3 else 0.01)
        while time.process_time() < until:
            pass

    def idle(posts: Sequence[PostText]) -> None:
        turns.append("idle")

    speeds = words_a_second({"busy": busy, "idle": idle}, POSTS, rounds=2)
    assert turns == ["busy", "idle"] * 2
    assert count_words(POSTS) / 0.15 < speeds["busy"] <= count_words(POSTS) / 0.01
    assert speeds["idle"] > speeds["busy"]


def test_memory_is_that_of_a_process_of_its_own() -> None:
    ballast = bytearray(400 * 2**20)
    assert 30 < peak_megabytes("nowhere", POSTS) < 400
    assert len(ballast)


def test_an_unknown_reader_is_refused() -> None:
    with pytest.raises(ValueError, match="by the name of 'somewhere'"):
        make_reader("somewhere")
