"""Builds what the commands need from the settings: database, client, tagger. Nothing is built at import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import hostwire
from hostwire.settings import Settings
from ingest.client import FetchLimits
from ingest.schedule import Spacing
from store.database import Database

if TYPE_CHECKING:
    from ingest.analysis import Tagger as AnyTagger
    from nlp.pipeline import Tagger


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of the settings, its schema made where there is none yet.

    Raises:
        DatabaseUrlError: the URL cannot be used, or nothing answers there.
        SchemaError: the schema is of another release; the text says to run `hostwire init`.
    """
    database = Database(settings.effective_database_url)
    try:
        if database.is_empty():
            database.upgrade()
        database.check_schema()
        yield database
    finally:
        database.close()


def fetch_limits(settings: Settings) -> FetchLimits:
    """The crawler's limits as the operator set them."""
    return FetchLimits(
        exchange_timeout_s=settings.exchange_timeout,
        connect_timeout_s=settings.connect_timeout,
        read_timeout_s=settings.read_timeout,
        max_body_bytes=settings.max_body,
        max_header_bytes=settings.max_header,
        max_redirects=settings.max_redirects,
        host_delay_s=settings.host_delay,
        concurrency=settings.fetch_concurrency,
        allow=settings.fetch_allow,
        user_agent=user_agent(settings),
    )


def visit_spacing(settings: Settings) -> Spacing | None:
    """The bounds of the time between two visits to a source; None where every run visits them all."""
    if not settings.adaptive_interval:
        return None
    shortest, longest = settings.shortest_interval, settings.longest_interval
    return Spacing(timedelta(seconds=shortest), timedelta(seconds=longest))


def user_agent(settings: Settings) -> str:
    """An honest name, and how to reach whoever runs this crawler where they said."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"Hostwire/{hostwire.__version__}{contact}"


def make_tagger(settings: Settings) -> Tagger:
    """The pipeline with the catalogue and model of the settings; takes a second or so.

    Raises:
        CatalogueError: the operator's catalogue file cannot be used.
        NlpError: the model cannot be loaded.
    """
    # spaCy takes most of a second to import, and most commands do without it.
    from nlp.catalogue import load_catalogue
    from nlp.pipeline import build_tagger

    return build_tagger(load_catalogue(settings.catalogue), settings.spacy_model)


@contextmanager
def open_tagger(settings: Settings, jobs: int = 1) -> Iterator[AnyTagger]:
    """`make_tagger`, or one that tags in `jobs` processes where that is more than one.

    Raises:
        CatalogueError, NlpError: as `make_tagger`.
        TaggerError: the same, as the processes say it.
    """
    if jobs == 1:
        yield make_tagger(settings)
        return
    from hostwire.tagger_pool import TaggerPool

    with TaggerPool(settings.catalogue, settings.spacy_model, jobs) as pool:
        yield pool
