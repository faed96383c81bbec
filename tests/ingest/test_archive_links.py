"""Archives of months and years, told from everything else that a page leads to."""

from __future__ import annotations

import pytest

from ingest.archive_links import MAX_ARCHIVES, find_archives, period_of, read_with_archives
from ingest.errors import ReadError

SITE = "http://blog.example"

PERIODS = {
    "/2010/07/": "2010-07",
    "/2010/07": "2010-07",
    "/blog/2010/7/": "2010-07",
    "/2010-07": "2010-07",
    "/archives/2010/07/index.html": "2010-07",
    "/archive/2010/07.aspx": "2010-07",
    "/archives/201007": "2010-07",
    "/archive-2010-07.html": "2010-07",
    "/2010_07_01_archive.html": "2010-07",
    "/?m=201007": "2010-07",
    "/archive.aspx?month=7&year=2010": "2010-07",
    "/archive.aspx?year=2010&month=July": "2010-07",
    "/archive.aspx?month=2010-07": "2010-07",
    "/news.php?month=July+2010": "2010-07",
    "/?date=2010-07": "2010-07",
    "/2010/07/28/a-post/": None,
    "/2010/07/28/": None,
    "/2010/13/": None,
    "/2010/00/": None,
    "/1810/07/": None,
    "/2010/07/a-post": None,
    "/release-notes-2010-07": None,
    "/2010/": None,
    "/archive.aspx?month=7": None,
    "/archive.aspx?month=7&year=2010&day=3": None,
    "/2010/07/?replytocom=5": None,
    "/post?id=201007": None,
}


@pytest.mark.parametrize("path", PERIODS)
def test_the_form_of_an_address_tells_its_month(path: str) -> None:
    assert period_of(SITE + path) == PERIODS[path]


def archives(html: str, url: str = f"{SITE}/") -> list[tuple[str, str]]:
    return [(link.url.removeprefix(SITE), link.month) for link in find_archives(html, url)]


def link(href: str, label: str) -> str:
    return f'<li><a href="{href}">{label}</a></li>'


LABELS = {
    "July 2010": "2010-07",
    "Jul. 2010 (12)": "2010-07",
    "julio de 2010": "2010-07",
    "Juli 2010": "2010-07",
    "Août 2010 [3]": "2010-08",
    "2010-07": "2010-07",
    "07/2010": "2010-07",
    "2010.7 (4)": "2010-07",
    "July 2010 in review": None,
    "July 28, 2010": None,
    "28/07/2010": None,
    "Exchange 2010": None,
}


@pytest.mark.parametrize("label", LABELS)
def test_what_a_link_is_called_tells_its_month(label: str) -> None:
    expected = [] if LABELS[label] is None else [("/list?a=4", LABELS[label])]
    assert archives(link("/list?a=4", label)) == expected


def test_months_come_latest_first_and_each_once() -> None:
    html = link("/2009/12/", "December 2009") + link("/2010/07/", "July 2010") + link("/2010/07/#top", "2010/7")
    assert archives(html) == [("/2010/07/", "2010-07"), ("/2009/12/", "2009-12")]


def test_of_several_archives_of_a_month_the_one_of_this_part_of_the_site_is_taken() -> None:
    html = link("/forum/2010/07/", "July 2010") + link("/blog/2010/07/", "July 2010")
    assert archives(html, f"{SITE}/blog/") == [("/blog/2010/07/", "2010-07")]


def test_years_count_where_none_of_their_months_is_named() -> None:
    html = link("/2009/", "2009") + link("/2010/", "Posts of 2010") + link("/2010/07/", "July")
    assert archives(html) == [("/2010/07/", "2010-07"), ("/2009/", "2009")]
    assert archives(link("/exchange-2010/", "Exchange 2010")) == []


def test_choices_of_a_menu_lead_to_months() -> None:
    html = (
        '<select onchange="go(this)"><option value="">Select month</option><option value="7">July 2010</option>'
        f'<option value="{SITE}/2010/07/"> July 2010 &nbsp;(3)</option></select>'
    )
    assert archives(html) == [("/2010/07/", "2010-07")]


def test_a_page_of_archives_counts_where_no_month_is_named() -> None:
    html = link("/archive.aspx", "Archive") + link("/about", "About") + link("/archiv/", "Archiv")
    assert archives(html) == [("/archive.aspx", ""), ("/archiv/", "")]
    assert archives(html + link("/2010/07/", "July")) == [("/2010/07/", "2010-07")]


@pytest.mark.parametrize("href", ["http://other.example/2010/07/", "javascript:void(0)", f"{SITE}/", "#2010-07", ""])
def test_other_hosts_and_the_page_itself_are_no_archives(href: str) -> None:
    assert archives(link(href, "July 2010")) == []


def test_links_count_from_the_page_s_base() -> None:
    assert archives('<base href="/blog/">' + link("2010/07/", "x")) == [("/blog/2010/07/", "2010-07")]


def test_only_so_many_archives_are_taken() -> None:
    html = "".join(link(f"/{year}/{month:02}/", "x") for year in range(1900, 2100) for month in range(1, 13))
    assert len(find_archives(html, f"{SITE}/")) == MAX_ARCHIVES


def test_a_page_that_is_nothing_else_shows_its_archives() -> None:
    html = f"<html><body><h1>Archives</h1><ul>{link('/2010/07/', 'July 2010')}</ul></body></html>".encode()
    document = read_with_archives(html, f"{SITE}/archive", content_type="text/html", want="page")
    assert (document.kind, [found.month for found in document.archives]) == ("unknown", ["2010-07"])


def test_what_was_to_be_a_feed_or_a_sitemap_is_one() -> None:
    for want in ("feed", "sitemap"):
        with pytest.raises(ReadError):
            read_with_archives(b"%PDF-1.7 \x00\x01", f"{SITE}/x", want=want)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("<generator>https://wordpress.org/?v=6.4</generator>", "wordpress"),
        ('<a:generator xmlns:a="urn:x" uri="https://wordpress.org/">WordPress</a:generator>', "wordpress"),
        ("", None),
    ],
)  # fmt: skip
def test_a_feed_says_what_made_it(stated: str, expected: str | None) -> None:
    xml = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>{SITE}</link>{stated}'
        f"<item><title>A</title><link>{SITE}/a</link></item></channel></rss>"
    )
    generator = read_with_archives(xml.encode(), f"{SITE}/feed", want="feed").generator
    assert generator is None if expected is None else expected in (generator or "").lower()


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ('<a:link rel="next" href="/feed?page=2"/>', "/feed?page=2"),
        ('<a:link rel="prev-archive" href="/2010.xml"/>', "/2010.xml"),
        ('<a:link rel="prev-archive" href="/2010.xml"/><a:link rel="next" href="/feed?page=2"/>', "/feed?page=2"),
        ('<a:link rel="self" href="/feed"/><a:link rel="previous" href="/newer"/>', None),
        ('<a:link rel="next" href="ftp://blog.example/x"/>', None),
    ],
)
def test_a_feed_names_the_document_with_older_entries(links: str, expected: str | None) -> None:
    xml = (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>T</title>'
        f"<link>{SITE}</link>{links}<item><title>A</title><link>{SITE}/a</link></item></channel></rss>"
    )
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>x</id>{links.replace("a:", "")}'
        f'<entry><title>A</title><id>1</id><link href="{SITE}/a"/></entry></feed>'
    )
    for feed in (xml, atom):
        found = read_with_archives(feed.encode(), f"{SITE}/feed", want="feed").next_page
        assert found == (expected and SITE + expected)
