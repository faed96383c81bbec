"""What tagging costs in time and memory, beside the statistical model alone with all of its components.

Time is CPU seconds of one process: what else the machine does only ever adds to it, so the best of some rounds counts,
and what is compared takes turns. Memory is the most that a process held which did nothing else.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import spacy
from spacy.language import Language

from hostwire.tagger_pool import TaggerPool
from nlp.annotations import PostText
from nlp.catalogue import load_catalogue
from nlp.model_votes import ModelUse
from nlp.pipeline import DEFAULT_MODEL, Tagger, build_tagger

ROUNDS = 3
_BATCH = 64  # of 1 to 1000 posts at a time, what the model alone is fastest with
BARE = "model alone"
USES: tuple[ModelUse, ...] = ("everywhere", "needed", "nowhere")
_STATUS = Path("/proc/self/status")

Reader = Callable[[Sequence[PostText]], None]
"""Reads posts for nothing but the time it takes."""


def count_words(posts: Sequence[PostText]) -> int:
    """The words of titles and texts, as blanks separate them."""
    return sum(len(post.document.split()) for post in posts)


def make_reader(name: str) -> Reader:
    """What reads posts by the name of `BARE` or one of `USES`.

    Raises:
        ValueError: there is none of that name.
    """
    if name == BARE:
        return partial(_read_alone, spacy.load(DEFAULT_MODEL))
    for use in USES:
        if name == use:
            return partial(_tag, build_tagger(load_catalogue(), model_use=use))
    raise ValueError(f"nothing reads posts by the name of {name!r}; there are {(BARE, *USES)}")


def _read_alone(model: Language, posts: Sequence[PostText]) -> None:
    for _ in model.pipe((post.document for post in posts), batch_size=_BATCH):
        pass


def _tag(tagger: Tagger, posts: Sequence[PostText]) -> None:
    for _ in tagger.tag_many(posts, batch_size=_BATCH):
        pass


def words_a_second(
    readers: Mapping[str, Reader], posts: Sequence[PostText], *, rounds: int = ROUNDS
) -> dict[str, float]:
    """Words a second of CPU that each reader reads `posts` with, in its best round."""
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(rounds):
        for name, read in readers.items():
            begun = time.process_time()
            read(posts)
            best[name] = min(best[name], time.process_time() - begun)
    words = count_words(posts)
    return {name: words / seconds for name, seconds in best.items()}


def peak_megabytes(name: str, posts: Sequence[PostText]) -> float:
    """The most memory (resident set, in MB of 2**20 bytes) of a new process that makes a reader and reads `posts`."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_peak, name, posts).result()


def _peak(name: str, posts: Sequence[PostText]) -> float:
    make_reader(name)(posts)
    if _STATUS.exists():
        # Linux hands the figure of getrusage() down from the process that started this one.
        line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def wall_words_a_second(posts: Sequence[PostText], jobs: int) -> float:
    """Words a second on the wall's clock with `jobs` processes that are already started."""
    with TaggerPool(None, DEFAULT_MODEL, jobs) as pool:
        begun = time.perf_counter()
        for _ in pool.tag_many(posts):
            pass
        return count_words(posts) / (time.perf_counter() - begun)
