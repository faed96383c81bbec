"""What a worker does in one go, a function each. That it is done when it is time is test_worker.py's matter."""

from __future__ import annotations

from hostwire.chores import Chores
from hostwire.settings import Settings
from store.database import Database
from store.sources import remove_source
from tests.ingest.newsdesk import Newsdesk, told


def test_events_of_removed_posts_are_resolved_where_nothing_is_to_be_tagged(
    database: Database, database_url: str
) -> None:
    desk = Newsdesk(database)
    desk.arrive(
        told("plan", "2010-05-01", "release sp1 planned 2010-07"),
        told("fact", "2010-06-01", "release sp1 happened 2010-06-01"),
    )
    with database.write() as session:
        remove_source(session, "http://fact.example/feed", keep_posts=False)
    assert Chores(Settings(database_url=database_url), database, stopped=lambda: False).analyze() == 0
    assert [(event.status, event.date.value, event.reports) for event in desk.timeline()] == [("planned", "2010-07", 1)]
