"""The fast way from HTML to text says what Beautiful Soup's tree says; plain addresses are what resolving gives."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.html import _tree_to_text, excerpt, html_to_text
from ingest.soup import parse_html, soup_to_text
from ingest.urls import canonical_url, resolve

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "word",
        "two words",
        " around ",
        "a\n  b",
        "&amp;",
        "&nbsp;",
        "\u00a0x\u200b",
        "\tcell",
        "caf\u00e9",
        "a  b",
    ]
)
NAMES = st.sampled_from(
    ["p", "div", "b", "em", "a", "span", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "blockquote",
     "h2", "pre", "code", "section", "script", "style", "textarea", "form", "center", "custom-tag", "o:p", "figure"]
)  # fmt: skip
HTML = st.recursive(
    TEXTS | st.sampled_from(["<br>", "<br/>", "<hr>", '<img src="x" alt="y">']),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", NAMES, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(HTML)
def test_the_text_of_html_is_that_of_its_soup(html: str) -> None:
    fast = _tree_to_text(html)
    assert fast is None or fast == soup_to_text(parse_html(html))


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>One<br>two</p><ul><li>a</li><li>b</li></ul>", id="what blogs write"),
        pytest.param("<p>One <p>two <div>three", id="tags left open"),
        pytest.param("</p>one</div> two", id="tags never opened"),
        pytest.param("<pre>  kept\n   so </pre>", id="preformatted"),
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", id="rows and cells left open"),
        pytest.param("<p>x<svg><text>y</text></svg>z</p>", id="pictures"),
    ],
)
def test_usual_and_broken_html_goes_the_fast_way(html: str) -> None:
    assert _tree_to_text(html) == soup_to_text(parse_html(html))


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 80 + "x", id="deep"),
        pytest.param("<ruby>a<rt>b</rt></ruby>", id="annotated"),
        pytest.param('<?xml version="1.0" encoding="latin-1"?><p>x</p>', id="with an encoding"),
        pytest.param("<p>" + "x" * 1_000_001, id="very long"),
        pytest.param("<pre>a<script>b</script></pre>", id="a script where nothing is formatted"),
    ],
)
def test_peculiar_html_goes_through_the_soup(html: str) -> None:
    assert _tree_to_text(html) is None
    assert html_to_text(html) == soup_to_text(parse_html(html))


@given(st.text(alphabet="ab \n\u00a0.", max_size=2_000))
def test_an_excerpt_does_not_depend_on_how_much_is_looked_at(text: str) -> None:
    assert excerpt(text, 20) == excerpt(" ".join(text.split()), 20)


ADDRESSES = st.builds(
    "".join,
    st.lists(
        st.sampled_from(["http://", "https://", "HTTP:", "//", "/", "a.example", "A.example", ":80", ":8080", "path",
                         "..", ".", "?q=1", "?", "#f", "#", ";p", "%20", " ", "\u00e9", "&", "@", "utm_source=x"]),
        max_size=7,
    ),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["http://b.example/x/y?z", "https://b.example", "http://b.example:81/", "http://u@b.example/a"]),
    ADDRESSES,
)
def test_addresses_without_anything_to_resolve_are_what_resolving_gives(base: str, reference: str) -> None:
    found = resolve(base, reference)
    if found is not None and found.isascii() and " " not in reference:
        assert found == urljoin(base, reference.strip())


@given(ADDRESSES)
def test_canonical_addresses_stay_so(address: str) -> None:
    assert canonical_url(canonical_url(address)) == canonical_url(address)


def test_long_addresses_take_no_time() -> None:
    """Patterns that try every division of a path would not come back from this one."""
    path = "/" + "a-b_c.d" * 200 + "\\"
    assert resolve("http://a.example/", path) is not None
    assert canonical_url(f"http://{'a.' * 200}example{path}").startswith("http://a.")
