"""What sounds like an event and is none, beside the sentence that is one."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.annotations import EventType, PostText
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def types(tagger: Tagger, text: str, title: str = "") -> set[EventType]:
    return {event.type for event in tagger.tag(PostText(title, text, DAY)).events}


PAIRS: dict[str, tuple[EventType, str, str]] = {
    "counted from a release": (
        "release",
        "The release of PHP 5.6 was on Tuesday.",
        "PHP 5.3 lost support on Tuesday, four years after its release.",
    ),
    "a noun, not a verb": (
        "release",
        "VMware launches ESXi 5.6.",
        "Several launches of VMware ESXi machines were delayed on Tuesday.",
    ),
    "a preview is no release": (
        "release",
        "Oracle released the new MySQL 5.7 today.",
        "Oracle released the second public beta of MySQL 5.7 today.",
    ),
    "recordings are available": (
        "release",
        "PHP 5.6 is now available.",
        "The recordings on PHP 5.6 were made for beginners; the slides are now available.",
    ),
    "no more fixes": (
        "update",
        "PHP 5.6 got three new fixes.",
        "PHP 5.3 will see no further updates.",
    ),
    "security fixes only": (
        "update",
        "PHP 5.4 receives security fixes this week.",
        "PHP 5.4 receives security fixes only.",
    ),
    "sold in another way": (
        "end_of_support",
        "cPanel & WHM is no longer sold.",
        "cPanel & WHM is no longer sold by the server but by account.",
    ),
    "only talked about": (
        "end_of_support",
        "ICANN announced the retirement of .zip.",
        "ICANN discussed the retirement of .zip.",
    ),
    "prices that stay": (
        "pricing",
        "Tucows raises its prices in May.",
        "Tucows has a new owner. The prices stay as they are.",
    ),
    "cheaper to do": (
        "pricing",
        "cPanel & WHM becomes cheaper.",
        "cPanel & WHM has a mode that is kinder to disks and cheaper to run.",
    ),
    "what is left open": (
        "security",
        "Security holes in PHP 5.3 were found.",
        "There are no fixes for PHP 5.3, known security holes included.",
    ),
    "recorded webcasts": (
        "meeting",
        "Microsoft holds a webcast on Exchange Server 2013.",
        "View the webcast now: Exchange Server 2013 for beginners.",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_is_an_event(tagger: Tagger, case: str) -> None:
    kind, text, _ = PAIRS[case]
    assert kind in types(tagger, text)


@pytest.mark.parametrize("case", PAIRS)
def test_is_none(tagger: Tagger, case: str) -> None:
    kind, _, text = PAIRS[case]
    assert kind not in types(tagger, text)


# -- whom it happens to


def test_a_branch_is_another_version(tagger: Tagger) -> None:
    text = "nginx 1.6.0 was released today. The 1.4 branch is no longer supported."
    found = {(e.type, e.subjects[0]) for e in tagger.tag(PostText("", text, DAY)).events}
    assert found == {("release", "nginx-1-6-0"), ("end_of_support", "nginx-1-4")}


def test_a_tld_goes_live(tagger: Tagger) -> None:
    (event,) = tagger.tag(PostText("", "Registrars expect .guru domains to go live in May 2014.", DAY)).events
    assert (event.type, event.status, event.date, event.subjects) == ("release", "planned", "2014-05", ("guru",))


def test_a_branch_without_a_product_is_nothing(tagger: Tagger) -> None:
    assert tagger.tag(PostText("", "The 1.4 branch is no longer supported.", DAY)).products == ()


def test_whose_retirement_stands_in_the_sentence_before(tagger: Tagger) -> None:
    text = "PHP 5.3 is four years old. Oracle announced its retirement for 2015."
    (event,) = tagger.tag(PostText("Old PHP 5.3", text, DAY)).events
    assert (event.type, event.subjects[0]) == ("end_of_support", "php-5-3")


def test_what_it_is_compared_with_is_not_released(tagger: Tagger) -> None:
    (event,) = tagger.tag(PostText("", "PHP 5.6 was released today, two days ahead of nginx 1.6.", DAY)).events
    assert event.subjects == ("php-5-6",)


def test_an_edition_that_the_announcement_names_is_what_was_released() -> None:
    from dataclasses import replace

    from tests.nlp.catalogues import family

    catalogue = small_catalogue()
    edition = family(
        "parallels-containers-core",
        "Parallels Virtuozzo Containers Core Edition",
        vendor="parallels",
        parent="parallels-containers",
    )
    tagger = build_tagger(replace(catalogue, products={**catalogue.products, edition.slug: edition}), model=None)
    text = "In Tuesday's announcement, Parallels Virtuozzo Containers Core Edition is called faster."
    (event,) = tagger.tag(PostText("Parallels releases Parallels Virtuozzo Containers", text, DAY)).events
    assert event.subjects[:2] == (edition.slug, "parallels-containers")
    assert event.date == "2014-03-18"


# -- when


def test_a_record_is_not_of_the_day_it_is_compared_with(tagger: Tagger) -> None:
    (event,) = tagger.tag(PostText("", "Tucows had its longest outage since 2009.", DAY)).events
    assert (event.type, event.date) == ("outage", None)


def test_a_state_is_dated_by_since(tagger: Tagger) -> None:
    (event,) = tagger.tag(PostText("", "PHP 5.2 has been out of support since January 6, 2011.", DAY)).events
    assert event.date == "2011-01-06"


def test_a_meeting_is_dated_by_the_invitation_beside_it(tagger: Tagger) -> None:
    text = "This webcast is about Exchange Server 2013. Join Ann Wit on Friday, March 28 at 10:00 am."
    (event,) = tagger.tag(PostText("", text, DAY)).events
    assert (event.type, event.status, event.date) == ("meeting", "planned", "2014-03-28")


def test_a_title_that_asks_does_not_make_a_question_of_its_sentence(tagger: Tagger) -> None:
    text = 'On March 28 Microsoft hosts a webcast on Exchange Server 2013 with the title "Does Your Server Need Rest?"'
    (event,) = tagger.tag(PostText("", text, DAY)).events
    assert (event.type, event.date) == ("meeting", "2014-03-28")


# -- companies that a headline makes known

HEADLINES: dict[str, tuple[str, EventType, set[str]]] = {
    "money": ("Quillport raises 3 million euros", "funding", {"quillport"}),
    "a purchase": ("Quillport acquires Larkmere", "acquisition", {"quillport", "larkmere"}),
    "a purchase to come": ("Quillport Hosting to acquire Larkmere", "acquisition", {"quillport-hosting", "larkmere"}),
    "a new chief": ("Quillport appoints a CEO", "appointment", {"quillport"}),
    "partners": ("Quillport partners with Larkmere", "partnership", {"quillport", "larkmere"}),
    "a data centre": ("Larkmere Net opens a data centre in Oslo", "opening", {"larkmere-net"}),
    "another name": ("Quillport Hosting renamed Larkmere Grid", "rename", {"quillport-hosting", "larkmere-grid"}),
}


@pytest.mark.parametrize("case", HEADLINES)
def test_a_headline_names_a_company(tagger: Tagger, case: str) -> None:
    title, kind, names = HEADLINES[case]
    analysis = tagger.tag(PostText(title, "More tomorrow.", DAY))
    assert {organization.slug for organization in analysis.organizations} == names
    (event,) = analysis.events
    assert event.type == kind
    assert set(event.subjects) == names


@pytest.mark.parametrize(
    "title",
    [
        "Windows Server raises 4 questions",
        "Everybody buys Linux",
        "Cloud opens a data centre",
        "Quillport raises eyebrows",
        "Quillport opens a file",
        "How Quillport raises 3 million euros",
        "PHP 5.6 acquires a new parser",
    ],
)
def test_a_headline_names_no_company(tagger: Tagger, title: str) -> None:
    assert tagger.tag(PostText(title, "More tomorrow.", DAY)).organizations == ()


def test_a_further_hall_is_planned_by_whom_the_post_is_about(tagger: Tagger) -> None:
    text = "Larkmere Net opened it today. The site is cool.\n\nA second hall is planned for May 2015."
    events = tagger.tag(PostText("Larkmere Net opens a data centre in Oslo", text, DAY)).events
    assert ("opening", "planned", "2015-05", ("larkmere-net",)) in {
        (e.type, e.status, e.date, e.subjects) for e in events
    }


def test_a_conference_by_name_will_be_held(tagger: Tagger) -> None:
    text = "The Harbour Mail Day, a two-day conference for postmasters, will be held on May 8, 2014 in Ghent."
    (event,) = tagger.tag(PostText("", text, DAY)).events
    assert (event.type, event.status, event.date) == ("meeting", "planned", "2014-05-08")


def test_windows_and_a_year_is_a_server(tagger: Tagger) -> None:
    analysis = tagger.tag(PostText("", "Each Windows 2003 VM and each Windows 7 desktop was counted.", DAY))
    assert [product.slug for product in analysis.products] == ["windows-server-2003", "windows-7"]
    assert analysis.timexes == ()


@pytest.mark.parametrize("name", ["CVE-2014-0160", "KB2919355", "VMSA-2014-0004"])
def test_a_notice_is_no_product(tagger: Tagger, name: str) -> None:
    assert (
        tagger.tag(PostText("", f"The {name} software flaw, a vulnerability of the server, is new.", DAY)).products
        == ()
    )
