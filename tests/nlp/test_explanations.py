"""Every tag says why it is there: a rule's stable name, a sentence, and what the rule went by."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.annotations import PostText
from nlp.explanations import (
    CUES,
    RULES,
    SIGNS,
    Explanation,
    Provenance,
    explain_event,
    explain_mention,
    explain_salience,
)
from nlp.json_lines import tag_lines
from nlp.pipeline import Tagger, build_tagger
from nlp.rules import Rule, read_rule, rule_line
from nlp.salience import SalienceSigns
from nlp.timex.forms import FORMS
from tests.nlp.catalogues import small_catalogue

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "explanations.md").read_text("utf-8")
DAY = date(2010, 8, 25)
MADE_BY = Provenance.of("3/cafe/rules")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


# -- the lines of rules ----------------------------------------------------------------------------


WORDS = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), min_size=1).map(str.strip)


@given(matched=WORDS, facts=st.dictionaries(st.sampled_from(["cue", "version", "listed"]), WORDS))
def test_a_line_is_read_as_it_was_written(matched: str, facts: dict[str, str]) -> None:
    assert read_rule(rule_line("product:alias", matched, **facts)) == Rule("product:alias", matched, facts)


def test_a_line_gets_further_facts_and_leaves_out_those_there_are_none_of() -> None:
    line = rule_line(rule_line("event:sure-trigger", "released", date=None), date="clause", listed="")
    assert line == "event:sure-trigger released | date clause | listed"
    assert read_rule(line).facts == {"date": "clause", "listed": ""}


def test_what_would_be_read_as_a_joint_is_written_otherwise() -> None:
    assert read_rule(rule_line("product:alias", "A | B")).matched == "A / B"


# -- mentions --------------------------------------------------------------------------------------

MENTIONS: dict[str, tuple[str, str, str, dict[str, str]]] = {  # text, words of the mention, rule, facts
    "a name": ("We run nginx.", "nginx", "product:name", {"matched": "nginx"}),
    "an alias": ("We run Exchange Server.", "Exchange Server", "product:alias", {"matched": "Exchange Server"}),
    "an alias with a cue": (
        "Every mailbox of Exchange moved.",
        "Exchange",
        "product:alias",
        {"matched": "Exchange", "cue": "mailbox"},
    ),
    "an alias with a version": (
        "We run Exchange 2010 SP1.",
        "Exchange 2010 SP1",
        "product:alias",
        {"matched": "Exchange", "version": "2010 SP1"},
    ),
    "an alias with its vendor": (
        "We run Microsoft Exchange.",
        "Microsoft Exchange",
        "product:alias",
        {"matched": "Exchange", "vendor": "Microsoft"},
    ),
    "an alias that is sure elsewhere": (
        "Exchange Server is old. Exchange stays.",
        "Exchange",
        "product:alias",
        {"matched": "Exchange", "elsewhere": "Microsoft Exchange Server"},
    ),
    "an acronym": ("We run RHEL 6.", "RHEL 6", "product:acronym", {"matched": "RHEL", "version": "6"}),
    "a short form with a year": ("We run Windows 2003.", "Windows 2003", "product:short", {"matched": "Windows"}),
    "a list": (
        "We run Exchange Server 2007 and 2010.",
        "2010",
        "product:alias",
        {"matched": "Exchange Server", "listed": ""},
    ),
    "a form that the post introduces": (
        "Parallels Virtuozzo Containers (PVC) is here. PVC is new.",
        "PVC",
        "product:introduced",
        {"matched": "PVC"},
    ),
    "a bare service pack": ("Exchange Server 2010 is out. SP1 follows.", "SP1", "product:bare-update", {}),
    "a bare version": ("PHP 5.4.1 is out. Get 5.4.1 now.", "5.4.1", "product:bare-version", {}),
    "a company by its act": (
        "WHMCS announced it acquired Ferrowire Inc.",
        "WHMCS",
        "organization:name",
        {"matched": "WHMCS", "sign": "acts"},
    ),
    "a company's name with a cue": (
        "The registry of .bike is Donuts.",
        "Donuts",
        "organization:name",
        {"matched": "Donuts", "cue": "registry"},
    ),
    "an unknown company": (
        "We met Ferrowire GmbH.",
        "Ferrowire GmbH",
        "organization:discovered",
        {"cues": "legal form"},
    ),
    "a TLD": ("The registry of .bike is new.", ".bike", "tld:catalogue", {"matched": "bike", "cue": "registry"}),
    "a TLD that is spelled out": (
        "The dot com registry is old.",
        "dot com",
        "tld:spelled",
        {"matched": "dot com", "cue": "registry"},
    ),
}  # fmt: skip


def mentions_in(tagger: Tagger, text: str) -> Iterator[tuple[str, str, Explanation]]:
    analysis = tagger.tag(PostText("", text, DAY))
    for entity in (*analysis.products, *analysis.organizations, *analysis.tlds):
        yield from ((entity.name, mention.text, explain_mention(entity, mention)) for mention in entity.mentions)


@pytest.mark.parametrize("case", MENTIONS)
def test_a_mention_says(tagger: Tagger, case: str) -> None:
    text, words, rule, facts = MENTIONS[case]
    said = [why for _, written, why in mentions_in(tagger, text) if written == words]
    assert [(why.rule, dict(why.facts)) for why in said[-1:]] == [(rule, facts)]
    assert all(value in said[-1].why for name, value in facts.items() if name not in {"sign", "cues"}), said[-1].why


def test_the_sentence_names_the_family_and_the_version(tagger: Tagger) -> None:
    ((_, _, why),) = mentions_in(tagger, "We run Exchange 2010 SP1.")
    assert why.why == (
        "“Exchange” is an alias of Microsoft Exchange Server in the catalogue; the name could mean something else, and"
        " the version 2010 SP1 stands beside it; with its version it is Microsoft Exchange Server 2010 SP1."
    )


def test_the_sentence_of_an_unknown_product_says_what_spoke_for_it(tagger: Tagger) -> None:
    text = "Ferrowire Inc launched Ferropanel 3.2, a hosting panel."
    why = next(why for _, written, why in mentions_in(tagger, text) if written == "Ferropanel 3.2")
    assert why.rule == "product:discovered"
    assert "a version stands beside it" in why.why
    assert "version" in why.facts["cues"].split("+")


# -- salience, events and dates --------------------------------------------------------------------


def test_an_entity_says_why_the_post_is_about_it(tagger: Tagger) -> None:
    post = PostText("PHP 5.4 released", "PHP 5.4 was released on Monday. We still like nginx.", DAY)
    products = {product.name: product for product in tagger.tag(post).products}
    main, other = explain_salience(products["PHP 5.4"]), explain_salience(products["nginx"])
    assert (main.rule, other.rule) == ("salience:subject", "salience:aside")
    assert {"titled", "subject"} <= set(main.facts["signs"].split("+"))
    assert "titled" not in other.facts["signs"].split("+")
    assert other.why.startswith("The post names it in passing; the first sentences name it")
    assert "the title names it" in main.why
    assert other.why.endswith(
        f"with a probability of {other.facts['probability']}, and {other.facts['needed']} is needed."
    )
    assert float(main.facts["probability"]) >= float(main.facts["needed"]) > float(other.facts["probability"])


EVENTS: dict[str, tuple[str, str, str, str | None, str | None]] = {  # trigger, subjects, date from, date
    "a date in its clause": ("PHP 5.4 was released on Monday.", "released", "sentence", "clause", "Monday"),
    "a date in its sentence": (
        "PHP 5.4 was released; that was on Monday.",
        "released",
        "sentence",
        "sentence",
        "Monday",
    ),
    "no date": ("PHP 5.4 was released.", "released", "sentence", None, None),
}


@pytest.mark.parametrize("case", EVENTS)
def test_an_event_says(tagger: Tagger, case: str) -> None:
    text, trigger, subjects, origin, written = EVENTS[case]
    (event,) = tagger.tag(PostText("", text, DAY)).events
    why = explain_event(event)
    assert why.rule == "event:sure-trigger"
    assert trigger in why.facts["trigger"]
    assert why.facts["subjects"] == subjects
    assert (why.facts.get("date"), why.facts.get("date_text")) == (origin, written)
    assert (written or "no date is given") in why.why


def test_a_date_names_its_form_and_what_was_read_with_it(tagger: Tagger) -> None:
    (answer,) = explained(tagger, "It came early in June 2010.")
    (timex,) = answer["timexes"]
    assert timex["explain"]["rule"] == "timex:month-year"
    assert timex["explain"]["facts"] == {"form": "month year", "modifiers": "early"}
    assert timex["explain"]["why"].endswith("its value is 2010-06.")


# -- in answers ------------------------------------------------------------------------------------


def explained(tagger: Tagger, text: str, title: str = "") -> list[dict[str, Any]]:
    line = json.dumps({"id": 1, "title": title, "text": text, "published": "2010-08-25"})
    return list(tag_lines(tagger, [line], explained=MADE_BY))


def without_explanations(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_explanations(item) for name, item in value.items() if name != "explain"}
    return [without_explanations(item) for item in value] if isinstance(value, list) else value


TEXT = (
    "Microsoft released Exchange Server 2010 SP1 on Monday. Every mailbox of Exchange moved. The registry of .bike,"
    " Donuts, will open .guru next year. Ferrowire Inc launched Ferropanel 3.2, a hosting panel."
)


def test_without_the_explanations_an_answer_is_as_it_would_be(tagger: Tagger) -> None:
    line = json.dumps({"id": 1, "title": "Exchange 2010 SP1", "text": TEXT, "published": "2010-08-25"})
    (plain,), (full,) = tag_lines(tagger, [line]), tag_lines(tagger, [line], explained=MADE_BY)
    assert json.dumps(without_explanations(full)) == json.dumps(plain)
    assert full["explain"] == {
        "version": "3/cafe/rules",
        "code_version": "3",
        "catalogue_version": "cafe",
        "model": None,
    }


def tags_of(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind in ("products", "organizations", "tlds"):
        for entity in answer[kind]:
            yield entity
            yield from entity["mentions"]
    yield from answer["timexes"]
    yield from answer["events"]


@given(
    words=st.lists(
        st.sampled_from(
            f"{TEXT} dot com (PVC) SP1 5.4 early June WHMCS acquired, .xxx 2011 outage of the branch".split()
        ),
        max_size=60,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_tag_of_any_text_has_a_known_rule_and_a_sentence(tagger: Tagger, words: list[str]) -> None:
    (answer,) = explained(tagger, " ".join(words), title=" ".join(words[:5]))
    for tag in tags_of(answer):
        why = tag["explain"]
        assert why["rule"] in RULES or why["rule"] in {f"timex:{form.name.replace(' ', '-')}" for form in FORMS}
        assert re.fullmatch(r"\S.*[^.]\.", why["why"], re.DOTALL)


def test_a_line_that_is_no_post_has_no_explanation(tagger: Tagger) -> None:
    (answer,) = tag_lines(tagger, ["{"], explained=MADE_BY)
    assert answer.keys() == {"id", "error"}


def test_a_version_is_read_into_its_parts() -> None:
    made = Provenance.of("3/cafe/models/mine")
    assert (made.code_version, made.catalogue_version, made.model) == ("3", "cafe", "models/mine")


# -- what can be said ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_documented(rule: str) -> None:
    assert f"| `{rule}` |" in DOCS


def cues_in(module: str) -> set[str]:
    """The cues that a module yields, as its text has them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "nlp" / module).read_text("utf-8"))):
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            values = [node.value.elts[0]]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Candidate":
            values = [node.args[-1]]
        elif isinstance(node, ast.FunctionDef) and node.name == "acts_as_company":
            values = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
        found |= {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}
    return found


def test_every_sign_of_salience_has_its_words() -> None:
    assert {field.name for field in fields(SalienceSigns)} == SIGNS.keys()


@pytest.mark.parametrize("module", ["discovery.py", "organization_cues.py"])
def test_every_cue_has_its_words(module: str) -> None:
    cues = cues_in(module)
    assert len(cues) >= 8
    assert cues - CUES.keys() == set()
