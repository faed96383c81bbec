"""Pages of many posts: the same posts found in every markup, and pages that only look like that."""
# ruff: noqa: E501 - markup of one element on one line, which a break would hide

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from ingest.entries import Document, Entry
from ingest.errors import ReadError
from ingest.readers import read_document
from tests.ingest.fixtures.engines import ENGINES
from tests.ingest.fixtures.posts import CHROME, POSTS, SITE, Made
from tests.ingest.fixtures.shapes import (
    FOOT,
    MENU,
    SHAPES,
    Shape,
    clock,
    div_post,
    document,
    flat,
    kubrick,
    long_day,
    sidebar,
    title,
)

HOME = f"{SITE}/"


def read(html: str, url: str = HOME, *, want: str | None = None) -> Document:
    return read_document(html.encode(), url, content_type="text/html; charset=utf-8", want=want)


def titles(html: str, url: str = HOME) -> list[str | None]:
    return [entry.title for entry in read(html, url).entries]


def words(text: str) -> list[str]:
    return text.split()


# -- one blog in many shapes -------------------------------------------------------------------------------------

BLOGS = SHAPES | ENGINES
DOCUMENTS = {name: read(shape.render(POSTS)) for name, shape in BLOGS.items()}
EACH = pytest.mark.parametrize("name", BLOGS)


def pairs(name: str) -> tuple[Shape, list[tuple[Entry, Made]]]:
    return BLOGS[name], list(zip(DOCUMENTS[name].entries, POSTS, strict=True))


@EACH
def test_finds_exactly_the_posts_in_their_order(name: str) -> None:
    assert DOCUMENTS[name].kind == "page"
    assert [entry.title for entry in DOCUMENTS[name].entries] == [post.title for post in POSTS]


@EACH
def test_each_post_has_the_address_of_its_own_page(name: str) -> None:
    shape, found = pairs(name)
    assert [entry.url for entry, _ in found] == [shape.link(post) for _, post in found]


@EACH
def test_dates_are_as_fine_as_the_page_states_them(name: str) -> None:
    shape, found = pairs(name)
    for entry, post in found:
        day_only = {"hour": 0, "minute": 0} if shape.precision == "day" else {}
        assert entry.published == (post.published.replace(**day_only) if shape.precision else None)
        assert entry.published_precision == shape.precision


@EACH
def test_authors_are_those_of_the_page_and_never_made_up(name: str) -> None:
    shape, found = pairs(name)
    assert [entry.author for entry, _ in found] == [post.author if shape.authors else None for _, post in found]


def shown(post: Made, shape: Shape) -> list[str]:
    """The words of a post that a shape shows."""
    html = {
        "all": post.body,
        "paragraphs": " ".join(post.paragraphs),
        "teaser": post.teaser,
        "nothing": "",
    }[shape.shows]
    return words(re.sub(r"</?(?:p|h3|ul|li|blockquote)>", " ", re.sub(r"</?a\b[^>]*>", "", html)))


@EACH
def test_bodies_are_complete_and_hold_nothing_else(name: str) -> None:
    shape, found = pairs(name)
    for entry, post in found:
        if name == "rows of a table":
            assert words(entry.text) == ["Oslo"]
        else:
            assert words(entry.text) == shown(post, shape)


@EACH
def test_no_menu_sidebar_or_footer_reaches_html(name: str) -> None:
    for entry in DOCUMENTS[name].entries:
        assert not [word for word in CHROME if word in (entry.html or "")]


@EACH
def test_the_next_page_is_the_one_with_older_posts(name: str) -> None:
    assert DOCUMENTS[name].next_page == BLOGS[name].next_page


@pytest.mark.parametrize("name", [name for name, shape in BLOGS.items() if shape.tags])
def test_categories_are_the_posts_tags(name: str) -> None:
    _, found = pairs(name)
    for entry, post in found:
        assert set(post.tags) <= set(entry.categories)


@EACH
def test_two_posts_are_enough(name: str) -> None:
    assert titles(BLOGS[name].render(POSTS[:2])) == [post.title for post in POSTS[:2]]


