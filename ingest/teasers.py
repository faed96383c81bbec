"""Feeds that show only the beginnings of their posts: which entries those are, and the rest from their own pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import structlog

from ingest.archive_rules import may_pass
from ingest.client import Client
from ingest.entries import Article, Entry
from ingest.errors import FetchError, ReaderCrashedError, ReadError, SandboxError
from ingest.listed import MAX_ARTICLES, Read

MAX_CHARS = 1_500  # of a text that breaks off: a longer one may end so by its author's will
MAX_SECONDS = 60.0  # after which no further page is begun: a server that is slow on purpose holds up nobody else
KEPT = 0.7  # of a teaser's words that its article has, too; pages that ask for a login or a consent have few
_APPENDED = re.compile(r"\s*The post .{1,300} (?:appeared first on|first appeared on) .{1,200}\Z", re.DOTALL)
_MORE = (
    "read more|continue reading|keep reading|read on|read the (?:full|rest)|full (?:story|article)|more|"
    "view (?:article|post)|weiterlesen|mehr lesen|lire la suite|leer m[aá]s|seguir leyendo|lees (?:meer|verder)|"
    "leia mais|continua a leggere|"
    "czytaj dalej|читать далее|続きを読む"
)
_CUT_OFF = re.compile(
    rf"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\])\s*(?:(?:{_MORE})\b[^\n.]{{0,120}})?\s*[\]\[»›→>.]*\Z"
    rf"|(?:^|[\n.!?»]\s*|\()(?:{_MORE})\s*(?:[»›→>.…)]|\.\.\.)*\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{3,}")

log = structlog.get_logger()


def is_teaser(entry: Entry) -> bool:
    """Whether the entry's text says itself that it is not all: by an ellipsis at its end, or by "read more".

    A short text alone is none: many posts are short.
    """
    if not entry.text or len(entry.text) > MAX_CHARS:
        return False
    return _CUT_OFF.search(_APPENDED.sub("", entry.text).rstrip()) is not None


def is_whole_of(article: Article, entry: Entry) -> bool:
    """Whether an article is the post that the entry shows the beginning of."""
    if len(article.text.split()) <= len(entry.text.split()):
        return False
    begun = set(_WORD.findall(_CUT_OFF.sub("", _APPENDED.sub("", entry.text).rstrip()).lower()))
    return len(begun & set(_WORD.findall(article.text.lower()))) >= KEPT * len(begun)


async def read_whole(entries: Sequence[Entry], client: Client, read: Read) -> tuple[tuple[Entry, ...], bool]:
    """The entries, the teasers among them with the text of their own pages; and whether that is all that there is.

    It is not where there are more than a visit reads, or where a page could not be had for the time being: those
    entries have no digest, so that they are read again.
    """
    until = client.clock() + MAX_SECONDS
    found: list[Entry] = []
    asked, is_all = 0, True
    for entry in entries:
        if entry.is_known or not entry.url or not is_teaser(entry):
            found.append(entry)
            continue
        begun = replace(entry, is_beginning=True)
        if asked >= MAX_ARTICLES or client.clock() > until:
            found.append(replace(begun, digest=None))
            is_all = False
            continue
        asked += 1
        try:
            article = (await read(await client.get(entry.url, obey_robots=True), None)).article
        except ReaderCrashedError:
            raise
        except (FetchError, ReadError, SandboxError) as error:
            log.info("article_failed", url=entry.url, error=str(error))
            if isinstance(error, FetchError) and may_pass(error):
                begun, is_all = replace(begun, digest=None), False
                asked = MAX_ARTICLES  # rather than to press a server in trouble
            found.append(begun)
            continue
        found.append(_with_article(entry, article) if article and is_whole_of(article, entry) else begun)
    return tuple(found), is_all


def _with_article(entry: Entry, article: Article) -> Entry:
    from ingest.stamps import parse_stated  # its many patterns are compiled where a page is read

    stamp = None if entry.published else parse_stated(article.published)
    return replace(
        entry,
        title=entry.title or article.title,
        author=entry.author or article.author,
        published=stamp.instant if stamp else entry.published,
        published_precision=stamp.precision if stamp else entry.published_precision,
        text=article.text,
        html=article.html or entry.html,
    )
