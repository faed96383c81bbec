"""What the version reader makes of the ways in which vendors count."""

from __future__ import annotations

import pytest

from nlp.versions import VersionStyle, read_coordinated, read_updates, read_version, slug_part

# text, where the name ends, style of the family, what is read, its levels
READ: dict[str, tuple[str, str, VersionStyle, str, tuple[str, ...]]] = {
    "year": ("Exchange Server", " 2010 adds", "year", "2010", ("2010",)),
    "year with release": ("Windows Server", " 2008 R2", "year", "2008 R2", ("2008 R2",)),
    "year glued": ("Exchange", "2010 adds", "year", "2010", ("2010",)),
    "service pack": ("Exchange", " 2010 SP1", "year", "2010 SP1", ("2010", "2010 SP1")),
    "service pack in words": ("Exchange", " 2010 Service Pack 1", "year", "2010 Service Pack 1", ("2010", "2010 SP1")),
    "service pack said twice": (
        "Exchange",
        " 2010 Service Pack 1 (SP1)",
        "year",
        "2010 Service Pack 1 (SP1)",
        ("2010", "2010 SP1"),
    ),
    "update rollup": (
        "Exchange Server",
        " 2010 SP1 Update Rollup 3 for all",
        "year",
        "2010 SP1 Update Rollup 3",
        ("2010", "2010 SP1", "2010 SP1 Update Rollup 3"),
    ),
    "rollup abbreviated": (
        "Exchange",
        " 2007 SP3 RU10",
        "year",
        "2007 SP3 RU10",
        ("2007", "2007 SP3", "2007 SP3 Update Rollup 10"),
    ),
    "cumulative and security update": (
        "Exchange Server",
        " 2019 CU10 Jul21SU.",
        "year",
        "2019 CU10 Jul21SU",
        ("2019", "2019 CU10", "2019 CU10 Jul21SU"),
    ),
    "number in a family of years": (
        "Exchange Server",
        " version 5.5 SP4",
        "year",
        "version 5.5 SP4",
        ("5.5", "5.5 SP4"),
    ),
    "server after the year": ("Exchange", " 2000 Server SP2", "year", "2000 Server SP2", ("2000", "2000 SP2")),
    "stage belongs to the version": ("Exchange", " 2010 RTM is", "year", "2010 RTM", ("2010",)),
    "dotted": ("cPanel", " 11.102 is", "number", "11.102", ("11", "11.102")),
    "after a hyphen": ("nginx", "-1.30.4", "number", "1.30.4", ("1.30", "1.30.4")),
    "with a v": ("Kubernetes", " v1.31", "number", "v1.31", ("1.31",)),
    "release candidate": ("Panel", " v3 RC2", "number", "v3 RC2", ("3",)),
    "release candidate glued": ("OpenSSL", " 3.5.0-rc1", "number", "3.5.0-rc1", ("3", "3.5", "3.5.0")),
    "beta": ("Joomla", " 4.0 beta 2", "number", "4.0 beta 2", ("4", "4.0")),
    "vmware update": ("ESXi", " 8.0 U3b", "number", "8.0 U3b", ("8", "8.0", "8.0 Update 3", "8.0 Update 3b")),
    "update in words": ("vSphere", " 7.0 Update 3", "number", "7.0 Update 3", ("7", "7.0", "7.0 Update 3")),
    "java": ("Java", " 8u401", "number", "8u401", ("8", "8 Update 401")),
    "letter": ("OpenSSL", " 1.0.1g fixes", "number", "1.0.1g", ("1.0", "1.0.1", "1.0.1g")),
    "patch level": ("OpenSSH", " 9.8p1", "number", "9.8p1", ("9", "9.8", "9.8p1")),
    "letter of a generation": ("Oracle Database", " 12c adds", "number", "12c", ("12c",)),
    "generation and release": ("Oracle Database", " 11g R2", "number", "11g R2", ("11g R2",)),
    "long term support": ("Ubuntu", " 22.04 LTS", "number", "22.04 LTS", ("22", "22.04")),
    "branch": ("CentOS", " 7.x users", "number", "7.x", ("7",)),
    "whole": ("Debian", " 12 is", "number", "12", ("12",)),
    "build": ("Exchange Server", " 15.2.1748.39", "year", "15.2.1748.39", ("15.2.1748.39",)),
    "maintenance release": ("Veeam", " 12.1 Patch 2", "number", "12.1 Patch 2", ("12", "12.1", "12.1 Patch 2")),
    "edition": ("Windows Server", " 2022 Datacenter edition", "year", "2022 Datacenter edition", ("2022",)),
    "alpha glued": ("PHP", " 5.3.0alpha2 is", "number", "5.3.0alpha2", ("5", "5.3", "5.3.0")),
    "candidate glued in capitals": ("PHP", " 8.3.0RC4,", "number", "8.3.0RC4", ("8", "8.3", "8.3.0")),
    "beta of a whole number": ("PostgreSQL", " 17beta1 is", "number", "17beta1", ("17",)),
    "development version": ("HAProxy", " 2.9-dev3 is", "number", "2.9-dev3", ("2", "2.9")),
    "packager's revision": ("Proxmox VE", " 8.2-1 on", "number", "8.2-1", ("8", "8.2", "8.2-1")),
    "revision of three parts": ("Linux", " 2.6.32-5 is", "number", "2.6.32-5", ("2", "2.6", "2.6.32", "2.6.32-5")),
    "a distribution's build stays outside": (
        "MySQL",
        " 8.0.36-0ubuntu0.22",
        "number",
        "8.0.36",
        ("8", "8.0", "8.0.36"),
    ),
    "subscription release": ("BIND", " 9.18.24-S1 is", "number", "9.18.24-S1", ("9", "9.18", "9.18.24", "9.18.24-S1")),
    "patch level of a release": (
        "FreeBSD",
        " 14.0-RELEASE-p4.",
        "number",
        "14.0-RELEASE-p4",
        ("14", "14.0", "14.0-p4"),
    ),
    "release without a patch": ("FreeBSD", " 14.0-RELEASE.", "number", "14.0-RELEASE", ("14", "14.0")),
    "revision of a source tree": (
        "VirtualBox",
        " 3.2.8r64453.",
        "number",
        "3.2.8r64453",
        ("3", "3.2", "3.2.8", "3.2.8r64453"),
    ),
    "micro-update": (
        "Plesk",
        " 12.0.18 MU#45 is",
        "number",
        "12.0.18 MU#45",
        ("12", "12.0", "12.0.18", "12.0.18 Update 45"),
    ),
    "half a year": ("Windows", " 10, version 22H2 is", "number", "10, version 22H2", ("10", "10 22H2")),
    "half a year of servers": ("Windows Server", " version 20H2 is", "year", "version 20H2", ("20H2",)),
    "a month of a year": ("Windows Server", ", version 1709 is", "year", ", version 1709", ("1709",)),
    "a date that is none": ("CentOS", " 7.9.2009 is", "number", "7.9.2009", ("7", "7.9", "7.9.2009")),
    "a version before what counts": ("Plesk", " version 4 servers", "number", "version 4", ("4",)),
    "a compound of it": ("RHEL", " 9-based images", "number", "9", ("9",)),
}


