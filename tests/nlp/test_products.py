"""Products of the catalogue and unknown ones: what is found, as what, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.annotations import PostText
from nlp.masking import find_masked
from nlp.products import ProductFinder
from tests.nlp.catalogues import family, small_catalogue

FINDER = ProductFinder(small_catalogue())
EXCHANGE = "microsoft-exchange-server"


def products(text: str, title: str = "") -> list[tuple[str, str]]:
    """Slug and written form of every product mention, in order."""
    document = PostText(title, text).document
    found = FINDER.find(document, len(title), find_masked(document))
    return [(mention.entity.slug, document[mention.start : mention.end]) for mention in found]


FOUND: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a family": ("We run nginx here.", [("nginx", "nginx")]),
    "whatever the case": ("We run NGINX here.", [("nginx", "NGINX")]),
    "a version": ("Upgrade to PHP 8.3 today.", [("php-8-3", "PHP 8.3")]),
    "the longest name": (
        "The Forefront TMG 2010 role.",
        [("forefront-threat-management-gateway-2010", "Forefront TMG 2010")],
    ),
    "the vendor's name before it": (
        "Microsoft Exchange Server 2010.",
        [(f"{EXCHANGE}-2010", "Microsoft Exchange Server 2010")],
    ),
    "the vendor's possessive stays outside": (
        "Microsoft's Windows Server 2012 R2",
        [("windows-server-2012-r2", "Windows Server 2012 R2")],
    ),
    "a possessive stays outside": ("PHP’s next release", [("php", "PHP")]),
    "part of a compound": ("a Linux-based appliance", [("linux", "Linux")]),
    "two joined by a slash": ("on nginx/PHP stacks", [("nginx", "nginx"), ("php", "PHP")]),
    "without Server before a year": ("still on Windows 2003.", [("windows-server-2003", "Windows 2003")]),
    "another family before a number": ("still on Windows 7.", [("windows-7", "Windows 7")]),
    "glued": ("An Exchange2010 mailbox", [(f"{EXCHANGE}-2010", "Exchange2010")]),
    "two years": (
        "Exchange 2007/2010 coexistence",
        [(f"{EXCHANGE}-2007", "Exchange 2007"), (f"{EXCHANGE}-2010", "2010")],
    ),
    "two service packs": (
        "Exchange 2010 SP1 and SP2 differ",
        [(f"{EXCHANGE}-2010-sp1", "Exchange 2010 SP1"), (f"{EXCHANGE}-2010-sp2", "SP2")],
    ),
    "an update before its product": (
        "Update Rollup 3 for Exchange Server 2010 SP1 is out",
        [(f"{EXCHANGE}-2010-sp1-update-rollup-3", "Update Rollup 3 for Exchange Server 2010 SP1")],
    ),
    "version of": (
        "WHMCS recently shipped version 6.3 of their popular WHMCS billing software.",
        [("whmcs", "WHMCS"), ("whmcs-6-3", "version 6.3"), ("whmcs", "WHMCS")],
    ),
    "version in its clause": (
        "Parallels Virtuozzo Containers, which launches version 4.0 today",
        [("parallels-containers", "Parallels Virtuozzo Containers"), ("parallels-containers-4-0", "version 4.0")],
    ),
    "a number said before": (
        "MySQL 8.0 has reached its end. Your 8.0 instances remain.",
        [("mysql-8-0", "MySQL 8.0"), ("mysql-8-0", "8.0")],
    ),
    "a bare service pack": (
        "Exchange Server 2010 Service Pack 1 is near. SP1 brings archiving.",
        [(f"{EXCHANGE}-2010-sp1", "Exchange Server 2010 Service Pack 1"), (f"{EXCHANGE}-2010-sp1", "SP1")],
    ),
    "a year with its update": (
        "Exchange 2016 and 2019 are old. The builds for 2019 CU15 and 2016 CU23 remain.",
        [
            (f"{EXCHANGE}-2016", "Exchange 2016"),
            (f"{EXCHANGE}-2019", "2019"),
            (f"{EXCHANGE}-2019-cu15", "2019 CU15"),
            (f"{EXCHANGE}-2016-cu23", "2016 CU23"),
        ],
    ),
    "an abbreviation introduced": (
        "Virtuozzo Containers (VC) is fast. VC 4.0 is faster.",
        [
            ("parallels-containers", "Virtuozzo Containers"),
            ("parallels-containers", "VC"),
            ("parallels-containers-4-0", "VC 4.0"),
        ],
    ),
    "a version after the abbreviation": (
        "Red Hat Enterprise Linux (RHEL) 6 is next.",
        [("rhel-6", "Red Hat Enterprise Linux (RHEL) 6")],
    ),
    "an acronym beside its long form": (
        "The Threat Management Gateway is retired. TMG was useful.",
        [
            ("forefront-threat-management-gateway", "Threat Management Gateway"),
            ("forefront-threat-management-gateway", "TMG"),
        ],
    ),
    "an ambiguous name with a cue": ("Every mailbox moves to Exchange soon.", [(EXCHANGE, "Exchange")]),
    "a number before a count that is said as a version elsewhere": (
        "PHP 7 ends in May. Move PHP 7 sites now.",
        [("php-7", "PHP 7"), ("php-7", "PHP 7")],
    ),
    "a number before a count": ("We have PHP 7 sites.", [("php", "PHP")]),
    "a blank lost before it": (
        "Rollup 1 forExchange Server 2010 SP1",
        [(f"{EXCHANGE}-2010-sp1-update-rollup-1", "Rollup 1 forExchange Server 2010 SP1")],
    ),
    "its vendor's possessive instead of a cue": ("Amazon's S3 is down.", [("amazon-s3", "S3")]),
    "its vendor's possessive before the rest of its name": ("VMware's ESXi 8.0", [("esxi-8-0", "ESXi 8.0")]),
    "an ambiguous name with a version": ("Moving to Exchange 2013.", [(f"{EXCHANGE}-2013", "Exchange 2013")]),
}


@pytest.mark.parametrize("case", FOUND)
def test_finds(case: str) -> None:
    text, expected = FOUND[case]
    assert products(text) == expected


LEFT: dict[str, str] = {
    "an ambiguous name without a cue": "The New York Stock Exchange opens at nine.",
    "an ambiguous word in small letters": "They exchange mailbox data.",
    "an acronym with nothing beside it": "The TMG meeting is on Monday.",
    "a host name": "See http://nginx.org/en/ and mail php@example.com.",
    "a file name": "Edit php.ini and nginx.conf.",
    "a part of a word": "The PHPUnit and Linuxulator projects.",
    "a service pack of nothing": "Install SP1 first.",
    "a number of a paragraph": "Figure 4.2 shows Part 2 of 6 on Page 3.1.",
    "protocols": "It speaks TLS 1.3, HTTP/2 and IMAP4.",
    "a team": "The Exchange team wrote to every mailbox owner.",
}


@pytest.mark.parametrize("case", LEFT)
def test_leaves(case: str) -> None:
    assert products(LEFT[case]) == []


def test_stands_in_a_tree() -> None:
    document = PostText("", "Exchange Server 2010 SP1 Update Rollup 3").document
    (found,) = FINDER.find(document, 0, find_masked(document))
    assert [ref.slug for ref in found.ancestors] == [EXCHANGE, f"{EXCHANGE}-2010", f"{EXCHANGE}-2010-sp1"]
    assert found.entity.name == "Microsoft Exchange Server 2010 SP1 Update Rollup 3"
    assert found.entity.vendor == "microsoft"


def test_other_spellings_are_aliases() -> None:
    document = PostText("", "Exchange Server 2010 SP1").document
    (found,) = FINDER.find(document, 0, find_masked(document))
    assert {"Exchange 2010 SP1", "Exchange Server 2010 Service Pack 1"} <= set(found.entity.aliases)


def test_a_beta_is_a_mention_of_its_version() -> None:
    assert products("PHP 8.4 RC2 and PHP 8.4 beta 1") == [("php-8-4", "PHP 8.4 RC2"), ("php-8-4", "PHP 8.4 beta 1")]


RICH = replace(
    small_catalogue(),
    products={
        entry.slug: entry
        for entry in (
            family("windows", "Windows"),
            family("windows-xp", "Windows XP", parent="windows"),
            family("windows-vista", "Windows Vista", parent="windows", aliases=("Vista",)),
            family("windows-server", "Windows Server", versions="year", aliases=("Windows 2000 Server",)),
            replace(family("debian", "Debian"), codenames={"bookworm": "12", "Trixie": "13"}),
            family("bind", "BIND", aliases=("BIND 9",), ambiguous=("BIND",), cues=("DNS",)),
            family("route-53", "Amazon Route 53", aliases=("Route 53",), versions="none"),
            family("system-center", "System Center", versions="year"),
            family(
                "system-center-vmm",
                "Virtual Machine Manager",
                acronyms=("VMM",),
                parent="system-center",
                versions="year",
            ),
            family("virtual-server", "Microsoft Virtual Server", vendor="microsoft", versions="year"),
            family("linux-kernel", "Linux kernel", aliases=("kernel",), ambiguous=("kernel",), cues=("Linux",)),
        )
    },
)
RICH_FINDER = ProductFinder(RICH)

RELATED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a sibling after a slash": ("Windows 7/XP hosts", [("windows-7", "Windows 7"), ("windows-xp", "XP")]),
    "numbers after a sibling": (
        "Windows XP, Vista and 7",
        [("windows-xp", "Windows XP"), ("windows-vista", "Vista"), ("windows-7", "7")],
    ),
    "servers after a client": (
        "Windows XP/2003 hosts",
        [("windows-xp", "Windows XP"), ("windows-server-2003", "2003")],
    ),
    "no sibling behind the joint": ("Windows XP and Friends", [("windows-xp", "Windows XP")]),
    "a count behind the joint": ("Windows XP and 7 servers", [("windows-xp", "Windows XP")]),
    "a code name": ("Debian Bookworm came", [("debian-12", "Debian Bookworm")]),
    "a code name in quotes": ('Debian "trixie" comes', [("debian-13", 'Debian "trixie"')]),
    "another word behind": ("Debian developers met", [("debian", "Debian")]),
    "a name that ends with a version": ("BIND 9 is here", [("bind-9", "BIND 9")]),
    "a name that a longer version follows": ("BIND 9.18.24 is here", [("bind-9-18-24", "BIND 9.18.24")]),
    "a number that is no version": ("Route 53 is here", [("route-53", "Route 53")]),
    "a part behind the whole": (
        "System Center VMM 2008 R2",
        [("system-center-vmm-2008-r2", "System Center VMM 2008 R2")],
    ),
    "a possessive inside the name": ("Microsoft's Virtual Server", [("virtual-server", "Virtual Server")]),
    "a name that lacks its vendor": ("The Virtual Server is up.", []),
    "a name in small letters with a version": ("on kernel 2.6.32", [("linux-kernel-2-6-32", "kernel 2.6.32")]),
    "a version before a name in small letters": ("the 2.6.32 kernel", [("linux-kernel-2-6-32", "2.6.32 kernel")]),
    "a name in small letters alone": ("The Linux admin builds a kernel.", []),
}


@pytest.mark.parametrize("case", RELATED)
def test_finds_by_what_is_related(case: str) -> None:
    text, expected = RELATED[case]
    document = PostText("", text).document
    found = RICH_FINDER.find(document, 0, find_masked(document))
    assert [(mention.entity.slug, document[mention.start : mention.end]) for mention in found] == expected


def test_one_version_may_have_a_name_of_its_own() -> None:
    document = PostText("", "Windows 2000 SP4, Windows 2000 Server and Windows Server 2003").document
    names = [found.entity.name for found in RICH_FINDER.find(document, 0, find_masked(document))]
    assert names == ["Windows 2000 Server SP4", "Windows 2000 Server", "Windows Server 2003"]


UNKNOWN: dict[str, tuple[str, str, set[str]]] = {
    "a launch": (
        "Brambleworks launches Quillvisor 1.0",
        "Brambleworks today announced Quillvisor 1.0, a bare-metal hypervisor. Quillvisor is free.",
        {"quillvisor-1-0", "quillvisor"},
    ),
    "an apposition": ("", "They sell Tidepanel, a control panel for resellers.", {"tidepanel"}),
    "a headline": ("Released: Mailgrove 4.2", "Mailgrove 4.2 fixes two bugs.", {"mailgrove-4-2"}),
    "a noun beside it": ("", "Install the Cachewren plugin on every site.", {"cachewren"}),
    "a list of known ones": ("", "It runs nginx, Tidepanel, and PHP.", {"nginx", "tidepanel", "php"}),
    "its maker's name and a list": ("", "Use Oracle Tidepanel or nginx.", {"oracle-tidepanel", "nginx"}),
    "its short form": (
        "",
        "They sell Hosted Ticket Desk (HTD), a support platform. HTD is free.",
        {"hosted-ticket-desk"},
    ),
    "its former name is known": ("", "Its virtualization platform Tidepanel (formerly WHMCS) grows.", {"whmcs"}),
    "a year, and an ending of products": ("", "We installed Quillmail Server 2010 there.", {"quillmail-server-2010"}),
}

NOT_ENOUGH: dict[str, str] = {
    "a list of companies that are products as well": "Our sponsors are Ferrowick, MySQL and Tucows.",
    "its team": "The Tidepanel team likes it. The Tidepanel community, a platform, grows.",
    "a maker and a place": "We asked Oracle Japan or nginx.",
}


@pytest.mark.parametrize("case", NOT_ENOUGH)
def test_discovers_nothing(case: str) -> None:
    assert {slug for slug, _ in products(NOT_ENOUGH[case])} <= {"mysql", "nginx"}


@pytest.mark.parametrize("case", UNKNOWN)
def test_discovers(case: str) -> None:
    title, text, expected = UNKNOWN[case]
    assert {slug for slug, _ in products(text, title)} == expected


def test_what_is_discovered_is_not_known() -> None:
    document = PostText("", "They sell Tidepanel 2.1, a control panel.").document
    (found,) = FINDER.find(document, 0, find_masked(document))
    assert not found.entity.known
    assert [(ref.slug, ref.known) for ref in found.ancestors] == [("tidepanel", False), ("tidepanel-2", False)]
