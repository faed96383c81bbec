"""Pairs of posts that are the same news and pairs that are not, however alike their words are; groups of many."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.annotations import PostText
from nlp.stories import (
    KEYS,
    LEAD_CHARACTERS,
    LEAD_KEYS,
    LEAST_ALIKE,
    News,
    Report,
    Sketch,
    group,
    main_news,
    nearness,
    similarity,
    sketch,
)

DAY = date(2010, 8, 24)
SALE = """Northfold Hosting has agreed to buy the Danish registrar Kystnavn, both companies said on Tuesday. It
looks after some ninety thousand domain names for small firms in Denmark and the south of Sweden, and employs a
dozen people in Odense. The price was not disclosed.

Customers need not do anything for now: invoices, nameservers and the control panel stay as they are, and nobody has
to move a mailbox. Later this year both platforms are to be joined, beginning with the shared servers, which are the
oldest machines of the smaller firm. "We have known the people behind this company for years, and they have never
lost a ticket," said the chief executive of Northfold, who expects the deal to close before the end of the summer.

Founded by two brothers in a garage, the registrar was one of the first that sold names to private persons, and the
first that answered the telephone on Sundays. The brothers will stay on as advisers while their staff moves into the
larger company's office across the harbour. Regulators have been told; no objection is expected."""
TITLE = "Northfold buys the registrar Kystnavn"
FOOTER = """Subscribe to our newsletter and never miss an update from our team. Follow us wherever you like to read,
share this with your friends and colleagues, and leave a comment below. Our support desk is there for you around the
clock, every day of the year, by telephone, by chat and by mail. All prices are without tax and may change at any
time. Read more about our servers, our network and our people on the pages about us, or visit one of our sites in
person."""
JAPANESE = (
    "ノースフォールドはデンマークの登録機関を買収すると発表した。価格は公表されていない。顧客は何もする必要がない。"
)
GERMAN = """Der Hoster übernimmt den dänischen Registrar, wie beide Firmen am Dienstag mitteilten; der Kaufpreis
wurde nicht genannt, die Kunden müssen vorerst nichts tun."""
ROLLUP = """Microsoft has released Update Rollup {n} for Exchange Server 2010. It can be had from the download
centre and through Microsoft Update, and is described in KB{kb}. It fixes a number of issues that were found since
the last rollup, among them a leak of memory in the store, a crash of the transport service when a message has too
many recipients, and several problems of the web client with older browsers. As always the rollup is cumulative;
install it on the client access servers first, and test it before. Update Rollup {n} brings the build to
14.0.{build}.0."""


def post(title: str = TITLE, text: str = SALE, *, day: int = 0) -> PostText:
    return PostText(title, text, DAY + timedelta(days=day))


def same(a: PostText, b: PostText) -> bool:
    """Whether they are found and taken for the same news, whichever comes first."""
    one, other = sketch(a), sketch(b)
    alike = similarity(one, other)
    assert alike == similarity(other, one)
    assert alike is None or 0 < alike <= 1
    if alike is not None:
        assert not set(one.keys).isdisjoint(other.keys), "they would not have been compared"
    return alike is not None


