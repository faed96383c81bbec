"""Runs the demonstration: serves the site, crawls it into a fresh database, and reports what came of it."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from hostwire.assembly import open_database
from hostwire.demo.content import DemoSource, load_content
from hostwire.demo.site import serve_site
from hostwire.errors import HostwireError
from hostwire.newsroom import run_ingest
from hostwire.output import called_as, now, progress
from hostwire.settings import Settings
from ingest.run import RunSummary
from store.posts import counts
from store.records import Counts, PostQuery, SourceInput, TimelineQuery
from store.search import search_posts
from store.sources import add_source
from store.timelines import timeline

PROOF_QUERY = "exchange"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration did. `settings` are those of its own database."""

    settings: Settings
    sources: tuple[DemoSource, ...]
    addresses: dict[str, str]
    summary: RunSummary
    counts: Counts
    found: int
    upcoming: tuple[str, ...]

    def check(self) -> None:
        """Raises HostwireError unless posts were stored and tagged and a search found them."""
        failed = [result for result in self.summary.results if result.error]
        if failed:
            raise HostwireError(f"the demonstration could not read {failed[0].url}: {failed[0].error}")
        if not self.counts.analyzed or not sum(self.counts.entities.values()):
            raise HostwireError("the demonstration stored posts but tagged none of them")
        if not self.found:
            raise HostwireError(f"the demonstration's search for {PROOF_QUERY!r} found nothing")


def prepare_demo(settings: Settings) -> DemoReport:
    """Crawl the demonstration's site into a new database in the data directory, replacing an earlier one."""
    folder = settings.data_dir / "demo"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    sources = load_content()
    with serve_site(sources) as site:
        own = settings.model_copy(
            update={
                "database_url": f"sqlite:///{folder / 'demo.db'}",
                "fetch_allow": frozenset({("127.0.0.1", site.port)}),
                "host_delay": 0.0,  # the server is ours, and a newcomer is waiting
            }
        )
        with open_database(own) as database:
            with database.write() as session:
                for source in sources:
                    add_source(
                        session,
                        SourceInput(
                            url=site.addresses[source.slug],
                            kind="page" if source.kind == "blog" else "feed",
                            name=source.name,
                            tags=source.tags,
                        ),
                        now=now(),
                    )
            with progress() as bars:
                summary = asyncio.run(run_ingest(own, database, bars=bars))
            if summary is None:
                raise HostwireError("another demonstration is under way")
            with database.read() as session:
                found = search_posts(session, PostQuery(q=PROOF_QUERY), limit=5, cursor=None)
                coming = timeline(
                    session,
                    TimelineQuery(statuses=("planned",), begin=now().date()),
                    limit=3,
                    cursor=None,
                )
                return DemoReport(
                    settings=own,
                    sources=sources,
                    addresses=dict(site.addresses),
                    summary=summary,
                    counts=counts(session),
                    found=found.total if found.total is not None else len(found.items),
                    upcoming=tuple(f"{event.date.value}  {event.title}" for event in coming.items),
                )


def print_summary(report: DemoReport, console: Console, *, address: str | None) -> None:
    """The table, what was understood, the addresses to open and three commands to try."""
    results = {result.url: result for result in report.summary.results}
    table = Table(
        "source",
        "kind",
        "posts",
        "read",
        box=None,
        header_style="bold",
        title="A small newswire",
        title_justify="left",
    )
    for source in report.sources:
        result = results[report.addresses[source.slug]]
        table.add_row(source.name, KIND_NAMES[source.kind], str(result.new), result.status)
    console.print(table)
    entities = report.counts.entities
    console.print(
        f"\n{report.counts.posts} posts in {report.summary.seconds:.1f} s; they name "
        f"{entities.get('product', 0)} products, "
        f"{entities.get('organization', 0)} organizations and {entities.get('tld', 0)} TLDs, and tell of "
        f"{report.counts.events} events. A search for {PROOF_QUERY!r} finds {report.found} posts."
    )
    if report.upcoming:
        console.print("\nStill to come:")
        for line in report.upcoming:
            console.print(f"  {line}")
    if address is not None:
        console.print("\nOpen:")
        for path, what in ADDRESSES:
            console.print(f"  {address}{path}", soft_wrap=True)
            console.print(f"      {what}", style="dim")
    console.print("\nTry next" + (" (in a second terminal):" if address else ":"))
    database = f"HOSTWIRE_DATABASE_URL={shlex.quote(report.settings.effective_database_url)}"
    for words in COMMANDS:
        console.print(f"  {database} {called_as()} {words}", soft_wrap=True, highlight=False)
    if address is not None:
        console.print("\nCtrl-C stops it.")


KIND_NAMES = {
    "rss": "RSS",
    "atom": "Atom",
    "rdf": "RSS 1.0 (RDF)",
    "json": "JSON Feed",
    "blog": "blog without a feed",
}

ADDRESSES = (
    ("/", "the newswire: search, newest posts, what is coming"),
    ("/products/microsoft-exchange-server", "a product's timeline, each date with the sentence it came from"),
    ("/api/v1/timeline?tld=.xxx", "the same as JSON"),
    ("/feeds/posts.atom?q=exchange", "a feed of any query"),
    ("/docs", "the API's documentation"),
)

COMMANDS = (
    "search 'exchange -ransomware'",
    "timeline 'Debian 13'",
    "source list",
)
