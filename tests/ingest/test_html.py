"""HTML on its way in: what may be shown, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html import clean_html, excerpt, first_text, fold_lines, html_to_text, plain_text, plain_title

BASE = "http://rackside.example/2019/a"

CLEANED = [
    pytest.param("<p>x</p>", "<p>x</p>", id="as it is"),
    pytest.param("<p class='a' id='b' style='c' onclick='d'>x</p>", "<p>x</p>", id="attributes"),
    pytest.param("<font color='red'>x</font>", "x", id="unknown element keeps its text"),
    pytest.param("<script>x</script>y", "y", id="script loses its text"),
    pytest.param("<a href='/b'>x</a>", '<a href="http://rackside.example/b" rel="noopener nofollow">x</a>', id="link"),
    pytest.param("<a href='javascript:x'>y</a>", '<a rel="noopener nofollow">y</a>', id="script address"),
    pytest.param("<img src='//cdn.example/i.png' alt='a'>", '<img src="http://cdn.example/i.png" alt="a">', id="image"),
    pytest.param("<img src='data:image/png;base64,x'>", "<img>", id="data address"),
    pytest.param("<table><tr><td colspan=2>x</td></tr></table>",
                 '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>', id="table"),
    pytest.param("<p>a<p>b", "<p>a</p><p>b</p>", id="unclosed"),
    pytest.param("a\x00b\x08c", "abc", id="controls"),
    pytest.param("a\ud800b", "a�b", id="half of a pair"),
    pytest.param("<div>" * 4_000 + "deep &lt;b", "<p>deep &lt;b</p>", id="deeper than any author"),
    pytest.param("", "", id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), CLEANED)
def test_clean_html(html: str, expected: str) -> None:
    assert clean_html(html, BASE) == expected


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once = clean_html(text, BASE)
    assert clean_html(once, BASE) == once


TEXTS = [
    pytest.param("<p>One.</p><p>Two.</p>", "One.\n\nTwo.", id="paragraphs"),
    pytest.param("One<br>two<br/><br>three", "One\ntwo\n\nthree", id="breaks"),
    pytest.param("<ul><li>a</li><li>b</li></ul>", "a\nb", id="list"),
    pytest.param("<p>x</p><ul><li>a<ul><li>b</li></ul></li></ul><p>y</p>", "x\n\na\nb\n\ny", id="nested list"),
    pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc", id="table"),
    pytest.param("<pre>a\n  b</pre>", "a\nb", id="preformatted"),
    pytest.param("a <b>b</b><i>c</i> d", "a bc d", id="inline"),
    pytest.param("<p>a\n   b&nbsp;c\u200b</p>", "a b c", id="white space"),
    pytest.param("&lt;b&gt; &amp;amp; &#8217;", "<b> &amp; ’", id="references once"),
    pytest.param("AT&amp;T", "AT&T", id="no markup"),
    pytest.param("<style>a</style><script>b</script><svg><text>c</text></svg>d<!-- e -->", "d", id="what is no text"),
    pytest.param("<h2>T</h2>x<blockquote>q</blockquote>y", "T\n\nx\n\nq\n\ny", id="blocks"),
    pytest.param("<div>" * 5_000 + "deep", "deep", id="deep"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("html", "expected"), TEXTS)
def test_html_to_text(html: str, expected: str) -> None:
    assert html_to_text(html) == expected


@given(st.text())
def test_text_of_anything_is_folded(text: str) -> None:
    plain = html_to_text(text)
    assert plain == plain.strip()
    assert "\n\n\n" not in plain
    assert plain.encode().decode() == plain


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold_lines(text)
    assert fold_lines(once) == once


TITLES = [
    pytest.param("a <b>b</b> c", "a b c", id="tags"),
    pytest.param("a &amp;lt;b&amp;gt; c", "a c", id="escaped twice"),
    pytest.param("a < b > c", "a < b > c", id="comparison"),
    pytest.param("Map<K, V> and <stdio.h>", "Map<K, V> and <stdio.h>", id="code"),
    pytest.param("a <x-y onclick='z'> b", "a b", id="unknown element with attributes"),
    pytest.param("a <!-- b --> c", "a c", id="comment"),
    pytest.param(" \n ", None, id="blank"),
    pytest.param(None, None, id="none"),
]


@pytest.mark.parametrize(("stated", "expected"), TITLES)
def test_plain_title(stated: str | None, expected: str | None) -> None:
    assert plain_title(stated) == expected


def test_a_title_that_is_no_markup_keeps_its_tags() -> None:
    assert plain_title(" <b> &amp;\n x ", markup=False) == "<b> &amp; x"


def test_pairs_of_surrogates_are_joined_and_halves_replaced() -> None:
    assert plain_text("\ud83d\ude00 \ud800") == "😀 �"


EXCERPTS = [
    pytest.param("short", "short", id="short"),
    pytest.param("one two three", "one two…", id="at a word"),
    pytest.param("one two, three", "one two…", id="without the comma"),
    pytest.param("x" * 30, "x" * 10 + "…", id="one long word"),
    pytest.param("a\n\nb", "a b", id="on one line"),
]


@pytest.mark.parametrize(("text", "expected"), EXCERPTS)
def test_excerpt(text: str, expected: str) -> None:
    assert excerpt(text, 10) == expected


def test_first_text_is_the_first_that_says_anything() -> None:
    assert first_text([None, "", "  ", " a ", "b"]) == "a"
    assert first_text([]) is None
