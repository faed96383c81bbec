"""What is released is a beta, a port to another machine, or only fixes: then it is no release."""

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


def types_of(tagger: Tagger, slug: str, title: str, text: str) -> set[EventType]:
    """Types of what happens to the entity first of all."""
    return {event.type for event in tagger.tag(PostText(title, text, DAY)).events if event.subjects[0] == slug}


Edition = tuple[str, str, str, set[EventType]]  # slug, title, text, types

BETAS: dict[str, Edition] = {
    "in a title": ("almalinux-8-4", "AlmaLinux 8.4 Beta Now Available", "We look at it.", {"preview"}),
    "in a sentence": ("mysql-5-7", "", "MySQL 5.7 beta is available for download.", {"preview"}),
    "a code name between": (
        "almalinux-8-4",
        "AlmaLinux 8.4 “Copper Owl” Beta now available",
        "We look at it.",
        {"preview"},
    ),
    "a public one": ("mysql-5-7", "", "MySQL 5.7 public beta is now available.", {"preview"}),
    "for a machine": ("almalinux-8-4", "", "AlmaLinux 8.4 Arm beta is now available.", {"preview"}),
    "beta of": ("mysql-5-7", "", "The public beta of MySQL 5.7 is now available.", {"preview"}),
    "candidate for": ("php-5-6", "", "A release candidate for PHP 5.6 was released on Monday.", {"preview"}),
    "beta 2 of": ("php-5-6", "", "Beta 2 of PHP 5.6 has been released.", {"preview"}),
    "a numbered candidate": ("php-5-6", "", "PHP 5.6 RC2 is now available.", {"preview"}),
    "of the title, in the text": (
        "almalinux-8-4",
        "AlmaLinux 8.4 Beta",
        "AlmaLinux 8.4 is now available, and so are its ISO images.",
        {"preview"},
    ),
    "of the title, and stable in the text": (
        "almalinux-8-4",
        "AlmaLinux 8.4 Beta",
        "Meanwhile AlmaLinux 8.4 stable is now available.",
        {"preview", "release"},
    ),
    "of the title, which names the version without it too": (
        "almalinux-8-4",
        "AlmaLinux 8.4 out; AlmaLinux 8.4 Beta removed",
        "AlmaLinux 8.4 is now available.",
        {"release", "preview"},
    ),
    "none": ("almalinux-8-4", "AlmaLinux 8.4 Now Available", "AlmaLinux 8.4 is now available.", {"release"}),
    "a word that begins so": ("mysql-5-7", "", "MySQL 5.7 betafied itself and is now available.", {"release"}),
}


@pytest.mark.parametrize("case", BETAS)
def test_a_beta_is_a_preview_and_no_release(tagger: Tagger, case: str) -> None:
    slug, title, text, expected = BETAS[case]
    assert types_of(tagger, slug, title, text) == expected


PORTS: dict[str, Edition] = {
    "for another machine": (
        "almalinux-8-4",
        "AlmaLinux 8.4 for Arm is now available",
        "We look at it.",
        {"update"},
    ),
    "now available for": ("almalinux-8-4", "", "AlmaLinux 8.4 now available for Raspberry Pi.", {"update"}),
    "is available for": ("rhel-7", "", "RHEL 7 is now available for s390x.", {"update"}),
    "the version after the machine": ("almalinux", "", "AlmaLinux for PowerPC 8.5 is now available.", {"update"}),
    "an image": ("almalinux-8-3", "", "We released the AlmaLinux 8.3 AMI on Monday.", {"update"}),
    "images": ("almalinux-8-3", "", "We released AlmaLinux 8.3 container images on Monday.", {"update"}),
    "of the title, in the text": (
        "almalinux-8-3",
        "AlmaLinux 8.3 for Arm",
        "AlmaLinux 8.3 was released on Monday.",
        {"update"},
    ),
    "a product's own": ("almalinux", "", "AlmaLinux is now available for Arm.", {"release"}),
    "none": ("almalinux-8-3", "AlmaLinux 8.3", "AlmaLinux 8.3 was released on Monday.", {"release"}),
    "for people": ("almalinux-8-3", "", "AlmaLinux 8.3 is now available for friends.", {"release"}),
}


@pytest.mark.parametrize("case", PORTS)
def test_a_port_or_an_image_is_an_update(tagger: Tagger, case: str) -> None:
    slug, title, text, expected = PORTS[case]
    assert types_of(tagger, slug, title, text) == expected


FIXES: dict[str, Edition] = {
    "a patch level that fixes, in the next sentence": (
        "nginx-1-4-7",
        "",
        "nginx 1.4.7 was released on Tuesday. The team fixed what crackers used.",
        {"update"},
    ),
    "in the sentence before": (
        "nginx-1-4-7",
        "",
        "The team fixed what crackers used. nginx 1.4.7 was released on Tuesday.",
        {"update"},
    ),
    "in its own sentence": ("php-5-5-10", "", "PHP 5.5.10 has been released and closes two holes.", {"update"}),
    "a rollup": (
        "microsoft-exchange-server-2010-sp2-update-rollup-5",
        "",
        "Update Rollup 5 for Exchange Server 2010 SP2 was released on Monday. It fixes much.",
        {"update"},
    ),
    "a patch level that says nothing of fixes": (
        "nginx-1-4-7",
        "",
        "nginx 1.4.7 was released on Tuesday. It is quick.",
        {"release"},
    ),
    "a version of three numbers that is new": (
        "nginx-1-4-0",
        "",
        "nginx 1.4.0 was released on Tuesday. The team fixed what crackers used.",
        {"release"},
    ),
    "a version of two numbers": (
        "php-5-6",
        "",
        "PHP 5.6 was released on Tuesday. The team fixed what crackers used.",
        {"release"},
    ),
    "fixes two sentences away": (
        "nginx-1-4-7",
        "",
        "nginx 1.4.7 was released on Tuesday. It is quick. Our cat was fixed in May.",
        {"release"},
    ),
}


@pytest.mark.parametrize("case", FIXES)
def test_a_patch_level_that_fixes_is_an_update(tagger: Tagger, case: str) -> None:
    slug, title, text, expected = FIXES[case]
    assert types_of(tagger, slug, title, text) == expected