def edited(text: str, share: float, seed: int = 1) -> str:
    """With so many of its words replaced."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    words = text.split()
    for place in chance.sample(range(len(words)), round(share * len(words))):
        words[place] = f"word{chance.randrange(1000)}"
    return " ".join(words)


def first(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: round(share * len(words))]) + " […]"


def shuffled(text: str) -> str:
    sentences = re.split(r"(?<=\.)\s+", text)
    random.Random(3).shuffle(sentences)  # noqa: S311 - nor by this
    return " ".join(sentences)


def rollup(n: int, title: str | None = None) -> PostText:
    text = ROLLUP.format(n=n, kb=2410000 + 137 * n, build=680 + n)
    return post(f"Update Rollup {n} for Exchange Server 2010" if title is None else title, text, day=n)


SAME = {
    "the same": (post(), post()),
    "case": (post(), post(TITLE.upper(), SALE.upper())),
    "punctuation and blanks": (post(), post(TITLE + "!", re.sub(r"[,.]", " – ", SALE).replace(" ", "  "))),
    "other quotes and ligatures": (post(), post(text=SALE.replace('"', "”").replace("fi", "ﬁ"))),
    "boilerplate after it": (post(), post(text=f"{SALE}\n\n{FOOTER}")),
    "boilerplate before it": (post(), post(text=f"{FOOTER}\n\n{SALE}")),
    "3 % of its words changed": (post(), post(text=edited(SALE, 0.03))),
    "10 % of its words changed": (post(), post(text=edited(SALE, 0.1))),
    "its first 60 %": (post(), post(text=first(SALE, 0.6))),
    "its first 30 %": (post(), post(text=first(SALE, 0.3))),
    "a teaser under a headline with the site's name": (post(), post(f"{TITLE} | Newsline", first(SALE, 0.3))),
    "a teaser of nineteen words": (post(), post(text=" ".join(SALE.split()[:19]) + " …")),
    "a teaser of WordPress": (
        post(), post(text=f"{first(SALE, 0.2)}\nThe post {TITLE} appeared first on Journal of Nordic Hosting.")
    ),
    "its sentences in another order": (post(), post(text=shuffled(SALE))),
    "another headline": (post(), post("Danish registrar sold to larger rival", SALE)),
    "a teaser without the facts of its article": (rollup(3), post(rollup(3).title, first(rollup(3).text, 0.3), day=3)),
    "a headline that leaves the number out": (rollup(3), rollup(3, "A new rollup for Exchange")),
    "other datelines": (
        post(text=f"ODENSE, 24 August 2010 /Newsline/ -- {SALE}"),
        post(text=f"Copenhagen (wire) – 25 August 2010 – {SALE}", day=1),
    ),
    "imprints of other days": (
        post(text=f"{SALE}\nPublished 24 August 2010"),
        post(text=f"{SALE}\n© Newsline, 25 August 2010", day=1),
    ),
    "a copy of years later": (post(), post(day=900)),
    "short and equal": (
        post("Northfold buys Kystnavn", "The host takes over the Danish registrar, it says."),
        post("Northfold buys Kystnavn", "The host takes over the Danish registrar, it says!"),
    ),
    "a headline alone": (post("Northfold agrees to buy registrar Kystnavn", ""),) * 2,
    "without titles": (post("", SALE), post("", first(SALE, 0.4))),
    "written without spaces": (post("新しい登録機関を買収", JAPANESE), post("新しい登録機関を買収", JAPANESE[:40])),
    "German": (
        post("Northfold übernimmt Kystnavn", GERMAN), post("Kystnavn geht an Northfold", f"{GERMAN} Mehr dazu morgen.")
    ),
    "spelt as in another country, headline and all": (
        post("New data centre of Northfold", SALE.replace("office", "data centre")),
        post("Northfold plans new data center", SALE.replace("office", "data center")),
    ),
}  # fmt: skip


def release(version: str) -> PostText:
    return post(
        f"PHP {version} released",
        f"The PHP development team announces the immediate availability of PHP {version}. This is a bug fix release. "
        f"All users are encouraged to upgrade to this version. For source downloads of PHP {version} please visit our "
        "downloads page. Windows binaries can be found on the site for that. All changes are in the change log.",
    )


def sunrise(tld: str) -> PostText:
    return post(
        f"Sunrise of {tld} begins",
        f"The registry of {tld} opens its sunrise period for owners of trade marks. Names under {tld} can be had from "
        "all accredited registrars at the usual conditions; general availability follows after sixty days.",
    )


def maintenance(day: str, title: str = "Scheduled maintenance of our network") -> PostText:
    return post(
        title,
        f"On {day} between two and four in the morning we will replace two routers in our main data centre. Short "
        "interruptions are to be expected, of a minute at most. No action is needed from your side. Thank you for your "
        "patience, and write to our support desk if anything does not work as it should afterwards.",
    )


def location(place: str) -> PostText:
    return post(
        f"New location: {place}",
        f"As of today you can order servers in {place}. All plans are on offer at the same prices as elsewhere, with "
        "the same network, the same images and the same support. Choose the location when you order; moving is free "
        f"for three months. We are glad to be in {place} and thank our partners there.",
    )


def digest(week: int, *items: str) -> PostText:
    intro = "Welcome to our weekly look at what the hosting industry was up to, in no order, picked by hand as ever. "
    outro = " That was it for this week. Send us what we have missed, and see you in seven days at the same place."
    return post(f"Hosting digest, week {week}", intro + " ".join(items) + outro, day=7 * week)


def of_the_blog(title: str, text: str) -> PostText:
    return post(title, f"{text}\n\n{FOOTER}")


DIFFERENT = {
    "another rollup": (rollup(3), rollup(4)),
    "another rollup under one headline": (rollup(3, "Rollup released"), rollup(4, "Rollup released")),
    "another rollup, the headlines alone": (post("Update Rollup 3 is out for Exchange", ""),
                                            post("Update Rollup 4 is out for Exchange", "")),
    "another version": (release("8.2.1"), release("8.2.2")),
    "a version and its patch": (release("8.2"), release("8.2.1")),
    "a release and its candidate": (release("8.2.1"), release("8.2.1RC1")),
    "a release and its beta": (
        release("9"), post("PHP 9 beta released", release("9").text.replace("PHP 9.", "a beta of PHP 9."))
    ),
    "another TLD": (sunrise(".shop"), sunrise(".store")),
    "another day": (maintenance("12 March 2010"), maintenance("19 March 2010")),
    "another day in another language": (maintenance("den 12. März"), maintenance("den 13. März")),
    "another bulletin": (
        maintenance("Friday", "Fix for CVE-2010-1234 deployed"), maintenance("Friday", "Fix for CVE-2010-1235 deployed")
    ),
    "another place": (location("Madrid"), location("Oslo")),
    "another month in review": (
        post("January in review", SALE), post("February in review", edited(SALE, 0.1))
    ),
    "digests of two weeks": (
        digest(31, "Northfold buys Kystnavn.", "PHP 5.3.3 is out."),
        digest(32, "A registry closes.", "PHP 5.2.14 came."),
    ),
    "two posts over one footer": (
        of_the_blog("How we cool our racks", "Cold air comes in from below the floor, warm air leaves by the roof, "
                    "and a wall of water stands between them."),
        of_the_blog("Meet our new colleague", "Ana joins the support desk; she has run mail servers for ten years and "
                    "will answer your tickets on weekends."),
    ),
    "a post and the digest that quotes it": (
        post(text=first(SALE, 0.3)),
        post("What happened this week", f"{edited(FOOTER, 1)} {first(SALE, 0.3)} {edited(SALE, 1, seed=2)}"),
    ),
    "a short notice and that of the next week": (
        post("Status of the network", "All systems work as they should again."),
        post("Status of the network", "All systems work as they should again.", day=7),
    ),
    "short texts under other headlines": (
        post("Oslo: network outage is over", "All systems work as they should again."),
        post("Madrid: network outage is over", "All systems work as they should again."),
    ),
    "headlines of two words": (post("Server maintenance", ""), post("Server maintenance", "")),
    "unrelated": (post(), release("8.2.1")),
    "nothing at all": (post("", ""), post("", "")),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [pytest.param(*pair, id=name) for name, pair in SAME.items()])
def test_the_same_news(a: PostText, b: PostText) -> None:
    assert same(a, b)


@pytest.mark.parametrize(("a", "b"), [pytest.param(*pair, id=name) for name, pair in DIFFERENT.items()])
def test_different_news(a: PostText, b: PostText) -> None:
    assert not same(a, b)


def test_a_text_rewritten_under_its_headline_is_the_same_for_days() -> None:
    title = "Northfold agrees to take over Danish registrar Kystnavn this summer"
    sentences = re.split(r"(?<=\.)\s+", SALE)
    again = " ".join(edited(one, 1) if place % 3 == 1 else one for place, one in enumerate(sentences))
    assert same(post(title), post(title, again, day=1))
    assert not same(post(title), post(title, again, day=9))
    assert not same(post(title), post("Something else was said by somebody about it", again, day=1))


def test_a_sketch_is_bounded_and_its_keys_fit_a_signed_column() -> None:
    found = sketch(post(text=SALE * 400))
    assert len(found.keys) <= KEYS + LEAD_KEYS + 1
    assert all(0 <= key < 2**63 for key in found.keys)
    assert sketch(post(text=SALE * 400)).keys == found.keys


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_are_compared_both_ways(a: str, b: str) -> None:
    one, other = sketch(PostText(a, b)), sketch(PostText(b, a))
    assert similarity(one, other) == similarity(other, one)


# -- groups -------------------------------------------------------------------------------------------------------


def links(sketches: list[Sketch]) -> list[tuple[int, int, float]]:
    pairs = combinations(range(len(sketches)), 2)
    found = ((a, b, similarity(sketches[a], sketches[b])) for a, b in pairs)
    return [(a, b, alike) for a, b, alike in found if alike is not None]


def test_what_fits_two_stories_joins_the_one_that_it_is_more_like() -> None:
    vague = post("A rollup for Exchange", first(rollup(3).text.replace("Update Rollup 3", "a rollup"), 0.5))
    three, four = rollup(3, "A rollup for Exchange"), rollup(4, "A rollup for Exchange")
    copy = post(vague.title, f"{three.text} {FOOTER}", day=4)
    sketches = [sketch(one) for one in (three, vague, four, copy)]
    assert group(sketches, links(sketches)) == ((0, 1, 3),)


def test_posts_without_links_are_in_no_group() -> None:
    sketches = [sketch(post()), sketch(release("8.2.1")), sketch(post(day=1))]
    assert group(sketches, links(sketches)) == ((0, 2),)
    assert group([], []) == ()


@given(st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_links(chance: random.Random) -> None:
    posts = [rollup(3), rollup(4), rollup(3, "A rollup"), rollup(4, "A rollup"), post(rollup(3).title, SALE), post()]
    sketches = [sketch(one) for one in posts]
    there = links(sketches)
    expected = group(sketches, there)
    chance.shuffle(there)
    turned = [(b, a, alike) if chance.random() < 0.5 else (a, b, alike) for a, b, alike in there]
    assert group(sketches, turned) == expected


# -- the same news in other words ------------------------------------------------------------------------------------

MORNING = datetime(2010, 8, 24, 8, tzinfo=UTC)


def report(event: int = 1, **fields: Any) -> Report:
    """A report in the title of an event of a subject of its own number."""
    defaults: dict[str, Any] = {
        "event": event, "status": "happened", "field": "title", "start": 0, "subjects": (event,),
        "in_title": frozenset(), "is_salient": True,
    }  # fmt: skip
    return Report(**(defaults | fields))


def in_text(event: int, start: int = 0, **fields: Any) -> Report:
    return report(event, field="text", start=start, **fields)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param([report(1)], {1}, id="in the title"),
        pytest.param([in_text(1, LEAD_CHARACTERS - 1)], {1}, id="in the lead"),
        pytest.param([in_text(1, LEAD_CHARACTERS)], None, id="further down"),
        pytest.param([report(1, is_salient=False)], None, id="about something else"),
        pytest.param([in_text(1), in_text(2, 50, in_title=frozenset({2}))], {2}, id="whom the title names"),
        pytest.param([in_text(n, n, in_title=frozenset({n})) for n in (1, 2)], None, id="several in the title"),
        pytest.param([in_text(1, in_title=frozenset({1})), in_text(2, 9), in_text(3, 99)], {1}, id="some aside"),
        pytest.param([in_text(1), in_text(2, 9), in_text(3, 99)], None, id="a round-up"),
        pytest.param([report(1, in_title=frozenset({1})), *map(in_text, range(2, 6))], None, id="a titled round-up"),
        pytest.param([report(1), in_text(2, 9, subjects=(1,)), in_text(3, 99, subjects=(1,))], {1, 2}, id="one's own"),
        pytest.param([report(1), in_text(1, 9, status="planned")], {1}, id="said twice"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_what_a_post_is_mainly_about(reports: list[Report], expected: set[int] | None) -> None:
    for told in (reports, reports[::-1]):
        news = main_news(told, MORNING)
        assert (None if news is None else news.status_of.keys()) == expected
    assert main_news(reports, None) is None


def test_the_status_of_news_is_the_one_said_first() -> None:
    news = main_news([in_text(1, 9, status="planned"), report(1)], MORNING)
    assert news is not None
    assert news.status_of == {1: "happened"}


@pytest.mark.parametrize(
    ("a", "b", "hours", "expected"),
    [
        ({1: "happened"}, {1: "happened"}, 72, True),
        ({1: "happened"}, {1: "happened"}, 73, False),
        ({1: "happened"}, {2: "happened"}, 0, False),
        ({1: "planned"}, {1: "happened"}, 24, True),
        ({1: "planned"}, {1: "happened"}, 25, False),
        ({1: "planned"}, {1: "cancelled"}, 0, False),
        ({1: "happened", 2: "happened"}, {1: "happened"}, 0, True),
        ({1: "happened", 2: "happened"}, {1: "happened", 3: "happened"}, 0, False),
    ],
)
def test_reports_of_one_news(a: dict[int, str], b: dict[int, str], hours: int, *, expected: bool) -> None:
    one, other = News(MORNING, a), News(MORNING + timedelta(hours=hours), b)
    found = nearness(one, other)
    assert found == nearness(other, one)
    assert (found is not None) == expected
    assert found is None or 0 < found < LEAST_ALIKE


def test_groups_come_together_by_their_news_where_nothing_speaks_against_it() -> None:
    def told(title: str, text: str, day: int = 0) -> Sketch:
        return sketch(post(title, text, day=day))

    posts = [
        told("A registrar is sold", "Northfold takes over Kystnavn, we hear from Odense."),
        told("Kystnavn goes to Northfold", "The brothers have found a buyer for their firm."),
        told("Ein Registrar wird verkauft", GERMAN, day=3),
        told("Two days on", "What the sale of Kystnavn means.", day=4),
        told("Rollup 4 for Kystnavn", "Northfold releases Update Rollup 4."),
        told("Rollup 5 for Kystnavn", "Northfold releases Update Rollup 5."),
    ]
    near = LEAST_ALIKE / 2
    links = [(0, 1, near), (0, 2, near), (2, 3, near), (4, 5, near)]
    assert group(posts, links) == ((0, 1, 2),)
    news = [News(MORNING, {number: "happened"}) for number in (1, 1, 2, 2, 3, 3)]
    assert group(posts, links, news) == ((0, 1), (2, 3))
    assert group(posts, links[::-1], news) == ((0, 1), (2, 3))
