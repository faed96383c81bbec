"""Subscription lists, in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ReadError
from ingest.opml import Outline, parse_opml, render_opml

NESTED = b"""<?xml version="1.0" encoding="utf-8"?>
<opml version="1.1">
  <head><title>Mine</title></head>
  <body>
    <outline text="Hosting">
      <outline text="Panels" title="Panels">
        <outline text="Rackside" type="rss" xmlUrl="http://rackside.example/feed" htmlUrl="http://rackside.example/"/>
      </outline>
      <outline title="Brackenhost &amp; co" xmlurl=" http://brackenhost.example/rss " category="/Clouds/Oslo,News"/>
    </outline>
    <outline text="A folder with nothing in it"/>
    <outline text="Again" xmlUrl="http://rackside.example/feed"/>
    <outline text="A file" xmlUrl="file:///etc/passwd"/>
  </body>
</opml>"""


def test_outlines_are_subscriptions_with_the_folders_above_them() -> None:
    assert parse_opml(NESTED) == (
        Outline("http://rackside.example/feed", "Rackside", "http://rackside.example/", ("Hosting", "Panels")),
        Outline("http://brackenhost.example/rss", "Brackenhost & co", None, ("Hosting", "Oslo", "News")),
    )


LOOSE = [
    pytest.param(b"\n\n<opml><body><outline xmlUrl='http://x.example/f'/></body></opml>", id="no head, blank before"),
    pytest.param(b"<OPML><body><outline XMLURL='http://x.example/f'/></body></OPML>", id="capitals"),
    pytest.param(b"<opml><body><outline xmlUrl='http://x.example/f'/><outline", id="cut off"),
    pytest.param(b"<opml><body><outline text='a & b' xmlUrl='http://x.example/f'/></body></opml>", id="bare ampersand"),
    pytest.param("<?xml version='1.0' encoding='utf-16'?><opml><body><outline xmlUrl='http://x.example/f'/></body></opml>"
                 .encode("utf-16"), id="utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("body", LOOSE)
def test_loose_forms_are_read(body: bytes) -> None:
    assert [outline.url for outline in parse_opml(body)] == ["http://x.example/f"]


REFUSED = [
    pytest.param(b"", "no OPML", id="empty"),
    pytest.param(b" \n ", "no OPML", id="blank"),
    pytest.param(b"\x00\x01\x02", "no OPML", id="binary"),
    pytest.param(b"<html><body>no</body></html>", "root element is not <opml>", id="page"),
    pytest.param(b"<opml><body/></opml>", "lists no feed", id="no outlines"),
    pytest.param(b"<opml><body><outline text='a'/></body></opml>", "lists no feed", id="no addresses"),
    pytest.param(b"<opml><body><outline xmlUrl='feed.xml'/></body></opml>", "lists no feed", id="relative address"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED)
def test_what_lists_no_feeds_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        parse_opml(body)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = [
    pytest.param('<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]>', id="a file"),
    pytest.param('<!DOCTYPE opml [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', id="an address"),
    pytest.param(f'<!DOCTYPE opml [<!ENTITY l0 "lol">{LAUGHS}<!ENTITY x "&l11;">]>', id="a billion laughs"),
]


@pytest.mark.parametrize("subset", ENTITIES)
def test_entities_of_its_own_are_refused(subset: str) -> None:
    body = f"{subset}<opml><body><outline text='&x;' xmlUrl='http://x.example/f'/></body></opml>"
    with pytest.raises(ReadError, match="declares entities of its own"):
        parse_opml(body.encode())


# -- out -----------------------------------------------------------------------------------------------------------


def test_rendered_as_opml_2() -> None:
    outlines = [Outline("http://x.example/f?a=1&b=2", 'Racks "&" <towers>', "http://x.example/", ("News", "Oslo"))]
    assert render_opml(outlines, title="A & B").decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>A &amp; B</title></head>\n<body>\n'
        '  <outline text=\'Racks "&amp;" &lt;towers&gt;\' title=\'Racks "&amp;" &lt;towers&gt;\' type="rss" '
        'xmlUrl="http://x.example/f?a=1&amp;b=2" htmlUrl="http://x.example/" category="News,Oslo"/>\n</body>\n</opml>\n'
    )


def test_a_feed_without_a_name_is_called_by_its_address() -> None:
    assert parse_opml(render_opml([Outline("http://x.example/f")], title="t"))[0].title == "http://x.example/f"


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1).filter(
    lambda name: name == name.strip() and bool(name)
)
OUTLINES = st.lists(
    st.builds(
        Outline,
        url=st.integers(0, 9**9).map(lambda n: f"http://x.example/feed?n={n}&m=<"),
        title=NAMES,
        site_url=st.sampled_from([None, "http://x.example/"]),
        categories=st.lists(
            NAMES.filter(lambda name: not set(name) & set(",/")), max_size=3, unique=True
        ).map(tuple),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda outline: outline.url,
)  # fmt: skip


@given(OUTLINES, st.text())
def test_what_is_rendered_is_parsed_as_it_was(outlines: list[Outline], title: str) -> None:
    assert parse_opml(render_opml(outlines, title=title)) == tuple(outlines)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for document in (body, b"<opml><body>" + body):
        try:
            parse_opml(document)
        except ReadError:
            continue
