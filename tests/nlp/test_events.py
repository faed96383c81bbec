"""Event mentions: what each kind is said with, whom it happens to, when, and what is no news at all."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from nlp.annotations import EventMention, EventStatus, EventType, PostText
from nlp.events import KINDS
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday

TYPES: tuple[EventType, ...] = tuple(dict.fromkeys(kind.type for kind in KINDS))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def events(tagger: Tagger, text: str, title: str = "", published: date | None = DAY) -> tuple[EventMention, ...]:
    return tagger.tag(PostText(title, text, published)).events


def the_event(tagger: Tagger, text: str, title: str = "") -> EventMention:
    (event,) = events(tagger, text, title)
    return event


# -- what each kind is said with: the sentence states this kind and no other, of this subject first

SAID: dict[EventType, dict[str, tuple[str, str]]] = {
    "release": {
        "it is out": ("PHP 5.6 is out.", "php-5-6"),
        "its maker released it": (
            "Microsoft released Exchange Server 2013 to all customers.",
            "microsoft-exchange-server-2013",
        ),
        "general availability": ("nginx 1.6 reaches general availability.", "nginx-1-6"),
        "a TLD's sunrise": ("The sunrise period for .bike starts on 1 April.", "bike"),
        "a new line of business": ("Tucows launches a shop for refurbished servers.", "tucows"),
    },
    "preview": {
        "a beta": ("The second beta of MySQL 5.7 can be downloaded from the mirrors.", "mysql-5-7"),
        "a release candidate": ("A release candidate of PHP 5.6 waits for testers.", "php-5-6"),
        "a preview": ("Red Hat offers a technical preview of RHEL 8 to its partners.", "rhel-8"),
    },
    "update": {
        "a patch from its maker": ("Oracle has published three patches for MySQL 5.6.", "mysql-5-6"),
        "a rollup": (
            "Update Rollup 5 for Exchange Server 2010 SP2 is on the download page.",
            "microsoft-exchange-server-2010-sp2-update-rollup-5",
        ),
        "a re-release": ("VMware re-released ESXi 5.5 with a corrected driver.", "esxi-5-5"),
    },
    "end_of_support": {
        "its life ends": ("PHP 5.3 reaches its end of life in July.", "php-5-3"),
        "support runs out": ("Support for Exchange Server 2003 ends on 8 April.", "microsoft-exchange-server-2003"),
        "no longer sold": ("Parallels Virtuozzo Containers is no longer sold in Asia.", "parallels-containers"),
        "retired": ("Microsoft retires Forefront TMG.", "forefront-threat-management-gateway"),
    },
    "approval": {
        "a board approves": ("ICANN approved the .guru registry agreement.", "guru"),
        "a delegation to a company": ("ICANN delegated the .guru domain to Donuts Inc. on Monday.", "guru"),
        "a delegation": ("The .bike domain was delegated on Tuesday.", "bike"),
        "a certificate": ("AlmaLinux received a Common Criteria certification.", "almalinux"),
    },
    "acquisition": {
        "bought": ("Tucows bought a registrar in Ghent.", "tucows"),
        "an offer": ("Oracle is to acquire Ferrowire GmbH.", "oracle"),
        "a merger": ("Donuts Inc. completes its merger with a rival.", "donuts"),
    },
    "partnership": {
        "partners with": ("Red Hat has partnered with VMware on storage.", "red-hat"),
        "a contract": ("Tucows signs a five-year contract with Oracle.", "tucows"),
        "joins": ("Parallels Inc. joins the Linux Foundation.", "parallels"),
    },
    "pricing": {
        "a rise": ("Amazon S3 prices rise in Ireland.", "amazon-s3"),
        "a cut": ("Amazon cuts the price of S3 storage by a third.", "amazon"),
        "a price": ("A .guru domain is priced at $29.", "guru"),
    },
    "outage": {
        "went down": ("Amazon S3 went down for two hours.", "amazon-s3"),
        "an outage": ("Tucows apologises for the outage of its mail.", "tucows"),
        "unreachable": ("Parallels Inc. was unreachable on Tuesday after a fibre cut.", "parallels"),
    },
    "security": {
        "a hole": ("A vulnerability in nginx 1.4 lets strangers read memory.", "nginx-1-4"),
        "a breach": ("Tucows tells customers of a data breach.", "tucows"),
        "abuse": ("Spammers exploit old WHMCS installations.", "whmcs"),
    },
    "legal": {
        "a suit": ("Oracle sues a reseller in Oregon.", "oracle"),
        "a ruling": ("A court ordered Tucows to hand over two domains.", "tucows"),
        "a fine": ("Microsoft was fined by the commission.", "microsoft"),
    },
    "funding": {
        "a round": ("Donuts Inc. raises $50 million from two banks.", "donuts"),
        "results": ("Red Hat presents its quarterly results.", "red-hat"),
        "the stock exchange": ("Parallels Inc. files for an IPO in London.", "parallels"),
    },
    "appointment": {
        "someone comes": ("ICANN appoints Anna Wit to its board.", "icann"),
        "someone goes": ("The CEO of Tucows resigned.", "tucows"),
        "a new chief": ("VMware has a new chief financial officer.", "vmware"),
    },
    "opening": {
        "a data centre": ("Oracle opens a data center near Turin.", "oracle"),
        "an office": ("Tucows opened a second office in Cork.", "tucows"),
        "ground is broken": ("Microsoft broke ground in Iowa.", "microsoft"),
    },
    "meeting": {
        "a conference": ("Red Hat holds its annual conference in Boston.", "red-hat"),
        "a webcast": ("Join the Microsoft webcast about Exchange Server 2013.", "microsoft"),
        "a summit": ("The VMware partner summit takes place in June.", "vmware"),
    },
    "rename": {
        "a new name": ("Parallels Inc. changes its name in autumn.", "parallels"),
        "renamed": ("Forefront TMG has been renamed.", "forefront-threat-management-gateway"),
        "a brand": ("Tucows rebrands its hosting arm.", "tucows"),
    },
}

LEFT: dict[EventType, dict[str, str]] = {
    "release": {
        "the notes of one": "Read the release notes of PHP 5.6 first.",
        "a process": "The release cycle of MySQL is two years long.",
        "a might-have-been": "We would have released nginx 1.6 sooner.",
        "a file on a desk": "The press release of Oracle lies on my desk.",
    },
    "preview": {
        "a pane": "The preview pane of Windows Server 2012 is slow.",
        "what no company shows": "Our colleagues look forward to Windows Server 2012.",
        "a channel of colours": "Our PHP 5.5 script keeps the alpha channel of every picture.",
        "an order": "Sort the PHP modules in alphabetical order.",
    },
    "update": {
        "an instruction": "Update your bookmarks: the MySQL manual has moved.",
        "the writer's correction": "UPDATE: we spelled AlmaLinux wrongly above.",
    },
    "end_of_support": {
        "people who answer": "Write to the support of Parallels Inc. with your questions.",
        "the end of a page": "At the end of the page you find our nginx settings.",
        "a person": "A retired teacher explains PHP 5.5.",
        "an instruction": "Retire the old MySQL server before you copy its files.",
    },
    "approval": {
        "a task given to another": "The mailbox permission was delegated in Exchange Server 2013.",
        "an instruction": "Approve the request in WHMCS and wait.",
    },
    "acquisition": {
        "knowledge": "How we learned to love AlmaLinux.",
        "no company takes part": "A merge of two tables in MySQL takes an hour.",
        "what customers cost": "The acquisition costs of a Tucows customer are low.",
    },
    "partnership": {
        "an instruction": "Join the two cables, then start nginx.",
        "one who is a partner": "Ask a Microsoft partner near you.",
    },
    "pricing": {
        "freedom": "You are free to change the nginx configuration.",
        "a rate of something else": "The packet rate of VMware ESXi is high.",
    },
    "outage": {
        "a direction": "Scroll down to the MySQL section.",
        "a number": "The menu of cPanel was down to three entries.",
    },
    "security": {
        "a department": "Ask the security team of Red Hat for a badge.",
        "tinkering": "We hacked together a small PHP script.",
    },
    "legal": {
        "software": "The WHMCS suite is a bundle.",
        "a field for games": "The tennis court of Red Hat is blue.",
    },
    "funding": {
        "a question": "Oracle raises a question.",
        "a list that all may read": "The PHP list is public.",
    },
    "appointment": {
        "what a thing is called": "The product named Exchange Server 2013 is on this page.",
        "tables": "A left join in MySQL keeps every row.",
        "a time with a doctor": "By appointment, Tucows shows its museum.",
    },
    "opening": {
        "a port": "Open port 443 on the nginx server.",
        "a file": "Microsoft Word opens mail from Exchange Server 2013.",
        "where something is": "Our Tucows office is yellow.",
    },
    "meeting": {
        "entries in a calendar": "Meeting requests in Exchange Server 2013 sync slowly.",
        "a demand": "nginx meets our demands.",
    },
    "rename": {
        "a name that was always so": "The name of the tool is cPanel.",
        "an instruction": "Rename the settings file of PHP 5.5 first.",
        "what a reader can do": "You can rename the MySQL 5.6 tables at any time.",
    },
}


SAID_CASES = [(kind, case) for kind, cases in SAID.items() for case in cases]
LEFT_CASES = [(kind, case) for kind, cases in LEFT.items() for case in cases]


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_has_its_cases(kind: EventType) -> None:
    """Whoever adds a kind shows what says it, and what only looks like it."""
    assert len(SAID.get(kind, {})) >= 3
    assert len(LEFT.get(kind, {})) >= 2


def test_kinds_are_the_types_that_leave_the_pipeline() -> None:
    assert set(TYPES) == set(get_args(EventType))


@pytest.mark.parametrize(("kind", "case"), SAID_CASES)
def test_says(tagger: Tagger, kind: EventType, case: str) -> None:
    text, subject = SAID[kind][case]
    event = the_event(tagger, text)
    assert event.type == kind
    assert subject in event.subjects


@pytest.mark.parametrize(("kind", "case"), LEFT_CASES)
def test_leaves(tagger: Tagger, kind: EventType, case: str) -> None:
    assert kind not in {event.type for event in events(tagger, LEFT[kind][case])}


# -- whom it happens to ----------------------------------------------------------------------------

SUBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a product before its maker": ("Oracle has released MySQL 5.7.", ("mysql-5-7", "oracle")),
    "both companies of a deal": ("Oracle is to acquire Ferrowire GmbH.", ("ferrowire", "oracle")),
    "all that are released together": (
        "PHP 5.6, nginx 1.6 and MySQL 5.7 were released.",
        ("mysql-5-7", "nginx-1-6", "php-5-6"),
    ),
    "the new thing, not what it is made for": ("cPanel 11.42 was released for AlmaLinux.", ("cpanel-11-42",)),
    "those of its own clause": (
        "Oracle appointed Anna Wit as a director; VMware was not asked.",
        ("oracle",),
    ),
    "not who filed the report": (
        "CORK, March 19, 2014 (Tucows Newsroom) -- Oracle has appointed Anna Wit as a director.",
        ("oracle",),
    ),
}


@pytest.mark.parametrize("case", SUBJECTS)
def test_subjects_are(tagger: Tagger, case: str) -> None:
    text, expected = SUBJECTS[case]
    assert the_event(tagger, text).subjects == expected


def test_a_sentence_of_the_lead_speaks_of_what_stood_before_it(tagger: Tagger) -> None:
    event = the_event(tagger, "The company was bought on Monday for cash.", title="News of Tucows")
    assert event.type == "acquisition"
    assert event.subjects == ("tucows",)


def test_what_happens_to_nobody_is_no_event(tagger: Tagger) -> None:
    assert events(tagger, "The new version was released on Monday.") == ()


FAR = " ".join(f"Line {number} says little." for number in range(8))


def test_a_weak_word_counts_in_the_title_alone(tagger: Tagger) -> None:
    assert the_event(tagger, "We looked on.", "Updates for PHP 5.5").type == "update"
    assert events(tagger, "Updates for PHP 5.5: we look at them.", "On our servers") == ()


def test_a_date_and_the_lead_make_a_statement_surer(tagger: Tagger) -> None:
    bare = the_event(tagger, f"{FAR} VMware has opened an office.", "Domains under .bike")
    dated = the_event(tagger, f"{FAR} VMware has opened an office on Monday.", "Domains under .bike")
    leading = the_event(tagger, "VMware has opened an office.", "Domains under .bike")
    assert {bare.type, dated.type, leading.type} == {"opening"}
    assert bare.confidence < dated.confidence
    assert bare.confidence < leading.confidence


@pytest.mark.parametrize("kind", TYPES)
def test_any_entity_may_stand_beside_any_kind(tagger: Tagger, kind: EventType) -> None:
    """A kind that happens to TLDs alone meets companies and products in its sentences too."""
    for text, _ in SAID[kind].values():
        for other in ("Donuts Inc.", "PHP 5.5", "the .bike domain"):
            events(tagger, f"{text.removesuffix('.')}, as {other} shows.")


# -- when ------------------------------------------------------------------------------------------

DATES: dict[str, tuple[str, EventType, str | None]] = {
    "the day beside it": ("PHP 5.6 was released on Monday.", "release", "2014-03-17"),
    "as coarse as it is said": ("Microsoft opens a data center in May 2015.", "opening", "2015-05"),
    "none where none is said": ("Oracle has released MySQL 5.7.", "release", None),
    "the date of its own clause": (
        "Before 2 May 2012 it was a hobby; PHP 5.6 was released on 10 March 2014, which pleased us in our 2013 office.",
        "release",
        "2014-03-10",
    ),
    "each clause its own, the first": (
        "PHP 5.6 will be released on 28 August 2014, while support for PHP 5.3 ended on 11 July 2013.",
        "release",
        "2014-08-28",
    ),
    "each clause its own, the second": (
        "PHP 5.6 will be released on 28 August 2014, while support for PHP 5.3 ended on 11 July 2013.",
        "end_of_support",
        "2013-07-11",
    ),
    "another clause's where its own has none": (
        "On 10 March 2014 the wait was over: PHP 5.6 was released.",
        "release",
        "2014-03-10",
    ),
    "the day of a moment": ("Tucows went down at 9:30 a.m. on March 17, 2014.", "outage", "2014-03-17"),
}


@pytest.mark.parametrize("case", DATES)
def test_dates(tagger: Tagger, case: str) -> None:
    text, kind, expected = DATES[case]
    (event,) = (event for event in events(tagger, text) if event.type == kind)
    assert event.date == expected


LIMITS: dict[str, tuple[str, EventStatus, date, date]] = {
    "until": (
        "Exchange Server 2003 is supported until it reaches end of life by May 2014.",
        "planned",
        date(2014, 5, 1),
        date(2014, 6, 1),
    ),
    "since": ("PHP 5.3 has been out of support since May 2013.", "happened", date(2013, 5, 1), date(2013, 6, 1)),
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_in_time_is_the_day_of_the_event(tagger: Tagger, case: str) -> None:
    """ "Since May" lasts until today; what happened, happened in May."""
    text, status, begin, end = LIMITS[case]
    event = the_event(tagger, text)
    assert (event.status, event.begin, event.end_date) == (status, begin, end)


def test_no_duration_is_a_date(tagger: Tagger) -> None:
    assert the_event(tagger, "Amazon S3 went down for two hours.").date is None


def test_an_announcement_dates_the_news_of_its_post(tagger: Tagger) -> None:
    event = the_event(tagger, "Tucows bought a rival. In a statement on Monday, Tucows gave no reason.")
    assert event.date == "2014-03-17"
    assert event.evidence.text == "In a statement on Monday, Tucows gave no reason."


# -- has it happened? ------------------------------------------------------------------------------

STATUS: dict[str, tuple[str, EventStatus]] = {
    "said as past": ("PHP 5.6 was released on Monday.", "happened"),
    "said as present": ("Red Hat launches a cloud.", "happened"),
    "will": ("PHP 5.6 will be released soon.", "planned"),
    "its date is ahead": ("Support for Exchange Server 2003 ends on April 8.", "planned"),
    "its date is behind": ("Oracle planned to open a data center in 2013.", "happened"),
    "a plan": ("Oracle plans to open a data center near Turin.", "planned"),
    "called off": ("Oracle has cancelled its acquisition of Ferrowire GmbH.", "cancelled"),
    "a bid turned down": ("Tucows rejected the takeover bid of Donuts Inc.", "cancelled"),
}


@pytest.mark.parametrize("case", STATUS)
def test_status_is(tagger: Tagger, case: str) -> None:
    text, expected = STATUS[case]
    assert the_event(tagger, text).status == expected


def test_the_same_words_are_a_plan_before_their_day_and_a_fact_after_it(tagger: Tagger) -> None:
    text = "PHP 5.6 is released on August 28, 2014."
    assert [event.status for event in events(tagger, text, published=date(2014, 8, 1))] == ["planned"]
    assert [event.status for event in events(tagger, text, published=date(2014, 9, 1))] == ["happened"]


# -- what states nothing, and what is no news ------------------------------------------------------

NO_NEWS: dict[str, str] = {
    "a question": "Has Oracle released MySQL 5.7?",
    "a quoted question": "“Who bought Tucows?”",
    "a condition": "If Oracle acquires Ferrowire GmbH, staff will leave.",
    "whether": "Whether Oracle acquires Ferrowire GmbH is open.",
    "a might-have-been": "Oracle would have acquired Ferrowire GmbH for less.",
    "an imagination": "Imagine Oracle bought Tucows.",
    "last year's": "Last year's release of PHP 5.5 made us faster.",
    "a numbered year's": "2012’s acquisition of Ferrowire GmbH taught Oracle much.",
    "since its": "Since its acquisition of Ferrowire GmbH Oracle has grown.",
    "an adjective": "The acquired company makes Tucows proud.",
    "how to": "This page shows how to retire Exchange Server 2003.",
    "what one can do": "Administrators can rename the MySQL 5.6 tables.",
    "a name of former times": "WHMCS (formerly WHM AutoPilot) is in Milton Keynes.",
    "until now": "Of all fixes to PHP 5.5 released to date we like none.",
}


@pytest.mark.parametrize("case", NO_NEWS)
def test_no_news(tagger: Tagger, case: str) -> None:
    assert events(tagger, NO_NEWS[case]) == ()


# -- one mention a happening -----------------------------------------------------------------------


def test_what_a_post_says_twice_is_one_mention_with_the_dated_sentence(tagger: Tagger) -> None:
    event = the_event(
        tagger,
        "PHP 5.6 is out. The developers released PHP 5.6 on Monday. PHP 5.6 has been released under its old licence.",
        title="PHP 5.6 released",
    )
    assert event.date == "2014-03-17"
    assert event.evidence.text == "The developers released PHP 5.6 on Monday."


def test_a_product_and_its_version_are_one_subject_and_the_version_is_named(tagger: Tagger) -> None:
    event = the_event(tagger, "The developers released PHP 5.6 on Monday.", title="PHP is available")
    assert (event.subjects, event.date) == (("php-5-6",), "2014-03-17")


def test_two_days_are_two_happenings(tagger: Tagger) -> None:
    found = events(tagger, "Amazon S3 went down on Monday. Amazon S3 was unavailable on March 4, too.")
    assert [(event.type, event.date) for event in found] == [("outage", "2014-03-17"), ("outage", "2014-03-04")]


def test_two_subjects_are_two_happenings(tagger: Tagger) -> None:
    found = events(tagger, "PHP 5.6 was released. MySQL 5.7 was released, too.")
    assert [event.subjects for event in found] == [("php-5-6",), ("mysql-5-7",)]


def test_a_coarse_and_a_fine_date_that_agree_are_one_happening(tagger: Tagger) -> None:
    found = events(tagger, "PHP 5.6 was released in March 2014. PHP 5.6 was released on March 17, 2014.")
    assert len(found) == 1


# -- evidence --------------------------------------------------------------------------------------


def test_evidence_is_the_sentence_as_it_stands(tagger: Tagger) -> None:
    text = "Good morning.  “PHP 5.6 was released on Monday”, Anna wrote.\nMore follows."
    event = the_event(tagger, text)
    assert event.evidence.field == "text"
    assert event.evidence.text == "“PHP 5.6 was released on Monday”, Anna wrote."
    assert text[event.evidence.start : event.evidence.end] == event.evidence.text


def test_a_title_is_evidence_where_nothing_else_says_it(tagger: Tagger) -> None:
    event = the_event(tagger, "We like it.", title="PHP 5.6 released")
    assert (event.evidence.field, event.evidence.text) == ("title", "PHP 5.6 released")


def test_a_dated_sentence_of_its_own_is_surer_than_a_hint(tagger: Tagger) -> None:
    sure = the_event(tagger, "PHP 5.6 was released on Monday.", title="PHP 5.6 released")
    hint = the_event(tagger, f"{FAR} The final version of PHP 5.6 came on Monday.", title="On our servers")
    assert 0.5 <= hint.confidence < sure.confidence <= 1


def test_rules_name_the_words_that_said_it(tagger: Tagger) -> None:
    assert the_event(tagger, "Tucows apologises for the outage of its mail.").rule.startswith(
        "event:sure-trigger outage | "
    )
