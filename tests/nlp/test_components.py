"""Our spaCy components, as anyone may use them: by name, in a plain pipeline, with what they find in `doc.spans`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.annotations import PostText
from nlp.components import EXTENSION, ORDER, Draft, catalogue_in_hand, draft_of
from tests.nlp.catalogues import small_catalogue

TEXT = (
    "Oracle has released MySQL 5.7 on March 17, 2014. Exchange Server 2010 is old, says Tucows. "
    "The .bike domain was delegated in 2013."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    """A blank pipeline with nothing but our components, built by their names."""
    pipeline = spacy.blank("en")
    with catalogue_in_hand(small_catalogue()):
        for name in ORDER:
            pipeline.add_pipe(name)
    return pipeline


def shown(doc: Doc, part: str) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in doc.spans[f"{EXTENSION}_{part}"]]


@pytest.mark.parametrize("name", ORDER)
def test_is_registered_under_its_name(name: str) -> None:
    assert Language.has_factory(name)


@pytest.mark.parametrize("name", ORDER)
def test_can_be_used_alone(name: str) -> None:
    pipeline = spacy.blank("en")
    with catalogue_in_hand(small_catalogue()):
        pipeline.add_pipe(name)
    assert pipeline(TEXT).text == TEXT


@pytest.mark.parametrize("name", [name for name in ORDER if name != "hostwire_salience"])
def test_says_that_it_assigns_spans(name: str) -> None:
    assert Language.get_factory_meta(name).assigns == ["doc.spans"]


SPANS: dict[str, list[tuple[str, str]]] = {
    "products": [("MySQL 5.7", "mysql-5-7"), ("Exchange Server 2010", "microsoft-exchange-server-2010")],
    "organizations": [("Oracle", "oracle"), ("Tucows", "tucows")],
    "tlds": [(".bike", "bike")],
    "timexes": [("March 17, 2014", "DATE"), ("2013", "DATE")],
    "events": [
        ("Oracle has released MySQL 5.7 on March 17, 2014.", "release"),
        ("The .bike domain was delegated in 2013.", "approval"),
    ],
}


@pytest.mark.parametrize("part", SPANS)
def test_fills_spans(nlp: Language, part: str) -> None:
    assert shown(nlp(TEXT), part) == SPANS[part]


def test_salience_marks_what_a_post_is_about(nlp: Language) -> None:
    doc = nlp.make_doc(PostText("MySQL 5.7", TEXT).document)
    doc._.set(EXTENSION, Draft.of(PostText("MySQL 5.7", TEXT)))
    for name in ORDER:
        doc = nlp.get_pipe(name)(doc)
    assert "mysql-5-7" in draft_of(doc).salient
    assert "microsoft-exchange-server-2010" not in draft_of(doc).salient


def test_products_come_before_dates() -> None:
    assert ORDER.index("hostwire_products") < ORDER.index("hostwire_timexes")
    assert ORDER.index("hostwire_timexes") < ORDER.index("hostwire_events")


@pytest.mark.parametrize(
    "text", ["Exchange Server 2010 and Windows Server 2008/2012 in 2014", "Exchange Server 2007 2010"]
)
def test_no_date_overlaps_a_product(nlp: Language, text: str) -> None:
    draft = draft_of(nlp(text))
    assert draft.products
    assert not [
        (product, timex)
        for product in draft.products
        for timex in draft.timexes
        if product.start < timex.end and timex.start < product.end
    ]


@pytest.mark.parametrize("text", ["at https://acme.example/2014/03/19/", "in setup-2014.exe", "by 2014@acme.example"])
def test_no_date_stands_in_an_address(nlp: Language, text: str) -> None:
    assert draft_of(nlp(text)).timexes == ()


def test_a_doc_made_elsewhere_is_a_post_without_a_title(nlp: Language) -> None:
    draft = draft_of(nlp(TEXT))
    assert draft.text == TEXT
    assert draft.title_end == 0


def test_the_publishing_day_travels_with_the_draft(nlp: Language) -> None:
    post = PostText("", "MySQL 5.7 was released on Monday.", date(2014, 3, 19))
    doc = nlp.make_doc(post.document)
    doc._.set(EXTENSION, Draft.of(post))
    for name in ORDER:
        doc = nlp.get_pipe(name)(doc)
    assert [timex.value for timex in draft_of(doc).timexes] == ["2014-03-17"]


def test_an_empty_text_has_empty_spans(nlp: Language) -> None:
    doc = nlp("")
    assert all(not shown(doc, part) for part in SPANS)


def test_pipe_gives_what_calling_gives(nlp: Language) -> None:
    texts = [TEXT, "", "nginx 1.6 is out."]
    assert [shown(doc, "products") for doc in nlp.pipe(texts)] == [shown(nlp(text), "products") for text in texts]


def test_without_a_catalogue_in_hand_the_packaged_one_is_read() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("hostwire_products")
    assert shown(pipeline("We moved to Plesk Obsidian."), "products")


def test_a_catalogue_file_is_a_setting(tmp_path: Path) -> None:
    extra = tmp_path / "mine.toml"
    extra.write_text('[products.control-panel]\nferropanel = { name = "Ferropanel" }\n', "utf-8")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("hostwire_products", config={"catalogue": str(extra)})
    assert shown(pipeline("Ferropanel 4.2"), "products") == [("Ferropanel 4.2", "ferropanel-4-2")]
