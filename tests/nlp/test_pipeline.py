"""The whole pipeline: one analysis a post, in order, whatever the text."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.annotations import Analysis, PostText
from nlp.errors import NlpError
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2010, 8, 25)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def spans(analysis: Analysis) -> list[tuple[str, int, int, str]]:
    entities = (*analysis.products, *analysis.organizations, *analysis.tlds)
    found = [(m.field, m.start, m.end, m.text) for entity in entities for m in entity.mentions]
    found += [(t.field, t.start, t.end, t.text) for t in analysis.timexes]
    return found + [(e.evidence.field, e.evidence.start, e.evidence.end, e.evidence.text) for e in analysis.events]


def test_groups_the_mentions_of_one_entity(tagger: Tagger) -> None:
    analysis = tagger.tag(PostText("PHP 8.3 is out", "PHP 8.3 was released. Get PHP 8.3 now.", DAY))
    (product,) = analysis.products
    assert [(mention.field, mention.start) for mention in product.mentions] == [("title", 0), ("text", 0), ("text", 26)]


def test_keeps_the_order_of_posts(tagger: Tagger) -> None:
    posts = [PostText(f"nginx 1.{n}", "", None) for n in range(20)]
    names = [analysis.products[0].name for analysis in tagger.tag_many(posts, batch_size=3)]
    assert names == [f"nginx 1.{n}" for n in range(20)]


def test_a_name_does_not_run_from_the_title_into_the_text(tagger: Tagger) -> None:
    analysis = tagger.tag(PostText("The Red", "Hat is red."))
    assert analysis.organizations == ()


def test_dates_never_overlap_products(tagger: Tagger) -> None:
    analysis = tagger.tag(
        PostText("Exchange 2007/2010", "Windows Server 2008 and Exchange Server 2010 came in 2011.", DAY)
    )
    assert [timex.text for timex in analysis.timexes] == ["2011"]


def test_the_version_names_code_catalogue_and_model(tagger: Tagger) -> None:
    assert tagger.version.split("/")[1:] == ["test", "rules"]


def test_a_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(NlpError, match="en_core_web_none"):
        build_tagger(small_catalogue(), model="en_core_web_none")


def test_a_model_votes() -> None:
    with_model = build_tagger(small_catalogue())
    assert with_model.tag(PostText("", "Microsoft acquired it.")).organizations[0].slug == "microsoft"


def test_very_long_texts_are_tagged(tagger: Tagger) -> None:
    analysis = tagger.tag(PostText("nginx", "We run nginx 1.30.4 here. " * 5000, DAY))
    assert len(analysis.products[1].mentions) == 5000


PIECES = st.sampled_from(
    [
        "Exchange", "Server", " 2010", " SP1", " and ", " 2007/", "Microsoft ", "Windows ", "RHEL", " (RHEL)", " (ABC)",
        "Update Rollup 3 for ", "version 4.0 of ", "v3.1", " RC2", ".com", ".xxx ", "www.x.com", "\n", "\n\n", " Inc.",
        ", a hosting company", "Service Pack 1", "8.0", "PHP", " said ", "Acme Cloud", "\u00a0", "’s ", " beta",
        "https://a.b/c",
        "ICANN", "é", "\U0001f600", "(", ")", "\ud800", ",", "-", "İ", "ß", " released ", " on Monday", " in June 2011",
        ". ",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=TEXTS, text=TEXTS)
def test_any_text_is_tagged_and_every_span_is_its_slice(tagger: Tagger, title: str, text: str) -> None:
    fields = {"title": title, "text": text}
    for field, start, end, written in spans(tagger.tag(PostText(title, text, DAY))):
        part = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in fields[field])
        assert written
        assert part[start:end] == written


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
def test_products_and_dates_do_not_overlap(tagger: Tagger, text: str) -> None:
    analysis = tagger.tag(PostText("", text, DAY))
    products = [(m.start, m.end) for product in analysis.products for m in product.mentions]
    taken = sorted([*products, *((timex.start, timex.end) for timex in analysis.timexes)])
    assert all(before[1] <= after[0] for before, after in pairwise(taken))
