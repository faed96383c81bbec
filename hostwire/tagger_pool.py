"""A tagger in several processes: for whoever holds it, it tags as `nlp.pipeline.Tagger` does, on all of them.

spaCy is imported in those processes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hostwire.errors import TaggerError
from ingest.errors import ReaderCrashedError
from ingest.plain import from_plain, to_json
from ingest.worker_pool import WorkerPool
from nlp.annotations import Analysis, PostText

READER = "hostwire.tagger_worker:tag_posts"
_SLICE_POSTS = 4  # small, so that no process waits long for another's last slice
_SLICE_CHARACTERS = 100_000
_DEADLINE_S = 120.0  # for a slice: a post of the longest text that is read takes some ten seconds of an idle machine
# The catalogue and the model are loaded at the first request and count as its memory: some 250 MB.
_MEMORY_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Posts:
    """What a process is asked to tag; each post is `published` on a day, its anchor."""

    posts: tuple[PostText, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The analyses in order, and the version of the tagger that made them.

    `refused` says in one line why there is no tagger: the catalogue or the model cannot be used.
    """

    version: str = ""
    analyses: tuple[Analysis, ...] = ()
    refused: str | None = None


class TaggerPool:
    """Tags posts in `jobs` processes. Use as a context manager.

    What kills a process, or takes it too long, fails as an exception of the call and costs no other call anything:
    `nlp.one_by_one.tag_each` finds out which post it was.

    Raises:
        TaggerError: on entering, where the catalogue or the model cannot be used.
    """

    def __init__(self, catalogue: Path | None, model: str | None, jobs: int, *, reader: str = READER) -> None:
        self._words = {"catalogue": str(catalogue.absolute()) if catalogue else None, "model": model}
        self._workers = WorkerPool(reader=reader, deadline_s=_DEADLINE_S, memory_bytes=_MEMORY_BYTES, workers=jobs)
        self._threads = ThreadPoolExecutor(jobs)
        self.version = ""

    def __enter__(self) -> Self:
        try:
            # As many questions as there are processes: they load catalogue and model side by side.
            started = [self._threads.submit(self._ask, ()) for _ in range(self._workers.workers)]
            self.version, *_ = (tagged.result().version for tagged in started)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, also those in the middle of a post."""
        self._workers.close()
        self._threads.shutdown(cancel_futures=True)

    def tag(self, post: PostText) -> Analysis:
        """As `nlp.pipeline.Tagger.tag`.

        Raises:
            SandboxError: the post took its process down, or too long.
            ReaderCrashedError: the tagger failed on it.
        """
        return self._tag([post])[0]

    def tag_many(self, posts: Iterable[PostText]) -> Iterator[Analysis]:
        """An analysis a post, in order; all posts are read at once. Raises as `tag`."""
        waiting = [self._threads.submit(self._tag, some) for some in _slices(posts)]
        try:
            for tagged in waiting:
                yield from tagged.result()
        finally:
            for tagged in waiting:
                tagged.cancel()

    def _tag(self, posts: Sequence[PostText]) -> tuple[Analysis, ...]:
        tagged = self._ask(posts)
        if tagged.version != self.version:
            raise TaggerError("the catalogue was changed while posts were tagged; start again")
        return tagged.analyses

    def _ask(self, posts: Sequence[PostText]) -> Tagged:
        plain = Posts(tuple(PostText(_unicode(post.title), _unicode(post.text), post.anchor) for post in posts))
        try:
            answer = self._workers.ask(to_json(plain), **self._words)
        except ReaderCrashedError as error:
            error.add_note(error.trace)  # the worker's, which is where the fault is
            raise
        try:
            tagged: Tagged = from_plain(Tagged, answer)
        except (KeyError, TypeError, ValueError) as error:
            raise ReaderCrashedError(f"the worker's answer is no analysis: {error}", "") from error
        if tagged.refused is not None:
            raise TaggerError(tagged.refused)
        return tagged


def _slices(posts: Iterable[PostText]) -> Iterator[list[PostText]]:
    some: list[PostText] = []
    characters = 0
    for post in posts:
        some.append(post)
        characters += len(post.text)
        if len(some) == _SLICE_POSTS or characters >= _SLICE_CHARACTERS:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _unicode(text: str) -> str:
    """A lone surrogate is no character and has no JSON form."""
    return text.encode("utf-8", "replace").decode("utf-8")
