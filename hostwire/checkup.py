"""What `hostwire doctor` examines. One function a check, in one list; each returns what it found and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hostwire.settings import Settings, environment, unknown_variables
from store.records import SourceRecord

LOW_DISK_BYTES = 500_000_000
SILENT_AFTER = timedelta(days=7)


# on what is noted of a source
ADVICE = {
    "silent": "see whether its site is at another address now, or has ended",
    "empty": "see whether its site has another feed now",
    "redirected": "remove the source that you can do without, or leave it: nothing is lost",
    "moved": "",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of a check; `advice` says what to do, empty when nothing is."""

    check: str
    level: Literal["ok", "warning", "error"]
    found: str
    advice: str = ""


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """The findings of all checks, in order."""
    for check in CHECKS:
        yield from check(settings, now)


def _settings(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    for name in unknown_variables(environment()):
        yield Finding("settings", "warning", f"{name} is no setting", "correct its name; docs/operations.md lists them")


def _disk(settings: Settings, _now: datetime) -> Iterator[Finding]:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        text = f"{settings.data_dir} cannot be made: {folder} cannot be written to"
        yield Finding("disk", "error", text, "set HOSTWIRE_DATA_DIR to a folder of yours")
        return
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free for {settings.data_dir}"
    if free < LOW_DISK_BYTES:
        yield Finding("disk", "error", text, "make room, or set HOSTWIRE_DATA_DIR to another disk")
    else:
        yield Finding("disk", "ok", text)


def _catalogue(settings: Settings, _now: datetime) -> Iterator[Finding]:
    from nlp.catalogue import check_catalogue, load_catalogue
    from nlp.errors import NlpError

    try:
        catalogue = load_catalogue(settings.catalogue)
    except NlpError as error:
        advice = "mend what `hostwire catalogue check` names in the file of HOSTWIRE_CATALOGUE, or unset it"
        yield Finding("catalogue", "error", str(error), advice)
        return
    sizes = (
        f"{len(catalogue.products)} products, {len(catalogue.organizations)} organizations, "
        f"{len(catalogue.tlds)} TLDs, version {catalogue.version}"
    )
    problems = check_catalogue(catalogue)
    if problems:
        found = f"{sizes}; {len(problems)} problems, the first {problems[0]}"
        yield Finding("catalogue", "warning", found, "`hostwire catalogue check` names all of them")
    else:
        yield Finding("catalogue", "ok", sizes)


def _model(settings: Settings, _now: datetime) -> Iterator[Finding]:
    from hostwire.assembly import make_tagger
    from nlp.annotations import PostText
    from nlp.errors import CatalogueError, NlpError

    try:
        tagger = make_tagger(settings)
    except CatalogueError:
        return  # said by the check of the catalogue
    except NlpError as error:
        yield Finding("model", "error", str(error), "install the model's package, or set HOSTWIRE_SPACY_MODEL")
        return
    try:
        tagger.tag(PostText("Released", "Microsoft released Exchange Server 2010 SP1 today.", None))
    except NlpError as error:
        yield Finding("model", "error", str(error), "choose another model with HOSTWIRE_SPACY_MODEL")
        return
    yield Finding("model", "ok", f"{settings.spacy_model} loads and tags")


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    from store.database import Database
    from store.errors import StoreError
    from store.health import notes
    from store.posts import counts
    from store.sources import list_sources

    try:
        database = Database(settings.effective_database_url)
    except StoreError as error:
        yield Finding("database", "error", str(error), "correct HOSTWIRE_DATABASE_URL")
        return
    try:
        if database.is_empty():
            yield Finding("database", "warning", f"{database.safe_url} has no tables yet", "run `hostwire init`")
            return
        database.check_schema()
        with database.read() as session:
            held, sources = counts(session), list_sources(session)
    except StoreError as error:
        yield Finding("database", "error", str(error), "see docs/operations.md")
        return
    finally:
        database.close()
    yield Finding("database", "ok", f"{database.safe_url}: {held.posts} posts, {held.events} events, schema up to date")
    if held.analyzed < held.posts:
        waiting = held.posts - held.analyzed
        yield Finding(
            "analysis",
            "warning",
            f"{waiting} posts are not tagged",
            "run `hostwire ingest` or `hostwire retag`",
        )
    if not sources:
        yield Finding("sources", "warning", "none", "`hostwire source add URL` or `hostwire source defaults`")
        return
    enabled = [source for source in sources if source.enabled]
    ailing = [source for source in enabled if source.failures]
    yield Finding("sources", "ok", f"{len(sources)} sources, {len(enabled)} switched on, {len(ailing)} failing")
    for source in ailing:
        yield Finding("source", "warning", f"{source.label}: {_failing(source)}", "check its address, or remove it")
    for source in enabled:
        for note in notes(source):
            advice = ADVICE[note.about]
            yield Finding("source", "warning" if advice else "ok", f"{source.label}: {note.text}", advice)
    visits = [source.last_fetched_at for source in enabled if source.last_fetched_at]
    if visits and now - max(visits) > SILENT_AFTER:
        yield Finding(
            "schedule",
            "warning",
            f"no ingest since {max(visits):%Y-%m-%d}",
            "set up cron or the systemd timer",
        )


def _failing(source: SourceRecord) -> str:
    last = f"last success {source.last_success_at:%Y-%m-%d}" if source.last_success_at else "never a success"
    again = f"{source.next_fetch_at:%Y-%m-%d %H:%M}" if source.next_fetch_at else "at the next run"
    return f"{source.last_error} ({last}, next visit {again})"


Check = Callable[[Settings, datetime], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (_settings, _disk, _catalogue, _model, _database)
