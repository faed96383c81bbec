"""Whom an event happens to: not what it serves, not what it is compared with, not who tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nlp.annotations import EventType, PostText
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import organization, small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday
PAPER = replace(organization("harbour-post", "Harbour Post"), kind="press")


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    catalogue = small_catalogue()
    return build_tagger(
        replace(catalogue, organizations={**catalogue.organizations, PAPER.slug: PAPER}),
        model=None,
    )


def subjects_of(tagger: Tagger, kind: EventType, text: str, title: str = "") -> list[tuple[str, ...]]:
    return [event.subjects for event in tagger.tag(PostText(title, text, DAY)).events if event.type == kind]


Case = tuple[EventType, str, set[str]]

SERVED: dict[str, Case] = {
    "for one": ("release", "nginx 1.6 was released for AlmaLinux.", {"nginx-1-6"}),
    "for two": ("release", "nginx 1.6 was released for AlmaLinux 8 and RHEL 7.", {"nginx-1-6"}),
    "for a list": ("release", "nginx 1.6 was released for RHEL 6, RHEL 7 and AlmaLinux 8.", {"nginx-1-6"}),
    "with slashes": ("release", "nginx 1.6 was released for RHEL 6/RHEL 7.", {"nginx-1-6"}),
    "on": ("release", "The new nginx 1.6 was released on RHEL 7.", {"nginx-1-6"}),
    "a preview for": ("preview", "A beta of MySQL 5.7 under RHEL 7 was shown.", {"mysql-5-7"}),
    "a TLD is no machine": ("release", "The sunrise for .guru starts on 3 April.", {"guru"}),
    "an update is for what it serves": ("update", "A patch for nginx 1.4 was released.", {"nginx-1-4"}),
}

COMPARED: dict[str, Case] = {
    "an alternative to": ("release", "PHP 5.6 was released, an alternative to nginx 1.6.", {"php-5-6"}),
    "ahead of": ("release", "PHP 5.6 was released ahead of nginx 1.6.", {"php-5-6"}),
    "unlike": ("release", "PHP 5.6 was released, unlike nginx 1.6.", {"php-5-6"}),
    "alongside": ("release", "PHP 5.6 was released alongside MySQL 5.7.", {"php-5-6"}),
    "successor of": ("release", "RHEL 7, the successor of RHEL 6, was released.", {"rhel-7"}),
    "as soon as": ("release", "MySQL 5.7 will be released as soon as PHP 5.6.", {"mysql-5-7"}),
    "days after": ("release", "MySQL 5.7 has been released, ten days after PHP 5.6.", {"mysql-5-7"}),
    "faster than": ("release", "PHP 5.6, faster than PHP 5.5, was released.", {"php-5-6"}),
    "instead of": (
        "end_of_support",
        "Instead it retires: MySQL 5.1, instead of MySQL 5.0, is discontinued.",
        {"mysql-5-1"},
    ),
    "a company may be compared": ("outage", "Web.com went down, unlike Tucows.", {"web-com", "tucows"}),
}

SOURCES: dict[str, Case] = {
    "a publication": ("security", "Tucows was hacked, writes the Harbour Post.", {"tucows"}),
    "a publication reports": ("outage", "The Harbour Post: an outage at Tucows lasts.", {"tucows"}),
    "a publication suffers": ("outage", "The Harbour Post went down on Monday.", {"harbour-post"}),
    "a publication's site": ("security", "The Harbour Post's site was hacked.", {"harbour-post"}),
    "according to": ("security", "VMware was breached, according to Tucows.", {"vmware"}),
    "reported by": ("security", "A breach of VMware was reported on Monday by Tucows.", {"vmware"}),
    "announced by an agency": (
        "security",
        "A hole in nginx 1.4 was announced by the agency Tucows: a buffer overflow.",
        {"nginx-1-4"},
    ),
    "researchers at": (
        "security",
        "Found by researchers at Oracle, the vulnerability of nginx 1.4 is old.",
        {"nginx-1-4"},
    ),
    "a blogger": ("security", "A Tucows blogger writes that VMware was breached.", {"vmware"}),
    "its analyst": ("security", "Red Hat's senior analyst says that nginx 1.4 has a vulnerability.", {"nginx-1-4"}),
    "a stock exchange": (
        "funding",
        "Parallels Inc. shares debuted on the Oslo Stock Exchange at $4.",
        {"parallels"},
    ),
    "a deal is told by a party": (
        "acquisition",
        "Tucows has bought Web.com, announced by Tucows on Monday.",
        {"tucows", "web-com"},
    ),
}

ANAPHORA: dict[str, Case] = {
    "it": ("opening", "Tucows has its seat in Toronto. It opened a data center in Cork.", {"tucows"}),
    "they": ("pricing", "Tucows is quiet. They raised their prices on Monday.", {"tucows"}),
    "the company": ("opening", "Tucows likes PHP 5.5. The company opened an office.", {"tucows"}),
    "the registrar": ("legal", "Tucows sells names. The registrar was fined on Monday.", {"tucows"}),
    "after a time": ("outage", "Web.com has its seat in Florida. On Monday it went down.", {"web-com"}),
    "the deal": (
        "acquisition",
        "Oracle wants Ferrowire GmbH. The deal, a merger of equals, was signed on Monday.",
        {"oracle", "ferrowire"},
    ),
    "a victim beside its product": (
        "security",
        "Tucows has its seat in Toronto. In August it disclosed that intruders had copied data from a WHMCS server.",
        {"tucows", "whmcs"},
    ),
    "the release": ("end_of_support", "We run RHEL 4. The release is no longer supported.", {"rhel-4"}),
}

PARTIES: dict[str, Case] = {
    "the buyer in another clause": (
        "acquisition",
        "Oracle is glad: Ferrowire GmbH was acquired on Monday.",
        {"oracle", "ferrowire"},
    ),
    "both in one clause": (
        "acquisition",
        "Tucows took over Web.com, while VMware was silent.",
        {"tucows", "web-com"},
    ),
    "partners across a joint": (
        "partnership",
        "Red Hat has news: a partnership with VMware.",
        {"red-hat", "vmware"},
    ),
    "what happens to one stays in its clause": (
        "appointment",
        "Oracle is glad: Tucows appointed Anna Wit.",
        {"tucows"},
    ),
}

TABLES: dict[str, dict[str, Case]] = {
    "served": SERVED,
    "compared": COMPARED,
    "sources": SOURCES,
    "anaphora": ANAPHORA,
    "parties": PARTIES,
}


@pytest.mark.parametrize(("table", "case"), [(table, case) for table, cases in TABLES.items() for case in cases])
def test_subjects_are(tagger: Tagger, table: str, case: str) -> None:
    kind, text, expected = TABLES[table][case]
    (subjects,) = subjects_of(tagger, kind, text)
    assert set(subjects) == expected


NOBODY: dict[str, tuple[EventType, str]] = {
    "only what it is for is named": ("release", "A new driver was released for AlmaLinux 8 and RHEL 7."),
    "only what it is compared with is named": ("release", "An alternative to nginx 1.6 was released on Monday."),
    "a deal without a company": ("acquisition", "The takeover of MySQL 5.7 by PHP 5.6 is a joke."),
    "a person joins": ("partnership", "Red Hat invites: join Sarah Heil on stage."),
}


@pytest.mark.parametrize("case", NOBODY)
def test_it_happens_to_nobody(tagger: Tagger, case: str) -> None:
    kind, text = NOBODY[case]
    assert subjects_of(tagger, kind, text) == []


def test_far_down_only_what_the_sentence_before_names_is_meant(tagger: Tagger) -> None:
    filler = " ".join(f"Line {number} says little." for number in range(6))
    near = f"{filler} Tucows has its seat in Toronto. It was fined on Monday."
    far = f"{filler} Tucows has its seat in Toronto. Ghent is nice. Rain falls. Snow falls. It was fined on Monday."
    assert subjects_of(tagger, "legal", near, "A diary") == [("tucows",)]
    assert subjects_of(tagger, "legal", far, "A diary") == []


ACTS_ITSELF: dict[str, tuple[EventType, str, str]] = {
    "a domain that somebody expects": (
        "release",
        "Tucows expects .xxx domains to go live at the start of 2015.",
        "xxx",
    ),
    "a registry that somebody proposed": ("pricing", "Tucows proposed that the .xxx registry would charge $60.", "xxx"),
    "a registrar and the names it sells": ("pricing", "Tucows will charge $10 for a .xxx name.", "tucows"),
}


@pytest.mark.parametrize("case", ACTS_ITSELF)
def test_a_domain_that_acts_itself_comes_first(tagger: Tagger, case: str) -> None:
    kind, text, first = ACTS_ITSELF[case]
    (subjects,) = subjects_of(tagger, kind, text)
    assert subjects[0] == first
    assert set(subjects) == {"xxx", "tucows"}
