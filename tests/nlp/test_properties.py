"""What holds of the whole pipeline, statistical model included, whatever the text: properties, not examples."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.annotations import Analysis, EventStatus, EventType, PostText, TaggedEntity
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue())


PIECES = st.sampled_from(
    [
        "Oracle",
        "Microsoft",
        "Tucows",
        "Ferrowire GmbH",
        "Anna Wit",
        "PHP",
        "PHP 5.6",
        "MySQL 5.7",
        "nginx",
        "Exchange",
        "Exchange Server 2010",
        " SP1",
        " 2007/2010",
        "Update Rollup 3 for ",
        ".bike",
        ".com",
        "https://acme.example/2014/",
        "setup-2014.exe",
        " has released ",
        " was released",
        " acquires ",
        " bought ",
        " will be retired ",
        " announced ",
        " cancelled ",
        " the beta of ",
        " a vulnerability in ",
        " prices rise ",
        " on Monday",
        " last year",
        " in June 2015",
        " on March 17, 2014",
        " next week",
        "2014",
        " Q3 2014",
        "If ",
        "?",
        ". ",
        ", ",
        " and ",
        "\n",
        "\n\n",
        " (",
        ")",
        "“",
        "”",
        "’s ",
        "\u00a0",
        "\u200b",
        "\ud83d",
        "\U0001f600",
        "İ",
        "ß",
        "ﬁ",
        "\t",
        "\x00",
    ]
)
TEXTS = st.one_of(st.text(max_size=100), st.lists(PIECES, max_size=22).map("".join))
DAYS = st.one_of(st.none(), st.dates())
POSTS = st.builds(PostText, title=TEXTS, text=TEXTS, published=DAYS)
PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def written(post: PostText, field: str, start: int, end: int) -> str:
    """The slice, with what is no character replaced as the pipeline replaces it."""
    text = {"title": post.title, "text": post.text}[field]
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)[start:end]


def entities(analysis: Analysis) -> tuple[TaggedEntity, ...]:
    return (*analysis.products, *analysis.organizations, *analysis.tlds)


@PROPERTY
@given(post=POSTS)
def test_whatever_is_found_equals_its_slice(tagger: Tagger, post: PostText) -> None:
    analysis = tagger.tag(post)
    cited = [
        *(mention for entity in entities(analysis) for mention in entity.mentions),
        *analysis.timexes,
        *(event.evidence for event in analysis.events),
    ]
    for part in cited:
        assert part.text
        assert part.text == written(post, part.field, part.start, part.end)


@PROPERTY
@given(post=POSTS)
def test_mentions_do_not_overlap_each_other_and_dates_no_product(tagger: Tagger, post: PostText) -> None:
    analysis = tagger.tag(post)
    products = [(m.field, m.start, m.end) for product in analysis.products for m in product.mentions]
    dates = [(timex.field, timex.start, timex.end) for timex in analysis.timexes]
    taken = sorted([*products, *dates])
    for one, other in pairwise(taken):
        assert one[0] != other[0] or one[2] <= other[1]


@PROPERTY
@given(post=POSTS)
def test_events_speak_of_entities_of_the_post_which_is_about_them(tagger: Tagger, post: PostText) -> None:
    analysis = tagger.tag(post)
    by_slug = {entity.slug: entity for entity in entities(analysis)}
    for event in analysis.events:
        assert event.type in get_args(EventType)
        assert event.status in get_args(EventStatus)
        assert 0.5 <= event.confidence <= 1
        assert event.subjects
        assert len(set(event.subjects)) == len(event.subjects)
        assert set(event.subjects) <= by_slug.keys()
        assert (event.begin is None) == (event.end_date is None)
        assert event.begin is None or event.end_date is None or event.begin < event.end_date


@PROPERTY
@given(post=POSTS)
def test_the_date_of_an_event_stands_in_the_text(tagger: Tagger, post: PostText) -> None:
    analysis = tagger.tag(post)
    values = {(timex.value or "").split("T")[0] for timex in analysis.timexes}
    assert {event.date for event in analysis.events if event.date is not None} <= values


@PROPERTY
@given(post=POSTS)
def test_the_same_post_is_read_the_same_way_again(tagger: Tagger, post: PostText) -> None:
    assert tagger.tag(post) == tagger.tag(post)


@PROPERTY
@given(posts=st.lists(POSTS, max_size=4), batch_size=st.integers(1, 3))
def test_posts_do_not_touch_each_other(tagger: Tagger, posts: list[PostText], batch_size: int) -> None:
    assert list(tagger.tag_many(posts, batch_size=batch_size)) == [tagger.tag(post) for post in posts]


@PROPERTY
@given(post=POSTS)
def test_slugs_can_stand_in_an_address(tagger: Tagger, post: PostText) -> None:
    for entity in entities(tagger.tag(post)):
        assert entity.slug
        assert not set(entity.slug) & set(" /?#%&\\\"'")
        assert entity.name.strip() == entity.name != ""