@EACH
def test_a_page_whose_address_is_not_known_gives_the_same_posts(name: str) -> None:
    shape = BLOGS[name]
    saved = read(shape.render(POSTS), "file:///saved/page.html")
    assert [(entry.title, entry.published, entry.author, entry.text) for entry in saved.entries] == [
        (entry.title, entry.published, entry.author, entry.text) for entry in DOCUMENTS[name].entries
    ]
    assert all(
        entry.url is None or entry.url == shape.link(post) for entry, post in zip(saved.entries, POSTS, strict=True)
    )


# -- other markup round the same posts ---------------------------------------------------------------------------


def items(stamp: str, posts: tuple[Made, ...] = POSTS, body: str = "") -> str:
    """Posts with a stamp line in a form of its own: a format string over the post."""
    return document(
        "".join(
            f'<div class="n"><h2><a href="{post.plain_path}">{title(post)}</a></h2>'
            f"<p>{stamp.format(p=post, clock=clock(post))}</p>{post.body}{body}</div>"
            for post in posts
        )
    )


STAMP_LINES = [
    pytest.param("{p.published:%A, %B %d, %Y %H:%M}", "minute", None, id="weekday and 24 hours"),
    pytest.param("{clock} on {p.published:%d %B %Y}", "minute", None, id="hour before day"),
    pytest.param("{p.published:%d-%b-%Y %H:%M}", "minute", None, id="hyphens"),
    pytest.param("{p.published:%Y/%m/%d %H:%M:%S}", "second", None, id="slashes, year first"),
    pytest.param("{p.published:%m/%d/%Y %I:%M:%S %p}", "second", None, id="American with seconds"),
    pytest.param("{p.published:%a %b %d %H:%M:%S UTC %Y}", "second", None, id="as date(1) prints it"),
    pytest.param("Posted {p.published:%B %d, %Y} • {clock} | by {p.author}", "minute", "by", id="bullets and by"),
    pytest.param("by {p.author}, {p.published:%d.%m.%Y}, {p.published:%H:%M}", "minute", "by", id="author first"),
    pytest.param("Written by {p.author} on {p.published:%d %b %Y}", "day", "by", id="a day alone"),
    pytest.param("{p.author} | {p.published:%B %d, %Y}", "day", "by", id="a name without by"),
    pytest.param("Filed under News, {p.published:%B %d, %Y} at {clock}", "minute", None, id="with a category"),
    pytest.param("{p.published:%B %d, %Y} · 4 min read · No comments", "day", None, id="reading time"),
]


@pytest.mark.parametrize(("line", "precision", "by"), STAMP_LINES)
def test_reads_stamp_lines(line: str, precision: str, by: str | None) -> None:
    for entry, post in zip(read(items(line)).entries, POSTS, strict=True):
        stated = post.published.replace(hour=0, minute=0) if precision == "day" else post.published
        assert (entry.published, entry.published_precision) == (stated, precision)
        assert entry.author == (post.author if by else None)
        assert words(entry.text)[:3] == words(post.teaser)[:3]


# -- other languages ---------------------------------------------------------------------------------------------

