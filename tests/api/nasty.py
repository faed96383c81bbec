"""Posts and events as no editor would write them, to see what becomes of them in every format."""

from __future__ import annotations

import html
from datetime import date, timedelta

from store.database import Database
from store.posts import save_entries
from store.records import DateChange, EnclosureRecord, EntityInput, EventDate
from store.timelines import precision_of, replace_events
from tests.store.factories import (
    NOW,
    instant,
    make_analysis,
    make_entry,
    make_event,
    make_resolved,
    make_source,
    mention_ids_of,
    store_post,
)

TITLES = {
    "controls": "Bell \x07, tab\t, escape \x1b[31m, \x0b and \x7f\x85 end",
    "cdata": "]]> ends what <![CDATA[ began ]]> -- <!-- and so on -->",
    "emoji": "🚀 Launch by 👩‍💻 in 🇫🇷 and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "right-to-left": "שלום עולם \u202eevil\u202c مرحبا \u200f!",
    "long": "A very long title " * 280,
    "entities": "AT&T &amp; R&D &lt;b&gt; &nbsp; &#x41; &bogus;",
    "markup": "<b>Bold</b> <script>alert(1)</script> <img src=x onerror=y> a < b > c \"q\" 'q'",
    "lines": "One\r\nBEGIN:VEVENT\r\nUID:evil\u2028two\x0cthree; four, five\\n six",
    "formula": '=HYPERLINK("http://evil.example/")',
    "unassigned": "Private \ue000, not a character \ufffe \uffff \U0001ffff",
    "blank": "  \t ",
    "empty": "",
}
ENCLOSURES = (
    EnclosureRecord("http://media.example/a b<c>.mp3", "audio/mpeg", 123),
    EnclosureRecord("http://media.example/[1].ogg?x=%zz#a#b", "not a type", -1),
    EnclosureRecord("/relative.mp3", "audio/mpeg", 1),
    EnclosureRecord("https://[2001:db8::1]/v.mp4", None, None),
)
MANY = tuple(EntityInput("product", f"thing-{number}", f"Thing <{number}> & Co, Ltd; \x07") for number in range(60))
SUBJECT = EntityInput("product", "nasty", 'Nasty <i>"Thing"</i> & Sons, Ltd; ]]> 🚀 שלום\x07')
URLS = {
    "emoji": "http://wire.example/pfad/über uns/🚀?q=a b&c=<d>#x y",
    "markup": "http://wire.example/a?b=1&c=2;d='e'",
    "lines": None,
    "empty": None,
}

# A date as posts state it, the days that it denotes, and the words that a calendar shows for it.
DATES: tuple[tuple[str, date, date, str | None], ...] = (
    ("2010-06-25", date(2010, 6, 25), date(2010, 6, 26), None),
    ("2010-06-25TMO", date(2010, 6, 25), date(2010, 6, 26), None),
    ("2010-06", date(2010, 6, 1), date(2010, 7, 1), "June 2010"),
    ("2010-12", date(2010, 12, 1), date(2010, 12, 11), "early December 2010"),
    ("2010-Q3", date(2010, 7, 1), date(2010, 10, 1), "third quarter of 2010"),
    ("2010-Q4", date(2010, 12, 1), date(2011, 1, 1), "later in the fourth quarter of 2010"),
    ("2011-H1", date(2011, 1, 1), date(2011, 7, 1), "first half of 2011"),
    ("2010-SU", date(2010, 6, 1), date(2010, 9, 1), "summer of 2010"),
    ("2010-WI", date(2010, 12, 1), date(2011, 3, 1), "winter of 2010"),
    ("2011", date(2011, 1, 1), date(2012, 1, 1), "2011"),
    ("2011", date(2011, 1, 1), date(2011, 4, 1), "early 2011"),
    ("2010", date(2010, 4, 16), date(2011, 1, 1), "later in 2010"),
    ("201", date(2010, 1, 1), date(2020, 1, 1), "the 2010s"),
    ("19", date(1900, 1, 1), date(2000, 1, 1), "the 20th century"),
    ("2010-W25", date(2010, 6, 21), date(2010, 6, 28), "week of 2010-06-21"),
    ("2010-W10-WE", date(2010, 3, 13), date(2010, 3, 15), "weekend of 2010-03-13"),
    ("1969-12-31", date(1969, 12, 31), date(1970, 1, 1), None),
)


def fill_with_nasty(database: Database) -> None:
    """A post for each title, undated and without an address among them, and an event for each title and each date."""
    with database.write() as session:
        source = make_source(session, "http://nasty.example/feed", name='Nasty & <Sons> "Wire", ]]> 🚀')
        mentions: list[int] = []
        for number, (key, title) in enumerate(TITLES.items()):
            text = f"nasty words {key}: {title} \x0b ]]> & < > 🚀" if key != "empty" else ""
            post = store_post(
                session,
                source,
                make_entry(
                    key,
                    title=title,
                    text=text,
                    html=f"<p>{html.escape(text)}</p><blockquote>]]&gt; \x0b <a href='http://x.example/?a=1&amp;b=2'>x</a>",
                    url=URLS.get(key, f"http://wire.example/{key}"),
                    author=None if number % 2 else title,
                    summary=title if number % 3 else None,
                    published=None if key == "blank" else instant("2010-06-01") + timedelta(days=number),
                    enclosures=ENCLOSURES if number % 4 == 0 else (),
                ),
                make_analysis(
                    SUBJECT,
                    *(MANY if key == "entities" else ()),
                    events=tuple(make_event(title, ("product", "nasty")) for _ in range(3)) if title else (),
                ),
            )
            mentions += mention_ids_of(session, post)
        events = [
            make_resolved(
                (mention,),
                public_id=f"00000000-0000-5000-8000-{number:012}",
                title=list(TITLES.values())[number % len(TITLES)] if number >= len(DATES) else f"Dated event {number}",
                status=("planned", "happened", "cancelled")[number % 3],
                date=_date(number),
                subjects=(("product", "nasty"),),
                first_reported=instant("2010-01-02"),
                history=(
                    DateChange("2010-05", instant("2010-01-02"), "p1"),
                    DateChange(DATES[number % len(DATES)][0], instant("2010-02-03"), "p2"),
                )
                if number % 2
                else (),
            )
            for number, mention in enumerate(mentions)
        ]
        replace_events(session, mentions, events, now=NOW)


def _date(number: int) -> EventDate:
    if number == len(DATES):
        return EventDate(None, None, None, None, "published")
    value, begin, end, _ = DATES[number % len(DATES)]
    return EventDate(value, begin, end, precision_of(value), "text")


def fill_with_many(database: Database, count: int) -> None:
    """So many posts, and as many events, each on a day of its own."""
    with database.write() as session:
        source = make_source(session, "http://many.example/feed", name="Many")
        save_entries(
            session,
            source,
            [make_entry(str(n), published=instant("2010-01-01") + timedelta(hours=n)) for n in range(count)],
            now=NOW,
        )
        days = [date(2010, 1, 1) + timedelta(days=number) for number in range(count)]
        events = [
            make_resolved(
                (),
                public_id=f"00000000-0000-5000-8000-{number:012}",
                subjects=(),
                day=(day.isoformat(), day, day + timedelta(days=1)),
            )
            for number, day in enumerate(days)
        ]
        replace_events(session, [], events, now=NOW)
