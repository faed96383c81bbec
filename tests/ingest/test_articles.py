"""A page with one article: its text, and what it states of itself."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import trafilatura

from ingest.articles import linked_articles, read_article, states_an_article
from ingest.entries import Article
from tests.ingest.fixtures.article_pages import ARTICLES, PARAGRAPHS
from tests.ingest.fixtures.article_pages import POST as THE_POST
from tests.ingest.fixtures.posts import CHROME, POSTS, SITE
from tests.ingest.fixtures.shapes import FOOT, MENU, document, sidebar

POST = POSTS[0]
URL = f"{SITE}{POST.path}"
BODY = POST.body + POSTS[1].body


def page(*, head: str = "", top: str = "", heading: str = POST.title, body: str = BODY) -> str:
    return document(
        f"<article><h1>{heading}</h1>{top}<div>{body}</div></article>",
        head=head, before=MENU, after=sidebar(POSTS) + FOOT, title=f"{POST.title} | Rackside",
    )  # fmt: skip


def read(html: str, url: str = URL) -> Article:
    found = read_article(html, url)
    assert found is not None
    assert (found.kind, found.entries) == ("article", ())
    assert found.article is not None
    return found.article


def linked(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "BlogPosting", **fields})}</script>'


def test_the_text_is_the_articles_and_nothing_of_the_page_round_it() -> None:
    text = read(page()).text
    for paragraph in (*POST.paragraphs, POSTS[1].paragraphs[0]):
        assert paragraph in text
    assert not [word for word in CHROME if word in text]


def test_paragraphs_stand_apart() -> None:
    assert f"{POST.paragraphs[0]}\n\n{POST.paragraphs[1]}" in read(page()).text


TITLES = [
    pytest.param("", POST.title, id="heading"),
    pytest.param(linked(headline="As JSON-LD says"), "As JSON-LD says", id="JSON-LD"),
    pytest.param('<meta property="og:title" content="As Open Graph says">', "As Open Graph says", id="Open Graph"),
    pytest.param(
        f'<meta property="og:title" content="{POST.title} | Rackside">', POST.title, id="without the site's name"
    ),
    pytest.param(linked(headline="A &amp; B"), "A & B", id="escaped in JSON-LD"),
]


@pytest.mark.parametrize(("head", "expected"), TITLES)
def test_title(head: str, expected: str) -> None:
    assert read(page(head=head)).title == expected


AUTHORS = [
    pytest.param(linked(author={"@type": "Person", "name": "Ida Marlow"}), "", "Ida Marlow", id="JSON-LD"),
    pytest.param(linked(author=[{"name": "Ida Marlow"}, {"name": "Tomas"}]), "", "Ida Marlow", id="first of several"),
    pytest.param(linked(author="Ida Marlow"), "", "Ida Marlow", id="a name alone"),
    pytest.param(
        linked(author="http://x.example/ida"), "<p>By Ida Marlow</p>", "Ida Marlow", id="an address is no name"
    ),
    pytest.param('<meta name="author" content="Ida Marlow">', "", "Ida Marlow", id="meta"),
    pytest.param("", '<a rel="author" href="/ida">Ida Marlow</a>', "Ida Marlow", id="link"),
    pytest.param("", "<p>By Ida Marlow on May 14, 2019</p>", "Ida Marlow", id="byline"),
    pytest.param(
        "", "<div>May 14, 2019 | Posted by <b>Ida Marlow</b> | 3 comments</div>", "Ida Marlow", id="in a line"
    ),
    pytest.param("", "", None, id="nobody"),
]


@pytest.mark.parametrize(("head", "top", "expected"), AUTHORS)
def test_author(head: str, top: str, expected: str | None) -> None:
    assert read(page(head=head, top=top)).author == expected


DATES = [
    pytest.param(linked(datePublished="2019-05-14T11:05:00+02:00"), "", "2019-05-14T09:05:00Z", id="JSON-LD"),
    pytest.param('<meta name="dc.date" content="2019-05-14T09:05:00Z">', "", "2019-05-14T09:05:00Z", id="meta"),
    pytest.param('<meta name="date" content="2019-05-14">', "", "2019-05-14", id="a day"),
    pytest.param("", '<time datetime="2019-05-14T09:05Z">May 14</time>', "2019-05-14T09:05:00Z", id="time"),
    pytest.param("", '<time itemprop="datePublished" datetime="2019-05-14">x</time>', "2019-05-14", id="microdata"),
    pytest.param("", "<p>Posted on May 14, 2019 at 9:05 am</p>", "2019-05-14T09:05:00Z", id="byline"),
    pytest.param(
        '<meta name="date" content="2019-05-14">', "<p>By Ida, 14 May 2019 09:05</p>", "2019-05-14T09:05:00Z",
        id="the day stated, the hour printed",
    ),
    pytest.param(linked(datePublished="2019-05-14"), "<p>20 June 2020 10:00</p>", "2019-05-14", id="another day"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "top", "expected"), DATES)
def test_published(head: str, top: str, expected: str) -> None:
    assert read(page(head=head, top=top)).published == expected


ADDRESSES = [
    pytest.param('<link rel="canonical" href="/canonical">', URL, f"{SITE}/canonical", id="canonical"),
    pytest.param('<meta property="og:url" content="http://x.example/og">', URL, "http://x.example/og", id="Open Graph"),
    pytest.param('<link rel="canonical" href="javascript:x">', URL, URL, id="canonical that is none"),
    pytest.param("", URL, URL, id="its own"),
    pytest.param("", "file:///saved.html", None, id="not known"),
]


@pytest.mark.parametrize(("head", "url", "expected"), ADDRESSES)
def test_address(head: str, url: str, expected: str | None) -> None:
    assert read(page(head=head), url).url == expected


NO_ARTICLES = [
    pytest.param("", id="nothing"),
    pytest.param("<html><body><h1>Not found</h1><p>There is nothing here.</p></body></html>", id="a notice"),
    pytest.param(f"<ul>{'<li><a href=/x>A link to something</a></li>' * 50}</ul>", id="links"),
    pytest.param("<p>x</p>" * 70_000, id="more elements than an article has"),
]


@pytest.mark.parametrize("html", NO_ARTICLES)
def test_pages_without_an_article(html: str) -> None:
    assert read_article(html, URL) is None


SAYS = [
    pytest.param('<meta property="og:type" content="article">', True, id="article"),
    pytest.param("<meta content='article' property='og:type'>", True, id="other order"),
    pytest.param('<meta property="og:type" content="website">', False, id="website"),
    pytest.param("", False, id="nothing"),
]


@pytest.mark.parametrize(("head", "expected"), SAYS)
def test_whether_a_page_says_that_it_is_an_article(head: str, expected: bool) -> None:
    assert states_an_article(page(head=head)) is expected


NESTED = [
    pytest.param({"@type": "NewsArticle", "headline": "T"}, id="alone"),
    pytest.param([{"@type": "Organization"}, {"@type": ["Thing", "Article"], "headline": "T"}], id="in a list"),
    pytest.param({"@graph": [{"@type": "WebPage"}, {"@type": "BlogPosting", "headline": "T"}]}, id="in a graph"),
    pytest.param({"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "T"}}, id="main entity"),
    pytest.param({"@type": "Blog", "blogPost": [{"@type": "BlogPosting", "headline": "T"}]}, id="post of a blog"),
    pytest.param(
        {"@type": "ItemList", "itemListElement": [{"item": {"@type": "Article", "name": "T"}}]}, id="list items"
    ),
]


@pytest.mark.parametrize("data", NESTED)
def test_finds_articles_wherever_json_ld_nests_them(data: Any) -> None:
    found = linked_articles(f"<script type='application/ld+json'>{json.dumps(data)}</script>")
    assert [article.title for article in found] == ["T"]


BROKEN = [
    pytest.param("{", id="no JSON"),
    pytest.param('"words"', id="a text"),
    pytest.param('{"@type": null, "@graph": 5}', id="wrong types"),
    pytest.param("[" * 50_000, id="endless"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("data", BROKEN)
def test_broken_json_ld_is_passed_over(data: str) -> None:
    good = json.dumps({"@type": "Article", "headline": "T"})
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in (data, good))
    assert [article.title for article in linked_articles(scripts)] == ["T"]


# -- one article by many engines ---------------------------------------------------------------------------------

EACH = pytest.mark.parametrize("name", ARTICLES)


@EACH
def test_what_each_engine_states_of_an_article(name: str) -> None:
    stated = ARTICLES[name]
    found = read(stated.html)
    assert (found.title, found.author) == (THE_POST.title, stated.author)
    assert (found.published or "")[:10] == stated.day
    assert found.url == stated.url


def four_grams(text: str) -> Counter[tuple[str, ...]]:
    words = text.split()
    return Counter(tuple(words[at : at + 4]) for at in range(len(words) - 3))


def f1(text: str, truth: str) -> float:
    found, wanted = four_grams(text), four_grams(truth)
    return 2 * (found & wanted).total() / max(1, found.total() + wanted.total())


@EACH
def test_the_text_is_whole_and_no_worse_than_the_extractor_s_own(name: str) -> None:
    html = ARTICLES[name].html
    text = read(html).text
    assert all(paragraph in " ".join(text.split()) for paragraph in PARAGRAPHS)
    assert not [word for word in ("Somebody Else", "Blogroll", "Archives", "Copyright") if word in text]
    truth = " ".join(PARAGRAPHS)
    if "Backups run hourly" in html:
        truth += " What changes for customers Backups run hourly on every plan Quotas are doubled for everybody"
    bare = trafilatura.extract(html, url=URL, include_comments=False) or ""
    assert f1(text, truth) >= max(0.93, f1(bare, truth) - 0.001)


def test_a_dateline_that_begins_a_paragraph_stays() -> None:
    text = read(page(body=f"<p>OSLO, May 14, 2019 - {POST.teaser}</p>{BODY}")).text
    assert text.startswith("OSLO, May 14, 2019")