MONTHS_OF = {
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    "it": [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "pt": [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    "pl": [
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ],
    "sv": [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
}
NATIONAL = [
    pytest.param("de", "Veröffentlicht am {p.published.day}. {month} {p.published.year} von {p.author}", True, id="German"),
    pytest.param("de", "{p.published:%d.%m.%Y, %H:%M} Uhr | Autor: {p.author}", True, id="German numbers"),
    pytest.param("fr", "Publié par {p.author} le {p.published.day} {month} {p.published.year} à {p.published:%Hh%M}", True, id="French"),
    pytest.param("es", "Publicado por {p.author} el {p.published.day} de {month} de {p.published.year}", True, id="Spanish"),
    pytest.param("es", "{p.author}, {month} {p.published.day}, {p.published.year}", True, id="Spanish, month first"),
    pytest.param("it", "{p.published.day} {month} {p.published.year} alle ore {p.published:%H:%M}", False, id="Italian"),
    pytest.param("nl", "Geplaatst op {p.published.day} {month} {p.published.year} om {p.published:%H:%M} door {p.author}", True, id="Dutch"),
    pytest.param("pt", "{p.published.day} de {month} de {p.published.year} às {p.published:%H:%M} por {p.author}", True, id="Portuguese"),
    pytest.param("pl", "{p.published.day} {month} {p.published.year}, godz. {p.published:%H:%M}", False, id="Polish"),
    pytest.param("sv", "Publicerat av {p.author} den {p.published.day} {month} {p.published.year} kl. {p.published:%H.%M}", True, id="Swedish"),
    pytest.param("it", "{p.published.day}/{p.published.month}/{p.published.year}", False, id="Italian numbers"),
    pytest.param("fr", "{p.published:%d/%m/%y}", False, id="French with two digits"),
    pytest.param("nl", "{p.published:%d-%m-%Y}", False, id="Dutch numbers"),
    pytest.param("ja", "{p.published.year}年{p.published.month}月{p.published.day}日", False, id="Japanese"),
    pytest.param("ko", "{p.published:%Y.%m.%d}", False, id="Korean"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line", "by"), NATIONAL)
def test_reads_stamp_lines_of_other_languages(language: str, line: str, by: bool) -> None:
    html = document(
        "".join(
            f'<div class="n"><h2><a href="{p.plain_path}">{title(p)}</a></h2>'
            f"<p>{line.format(p=p, month=MONTHS_OF.get(language, [''] * 12)[p.published.month - 1])}</p>{p.body}</div>"
            for p in POSTS
        )
    ).replace('lang="en"', f'lang="{language}"')
    entries = read(html).entries
    assert [entry.title for entry in entries] == [p.title for p in POSTS]
    for entry, post in zip(entries, POSTS, strict=True):
        timed = entry.published_precision == "minute"
        assert timed == ("%H" in line)
        assert entry.published == (post.published if timed else post.published.replace(hour=0, minute=0))
        assert entry.author == (post.author if by else None)
        assert words(entry.text)[:3] == words(post.teaser)[:3]


MORE = [
    "Weiterlesen",
    "Mehr lesen »",
    "Lire la suite…",
    "Leer más",
    "Leggi tutto",
    "Lees verder",
    "Leia mais",
    "Czytaj dalej",
    "Läs mer",
]


@pytest.mark.parametrize("words_of_link", MORE)
def test_links_to_the_rest_are_no_titles_in_other_languages(words_of_link: str) -> None:
    body = "".join(
        f'<div><h3>{title(p)}</h3><span>{p.published:%d.%m.%Y}</span><p>{p.teaser}</p><a href="{p.plain_path}">{words_of_link}</a></div>'
        for p in POSTS
    )
    entries = read(document(body)).entries
    assert [(entry.title, entry.url) for entry in entries] == [(p.title, SITE + p.plain_path) for p in POSTS]
    assert all(words_of_link not in entry.text for entry in entries)


OLDER_WORDS = ["Ältere Beiträge", "Articles plus anciens", "Entradas antiguas", "Post meno recenti", "Oudere berichten",
               "Postagens mais antigas", "Starsze wpisy", "Äldre inlägg"]  # fmt: skip


@pytest.mark.parametrize("label", OLDER_WORDS)
def test_pagers_of_other_languages(label: str) -> None:
    assert pager(f'<a href="/older/b">{label}</a>') == f"{SITE}/older/b"


# -- pages that are hard to tell apart ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["div.post with a meta line", "article and time", "ASP.NET in one form", "WHMCS 8"])
def test_a_source_s_page_may_hold_a_single_post(name: str) -> None:
    html = BLOGS[name].render(POSTS[:1])
    document_read = read(html, want="page")
    assert [(entry.title, entry.url) for entry in document_read.entries] == [
        (POSTS[0].title, BLOGS[name].link(POSTS[0]))
    ]
    assert document_read.entries[0].published is not None
    assert POSTS[0].teaser in " ".join(document_read.entries[0].text.split())


def test_an_article_s_own_heading_is_no_list_of_one() -> None:
    html = document(f'<article><h1><a href="/here">A title</a></h1><p>May 14, 2019</p>{POSTS[0].body}</article>')
    with pytest.raises(ReadError):
        read(html, f"{SITE}/here", want="page")


def test_what_a_site_offers_is_no_list_of_posts() -> None:
    offers = ("Web hosting", "Virtual servers", "Domains", "Managed mail")
    body = "".join(
        f'<div class="box"><h3><a href="/products/{n}">{name}</a></h3><p>{POSTS[n].teaser}</p></div>'
        for n, name in enumerate(offers)
    )
    assert kind_of(document(body)) != "page"


def kind_of(html: str) -> str:
    try:
        return read(html).kind
    except ReadError:
        return "unknown"


# -- distances ---------------------------------------------------------------------------------------------------

AGO = [
    pytest.param("3 days ago", 11, id="days"),
    pytest.param("Posted 2 hours ago by Ida Marlow", 14, id="hours in a line"),
    pytest.param("Ida Marlow · 20 hours ago", 13, id="hours over midnight, after a dot"),
    pytest.param("an hour ago", 14, id="in words"),
    pytest.param("Yesterday", 13, id="yesterday"),
    pytest.param("vor 2 Tagen", 12, id="German"),
    pytest.param("il y a 5 jours", 9, id="French"),
    pytest.param("hace 2 días", 12, id="Spanish"),
    pytest.param("4 giorni fa", 10, id="Italian"),
    pytest.param("2 dagen geleden", 12, id="Dutch"),
    pytest.param("há 2 dias", 12, id="Portuguese"),
    pytest.param("3 dni temu", 11, id="Polish"),
    pytest.param("för 3 dagar sedan", 11, id="Swedish"),
]


def ago(line: str, *, date: str | None = "Tue, 14 May 2019 15:00:00 GMT") -> tuple[Entry, ...]:
    html = document(
        "".join(
            f'<div class="n"><h2><a href="{p.plain_path}">{title(p)}</a></h2><p class="meta">{line}</p>{p.body}</div>'
            for p in POSTS
        )
    )
    headers = {} if date is None else {"date": date}
    return read_document(html.encode(), HOME, content_type="text/html", headers=headers).entries


@pytest.mark.parametrize(("line", "day"), AGO)
def test_distances_count_from_when_the_page_was_made(line: str, day: int) -> None:
    for entry in ago(line):
        assert (entry.published, entry.published_precision) == (datetime(2019, 5, day, tzinfo=UTC), "day")


@pytest.mark.parametrize("line", ["3 weeks ago", "2 months ago", "a year ago", "Some days ago", "9999 days ahead"])
def test_distances_that_name_no_day_give_none(line: str) -> None:
    assert [entry.published for entry in ago(line)] == [None] * len(POSTS)


def test_distances_mean_nothing_where_nobody_knows_when_the_page_was_made() -> None:
    assert [entry.published for entry in ago("3 days ago", date=None)] == [None] * len(POSTS)


def test_distances_in_sentences_stay_words() -> None:
    sentence = "<p>The switch was replaced 3 days ago in Oslo.</p>"
    entries = ago(f"May 14, 2019</p>{sentence}<p>")
    assert all("replaced 3 days ago in Oslo" in entry.text for entry in entries)


def test_a_zone_in_the_stamp_counts() -> None:
    entries = read(items("{p.published:%B %d, %Y %H:%M} EDT")).entries
    assert [entry.published for entry in entries][:1] == [datetime(2019, 5, 14, 13, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("lang", "stamp", "first"),
    [
        pytest.param("en", "05/04/2019", (5, 4), id="American where nothing says otherwise"),
        pytest.param("en-US", "05/04/2019", (5, 4), id="American by language"),
        pytest.param("en-GB", "05/04/2019", (4, 5), id="British by language"),
        pytest.param("de", "05/04/2019", (4, 5), id="German by language"),
    ],
)
def test_ambiguous_days_follow_the_language(lang: str, stamp: str, first: tuple[int, int]) -> None:
    html = items(stamp, POSTS[:2]).replace('lang="en"', f'lang="{lang}"')
    published = read(html).entries[0].published
    assert published is not None
    assert (published.month, published.day) == first


def test_ambiguous_days_follow_the_order_of_the_page() -> None:
    days = iter(("05/06/2019", "04/06/2019", "12/05/2019", "11/05/2019"))
    html = re.sub(r"@@", lambda _: next(days), items("@@"))
    assert [entry.published.day for entry in read(html).entries if entry.published] == [5, 4, 12, 11]


def test_a_date_that_the_title_names_is_not_when_it_was_published() -> None:
    html = document(
        "".join(
            f'<div><h2><a href="/2019/05/{day}/x">Outage of June {day}, 2018</a></h2><p>{POSTS[0].teaser}</p></div>'
            for day in (12, 11)
        )
    )
    assert [entry.published for entry in read(html).entries] == [datetime(2019, 5, day, tzinfo=UTC) for day in (12, 11)]


def test_a_sentence_with_a_date_is_body() -> None:
    first = "<p>On June 2, 2019 the hall was opened.</p>"
    entries = read(
        document(
            "".join(
                f'<div><h2><a href="{p.path}">{title(p)}</a></h2><p class="d">{long_day(p)}</p>{first}{p.body}</div>'
                for p in POSTS
            )
        )
    ).entries
    assert [entry.published.date() for entry in entries if entry.published] == [p.published.date() for p in POSTS]
    assert all(entry.text.startswith("On June 2, 2019 the hall") for entry in entries)


def test_when_a_post_was_changed_is_not_when_it_was_published() -> None:
    stamp = (
        '<time class="updated" datetime="2020-01-02T03:04:05Z">x</time> '
        '<time class="entry-date" datetime="{p.published:%Y-%m-%dT%H:%M:%SZ}">x</time>'
    )
    for entry, post in zip(read(items(stamp)).entries, POSTS, strict=True):
        assert (entry.published, entry.updated) == (post.published, datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))


def test_links_in_the_bodies_are_no_titles() -> None:
    words = "what we wrote of it in a much longer text than any of these titles, part {n}"
    link = f'<p>See <a href="/old/{{n}}">{words}</a>.</p>'
    html = document(
        "".join(
            f'<div><h2><a href="{p.path}">{title(p)}</a></h2><i>{long_day(p)}</i>{p.body}{link.format(n=n)}</div>'
            for n, p in enumerate(POSTS)
        )
    )
    assert titles(html) == [post.title for post in POSTS]


def test_a_featured_post_of_other_markup_comes_first() -> None:
    hero = (
        '<section class="hero"><h1><a href="/a/the-large-story">The large story of the week</a></h1>'
        f"<p>May 20, 2019 by Ida Marlow</p><p>{POSTS[0].teaser}</p></section>"
    )
    rest = "".join(
        f'<article><h3><a href="{p.plain_path}">{title(p)}</a></h3><time datetime="{p.published:%Y-%m-%d}">x</time>'
        f"<p>{p.teaser}</p></article>"
        for p in POSTS
    )
    found = read(document(f'<main>{hero}<div class="list">{rest}</div></main>', before=MENU, after=FOOT)).entries
    assert [entry.title for entry in found] == ["The large story of the week", *(post.title for post in POSTS)]
    assert found[0].published == datetime(2019, 5, 20, tzinfo=UTC)


def test_titles_may_link_to_other_sites() -> None:
    html = document(
        "".join(
            f'<h2><a href="http://site-{n}.example/{p.slug}">{title(p)}</a></h2><p>{long_day(p)}</p>{p.body}'
            for n, p in enumerate(POSTS[2:])
        ).replace("<h3>", "<h4>")
    )
    assert [entry.url for entry in read(html).entries] == [
        f"http://site-{n}.example/{p.slug}" for n, p in enumerate(POSTS[2:])
    ]


def test_links_count_from_the_base_element() -> None:
    html = (
        flat(POSTS)
        .replace("<head>", '<head><base href="http://blog.rackside.example/en/">')
        .replace('href="/', 'href="')
    )
    assert read(html).entries[0].url == f"http://blog.rackside.example/en{POSTS[0].path}"


def test_a_saved_page_counts_from_its_canonical_address() -> None:
    html = flat(POSTS).replace("<head>", f'<head><link rel="canonical" href="{SITE}/blog/">')
    assert read(html, "file:///x.html").entries[0].url == SITE + POSTS[0].path


def test_enclosures_are_the_media_that_a_post_links_to() -> None:
    html = items("{p.published:%B %d, %Y}", body='<p><a href="/files/talk.mp3">Listen to the talk</a></p>')
    (enclosure,) = read(html).entries[0].enclosures
    assert (enclosure.url, enclosure.type) == (f"{SITE}/files/talk.mp3", "audio/mpeg")


def test_relative_links_and_images_of_a_body_are_made_absolute() -> None:
    html = items("{p.published:%B %d, %Y}", body='<p><a href="/more">more of it</a> <img src="pics/a.png" alt="a"></p>')
    shown_html = read(html).entries[0].html or ""
    assert f'href="{SITE}/more"' in shown_html
    assert f'src="{SITE}/journal/pics/a.png"' in shown_html


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param('<img src="x" onerror="alert(1)">', id="event attribute"),
        pytest.param('<a href="javascript:alert(1)">x</a>', id="script address"),
        pytest.param("<svg><script>alert(1)</script></svg>", id="script in svg"),
        pytest.param("<iframe src='http://x.example/alert(1)'></iframe>", id="frame"),
    ],
)
def test_nothing_that_acts_survives(evil: str) -> None:
    for entry in read(items("{p.published:%B %d, %Y}", body=evil)).entries:
        assert "alert" not in (entry.html or "")
        assert "alert" not in entry.text


# -- the next page -----------------------------------------------------------------------------------------------


def pager(links: str, url: str = HOME) -> str | None:
    return read(div_post(POSTS).replace('<div id="content">', f'{links}<div id="content">'), url).next_page


PAGERS = [
    pytest.param('<a href="/page/2/">Older posts</a>', HOME, "/page/2/", id="older"),
    pytest.param('<a href="/page/2/">« Previous Entries</a>', HOME, "/page/2/", id="previous that is older"),
    pytest.param(
        '<a href="/page/2/">« Previous</a> <a href="/page/4/">Next »</a>', f"{HOME}page/3/", "/page/4/",
        id="next that is older",
    ),
    pytest.param(
        '<a href="/page/4/">« Previous</a> <a href="/page/2/">Next »</a>', f"{HOME}page/3/", "/page/4/",
        id="next that is newer",
    ),
    pytest.param('<a href="/?page=2">Newer posts</a>', f"{HOME}?page=3", None, id="newer alone"),
    pytest.param('<a rel="next" href="/archive/b">→</a>', HOME, "/archive/b", id="rel next without a number"),
    pytest.param('<a rel="prev" href="/page/2/">more</a>', HOME, "/page/2/", id="rel prev that is older"),
    pytest.param('<a rel="next" href="/page/1/">Next</a>', f"{HOME}page/2/", None, id="rel next that is newer"),
    pytest.param('<p class="pager"><a href="/?page=1">2</a></p>', HOME, "/?page=1", id="from zero"),
    pytest.param('<a href="/p/1">1</a> <a href="/p/2">2</a> <a href="/p/3">3</a>', HOME, "/p/2", id="numbers alone"),
    pytest.param('<a href="/blog?start=10">Next</a>', f"{HOME}blog", "/blog?start=10", id="offset"),
    pytest.param(
        '<a href="/blog?start=0">Prev</a> <a href="/blog?start=20">Next</a>', f"{HOME}blog?start=10", "/blog?start=20",
        id="offset further",
    ),
    pytest.param('<a href="/2019/04/">« Previous month</a>', f"{HOME}2019/05/", "/2019/04/", id="month before"),
    pytest.param('<a href="/2019/06/">Next month »</a>', f"{HOME}2019/05/", None, id="month after"),
    pytest.param('<a href="/next-generation">The next generation of racks</a>', HOME, None, id="a title with next"),
    pytest.param('<a href="http://elsewhere.example/page/2/">Older posts</a>', HOME, None, id="another site"),
    pytest.param('<a href="#top">Previous</a> <a href="/">Older posts</a>', HOME, None, id="this page"),
]  # fmt: skip


@pytest.mark.parametrize(("links", "url", "expected"), PAGERS)
def test_a_pager_is_judged_by_where_it_leads(links: str, url: str, expected: str | None) -> None:
    assert pager(links, url) == (SITE + expected if expected else None)


def test_a_list_of_months_is_no_pager_and_no_posts() -> None:
    found = read(document(div_post(POSTS), after=sidebar(POSTS)))
    assert found.next_page is None
    assert [entry.title for entry in found.entries] == [post.title for post in POSTS]


# -- pages that are something else -------------------------------------------------------------------------------

LONG = "".join(post.body for post in POSTS) * 2
ONE = (
    f'<article><h1>{title(POSTS[0])}</h1><p class="meta">By {POSTS[0].author} on {long_day(POSTS[0])}</p>{{}}</article>'
)
RELATED = "<section><h3>More stories</h3>{}</section>".format(
    "".join(
        f'<div class="card"><a href="{p.plain_path}"><h4>{title(p)}</h4></a><p>{p.teaser}</p><i>{long_day(p)}</i></div>'
        for p in POSTS[1:]
    )
)
COMMENTS = "".join(
    f'<div class="c" id="comment-{n}"><h4>Guest {n} Writer</h4><p><a href="#comment-{n}">'
    f"{long_day(p)} at {clock(p)}</a></p><p>{p.paragraphs[1]}</p></div>"
    for n, p in enumerate(POSTS * 2)
)
SECTIONS = "".join(f'<h2 id="{p.slug}"><a href="#{p.slug}">{title(p)}</a></h2>{p.body}' for p in POSTS)
ARTICLES = [
    pytest.param(ONE.format(LONG), id="alone"),
    pytest.param(ONE.format(LONG) + RELATED, id="with related posts below"),
    pytest.param(ONE.format(POSTS[0].body) + RELATED, id="short, with related posts below"),
    pytest.param(ONE.format(LONG) + f'<div id="comments">{COMMENTS}</div>', id="with comments"),
    pytest.param(ONE.format(POSTS[0].body) + f"<div>{COMMENTS}</div>", id="short, with comments that nothing names"),
    pytest.param(f"<h1>{title(POSTS[0])}</h1>{SECTIONS}", id="with sections that have addresses"),
]


@pytest.mark.parametrize("main", ARTICLES)
def test_a_page_with_one_article_is_no_list(main: str) -> None:
    found = read(document(main, before=MENU, after=sidebar(POSTS) + FOOT), f"{SITE}{POSTS[0].path}")
    assert (found.kind, found.entries) == ("article", ())
    assert found.article is not None
    assert found.article.title == POSTS[0].title


LISTS_OF_LINKS = [
    pytest.param(
        "".join(f'<li><a href="/p/{n}">Page number {n} of the site</a></li>' for n in range(40)), id="own pages"
    ),
    pytest.param(
        "".join(f'<li><a href="http://f{n}.example/">Friend number {n}</a></li>' for n in range(40)), id="friends"
    ),
    pytest.param(
        "".join(f'<li><a href="/2019/{n:02}/">Archive of 2019/{n}</a></li>' for n in range(1, 13)), id="months"
    ),
]


@pytest.mark.parametrize("links", LISTS_OF_LINKS)
def test_a_page_of_links_is_neither_posts_nor_an_article(links: str) -> None:
    with pytest.raises(ReadError, match="neither a feed nor a page of posts nor an article"):
        read(document(f"<ul>{links}</ul>", before=MENU, after=FOOT))


def test_a_page_wanted_as_posts_is_read_as_such_however_few_of_its_words_they_are() -> None:
    html = document(ONE.format(LONG) + RELATED)
    assert [entry.title for entry in read(html, want="page").entries] == [post.title for post in POSTS[1:]]


def test_the_page_is_called_as_the_site_calls_itself() -> None:
    assert read(kubrick(POSTS)).title == "Rackside"
    named = kubrick(POSTS).replace("<head>", '<head><meta property="og:site_name" content="Rackside Journal">')
    assert read(named).title == "Rackside Journal"


# -- what would never end ----------------------------------------------------------------------------------------

HOSTILE = [
    pytest.param("<div>", "nested in each other", id="elements in elements"),
    pytest.param("<ul><li>", "nested in each other", id="lists in lists"),
    pytest.param('<script type="application/ld+json">', "neither", id="scripts that never close"),
    pytest.param("<b><a href=/x>", "nested in each other", id="formatting that never closes"),
    pytest.param("<!--", "neither", id="comments that never close"),
]


@pytest.mark.parametrize(("unit", "reason"), HOSTILE)
def test_endless_markup_is_refused(unit: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read("<html><body>" + unit * (300_000 // len(unit)))


def test_of_very_many_posts_the_first_are_read() -> None:
    many = "".join(f'<h2><a href="/p{n}">Post number {n}</a></h2><p>May 14, 2019</p>' for n in range(2_500))
    assert len(read(document(many)).entries) == 2_000
