"""What no author writes so many of is told from the text, and what looks like it is not taken for it."""

from __future__ import annotations

import pytest

from ingest.excess import MAX_ATTRIBUTES, MAX_OPTIONS, MAX_TAGS, beginning_of, excess_of, without_options
from ingest.html import clean_html, html_to_text
from ingest.sandbox import Sandbox

MANY = " ".join(f'a{n}="{n}"' for n in range(MAX_ATTRIBUTES + 1))
BARE = " ".join(f"a{n}" for n in range(MAX_ATTRIBUTES + 1))

SOUND = [
    pytest.param(f"<div {MANY.partition(' ')[2]}>", id="as many attributes as there may be"),
    pytest.param(f"<p>{MANY}</p>", id="words"),
    pytest.param(f"<!-- <b {MANY}> -->", id="comment"),
    pytest.param(f"<script>if (i <n) {BARE}</script>", id="script"),
    pytest.param(f"<p title='{BARE}'>", id="one value"),
    pytest.param("<p>one<p>two" * 20_000, id="paragraphs that end by themselves"),
    pytest.param("<div><p><font color=red>text</p></div>" * 3_000, id="formatting that is never closed"),
    pytest.param("<ul><li>x</ul>" * 20_000, id="lists beside each other"),
]
EXCESS = [
    pytest.param(f"<div {MANY}>", "attributes", id="attributes"),
    pytest.param(f"<p>x</p><img {BARE}", "attributes", id="attributes of a tag without an end"),
    pytest.param(f"<!--><b {MANY}>", "attributes", id="after an empty comment"),
    pytest.param(f"<a title='>' {BARE}>", "attributes", id="after a quoted bracket"),
    pytest.param("<div>" * 3_001, "nested", id="blocks"),
    pytest.param("<span>" * 30_000, "nested", id="elements that are no blocks"),
    pytest.param("<a href=/x><div>x</a>" * 3_001, "nested", id="blocks in links that end before them"),
]


@pytest.mark.parametrize("html", SOUND)
def test_what_authors_write_is_no_excess(html: str) -> None:
    assert excess_of(html) is None


@pytest.mark.parametrize(("html", "what"), EXCESS)
def test_excess_is_named_and_its_text_is_kept(html: str, what: str) -> None:
    assert what in (excess_of(html) or "")
    around = f"<p>before</p>{html}>"
    assert html_to_text(around).startswith("before")
    assert clean_html(around, "http://x.example/").startswith("<p>before")


def test_a_menu_of_many_options_loses_their_tags_and_a_short_one_keeps_them() -> None:
    option = "<option value=1>x</option>"
    assert without_options(option * 3) == option * 3
    assert "option" not in without_options(f"<select>{option * MAX_OPTIONS}</select>")


def test_a_page_is_cut_at_a_tag() -> None:
    assert beginning_of("<p>x" * MAX_TAGS) == "<p>x" * MAX_TAGS
    assert beginning_of("<p>x" * (MAX_TAGS + 5)) == "<p>x" * (MAX_TAGS - 1)


POSTS = "".join(
    f'<div><h2><a href="/p/{n}">The wire has news {n}</a></h2><p>May {n}, 2019</p>'
    "<p>The vendor shipped it today.</p></div>"
    for n in range(1, 4)
)
SLOW = [
    pytest.param("<select>" + "<option>x" * 100_000 + "</select>", id="options"),
    pytest.param("<p>x" * 300_000, id="paragraphs"),
    pytest.param("&" * 2_000_000, id="ampersands"),
    pytest.param("".join(f'<a href="/x/{n}">link {n}</a>' for n in range(100_000)), id="links"),
]


@pytest.mark.parametrize("markup", SLOW)
def test_the_posts_of_a_page_made_to_be_slow_are_read_before_the_sandbox_ends_it(markup: str) -> None:
    with Sandbox(workers=1) as sandbox:
        document = sandbox.read(f"<html><body>{POSTS}{markup}".encode(), "http://wire.example/", want="page")
    assert [entry.title for entry in document.entries] == [f"The wire has news {n}" for n in range(1, 4)]
