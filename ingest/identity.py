"""Entries as posts: what an entry is known by, in its source and in the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.entries import Entry
from ingest.hashing import content_hash
from ingest.urls import canonical_url, is_global_id
from store.records import EnclosureRecord, PostInput


def to_post_inputs(entries: Sequence[Entry], *, source_urls: Iterable[str | None] = ()) -> tuple[PostInput, ...]:
    """The entries that say anything as posts, in their order, each once.

    An entry is known by its guid, else its canonical URL, else its content. Ids and addresses that one document
    gives to several different entries, or that are the source's own (`source_urls`), tell nothing and are not
    used: without that, posts would overwrite each other. Entries that are known already are left out.
    """
    own = {canonical_url(url) for url in source_urls if url}
    entries = [entry for entry in entries if not entry.is_known]
    hashes = [content_hash(entry.title or "", entry.text) for entry in entries]
    urls = [_address(entry.url, own) for entry in entries]
    ids = _telling(
        [entry.id if entry.id not in own else None for entry in entries],
        # two states of one entry in one document share address and date (or title); two entries hardly do
        [
            f"{url} {entry.published or entry.title}" if url else hash_
            for entry, url, hash_ in zip(entries, urls, hashes, strict=True)
        ],
    )
    urls = _telling(urls, [id_ or hash_ for id_, hash_ in zip(ids, hashes, strict=True)])
    posts: dict[str, PostInput] = {}
    for entry, id_, url, hash_ in zip(entries, ids, urls, hashes, strict=True):
        if (entry.title or "").strip() or entry.text.strip():
            post = _to_post_input(entry, id_, url, hash_)
            posts.setdefault(post.entry_id, post)
    return tuple(posts.values())


def are_told_apart(entries: Sequence[Entry]) -> bool:
    """Whether the entries that are not known share no name with those that are, which have to be read then, too."""
    known = {name for entry in entries if entry.is_known for name in _names(entry)}
    return known.isdisjoint(name for entry in entries if not entry.is_known for name in _names(entry))


def _names(entry: Entry) -> list[str]:
    """What it may be confused by: addresses in the form in which they are compared later."""
    return [name for name in (entry.id, canonical_url(entry.url) if entry.url else None) if name]


def _telling(names: Sequence[str | None], others: Sequence[str]) -> list[str | None]:
    """The names, without those that stand for more than one of `others`."""
    meanings = Counter(name for name, _ in set(zip(names, others, strict=True)))
    return [name if meanings[name] == 1 else None for name in names]


def _address(url: str | None, own: set[str]) -> str | None:
    canonical = canonical_url(url) if url else None
    return None if canonical in own else canonical


def _to_post_input(entry: Entry, id_: str | None, url: str | None, hash_: str) -> PostInput:
    return PostInput(
        entry_id=id_ or url or f"content:{hash_}",
        title=(entry.title or "").strip(),
        text=entry.text,
        content_hash=hash_,
        url=url,
        urls=(url,) if url else (),
        guid=id_ if id_ and is_global_id(id_) else None,
        author=entry.author,
        published=entry.published,
        published_precision=entry.published_precision,
        updated=entry.updated,
        summary=entry.summary,
        html=entry.html,
        categories=entry.categories,
        enclosures=tuple(EnclosureRecord(e.url, e.type, e.length) for e in entry.enclosures),
        digest=entry.digest,
        is_beginning=entry.is_beginning,
    )