@pytest.mark.parametrize("case", READ)
def test_reads(case: str) -> None:
    name, rest, style, expected, levels = READ[case]
    text = name + rest
    version = read_version(text, len(name), style, glued=rest[0].isdigit())
    assert version is not None
    assert (text[version.start : version.end], version.levels) == (expected, levels)


NOT_READ: dict[str, tuple[str, VersionStyle]] = {
    "an amount": (" 10 servers", "number"),
    "a size": (" 8 GB", "number"),
    "a share": (" 40%", "number"),
    "a price": (" $10", "number"),
    "a thousand": (" 10,000 times", "number"),
    "a year for a family of numbers": (" 2010", "number"),
    "a day of a month": (" 4 November", "number"),
    "an ordinal": (" 3rd", "number"),
    "a generic number word": (" 3 new features", "number"),
    "a whole number for a family of years": (" 12", "year"),
    "a family without versions": (" 2.0", "none"),
    "a word": (" is fast", "number"),
    "the end": ("", "number"),
    "another paragraph": ("\n\n2010", "year"),
    "a range of amounts": (" 3 to 5 servers", "number"),
    "a price in words": (" 15 euros", "number"),
    "a price with cents": (" 4.50 euros a month", "number"),
    "a factor": (" 2.5 times faster", "number"),
    "a private address": (" 192.168.1.4 is", "number"),
    "another private address": (" 10.0.0.7 is", "number"),
    "a day in digits": (" 31.12.2010", "number"),
    "all day and week": (" 24/7 support", "number"),
    "a fraction": (" 3/4 of them", "number"),
    "a day of September": (" 9/11", "number"),
    "a port": (" 80/tcp", "number"),
    "a compound that counts": (" 2-factor", "number"),
    "machine words": (" 64-bit", "number"),
    "a clock": (" 22:04", "number"),
    "years that passed": (" version 2 years ago", "number"),
}


@pytest.mark.parametrize("case", NOT_READ)
def test_leaves(case: str) -> None:
    rest, style = NOT_READ[case]
    assert read_version(f"Panel{rest}", len("Panel"), style) is None


LISTS: dict[str, tuple[str, VersionStyle, list[str]]] = {
    "slash": (" 2007/2010 servers", "year", ["2010"]),
    "and": (" 2007 and 2010", "year", ["2010"]),
    "comma and and": (" 8.4.1, 8.3.12 and 8.2.20 fix", "number", ["8.3.12", "8.2.20"]),
    "whole numbers": (" 8 and 9 are", "number", ["9"]),
    "service packs": (" 2010 SP1 and SP2", "year", ["2010 SP2"]),
    "an amount ends it": (" 8 and 5 other panels", "number", []),
    "comma, and": (" 2016, 2019, and 2022 are", "year", ["2019", "2022"]),
    "slashes between dotted numbers": (" 4.11/4.12/4.13 are", "number", ["4.12", "4.13"]),
    "slashes between whole numbers": (" 6/7 machines", "number", ["7"]),
    "branches": (" 1.5.x/1.6.x sites", "number", ["1.6"]),
    "a range": (" 5.2-5.4 are", "number", ["5.4"]),
    "a year in prose ends it": (" 8.4, 2025 brings", "number", []),
}


@pytest.mark.parametrize("case", LISTS)
def test_reads_lists(case: str) -> None:
    rest, style, expected = LISTS[case]
    first = read_version(f"Name{rest}", len("Name"), style)
    assert first is not None
    assert [version.text for version in read_coordinated(f"Name{rest}", first, style)] == expected


def test_updates_alone_have_no_base() -> None:
    version = read_updates("SP2 RU3 now", 0)
    assert version is not None
    assert (version.base, version.updates) == ("", ("SP2", "Update Rollup 3"))


def test_slug_parts_are_lower_case_words() -> None:
    assert slug_part("2010 SP1 Update Rollup 3") == "2010-sp1-update-rollup-3"
