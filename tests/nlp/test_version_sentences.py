"""How other vendors count, in sentences: each product with its version is one mention at its place in the tree.

They are read with the catalogue of the package, so that its names and their versions are tried together.
"""

from __future__ import annotations

import pytest

from nlp.annotations import PostText
from nlp.catalogue import Catalogue, load_catalogue
from nlp.pipeline import Tagger, build_tagger

Read = tuple[str, str, tuple[str, ...]]
"""What a mention covers, the slug of its family, and what each level below that adds to the slug."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def tagger(catalogue: Catalogue) -> Tagger:
    return build_tagger(catalogue, None)


def products(tagger: Tagger, catalogue: Catalogue, sentence: str) -> list[Read]:
    """The product mentions of `sentence` in order."""
    read: list[tuple[int, Read]] = []
    for entity in tagger.tag(PostText("", sentence)).products:
        slugs = [*(ref.slug for ref in entity.ancestors), entity.slug]
        family = next(slug for slug in reversed(slugs) if slug in catalogue.products)
        below = tuple(slug.removeprefix(f"{family}-") for slug in slugs[slugs.index(family) + 1 :])
        read += [(mention.start, (mention.text, family, below)) for mention in entity.mentions]
    return [what for _, what in sorted(read)]


SENTENCES: dict[str, list[Read]] = {
    "cPanel 11.102 reached the RELEASE tier this week.": [("cPanel 11.102", "cpanel-whm", ("11", "11-102"))],
    "We upgraded every server to cPanel & WHM version 110.0.12 last night.": [
        ("cPanel & WHM version 110.0.12", "cpanel-whm", ("110", "110-0", "110-0-12"))
    ],
    "Plesk Obsidian 18.0.52 Update 3 closes the hole.": [
        ("Plesk Obsidian 18.0.52 Update 3", "plesk-obsidian", ("18", "18-0", "18-0-52", "18-0-52-update-3"))
    ],
    "Hosts on ESXi 8.0 U3b are not affected.": [
        ("ESXi 8.0 U3b", "vmware-esxi", ("8", "8-0", "8-0-update-3", "8-0-update-3b"))
    ],
    "vSphere 4.1 Update 1 supports the new guests.": [
        ("vSphere 4.1 Update 1", "vmware-vsphere", ("4", "4-1", "4-1-update-1"))
    ],
    "The appliance replaces vCenter Server 5.5 Update 2e.": [
        ("vCenter Server 5.5 Update 2e", "vmware-vcenter", ("5", "5-5", "5-5-update-2", "5-5-update-2e"))
    ],
    "Our cluster runs Proxmox VE 8.2-1 on three nodes.": [("Proxmox VE 8.2-1", "proxmox-ve", ("8", "8-2", "8-2-1"))],
    "Download nginx-1.30.4 from the mirror.": [("nginx-1.30.4", "nginx", ("1-30", "1-30-4"))],
    'The image is built on Debian 12.5 "bookworm" and boots fast.': [("Debian 12.5", "debian", ("12", "12-5"))],
    "Debian Bookworm is the new stable release.": [("Debian Bookworm", "debian", ("12",))],
    "New droplets start with Ubuntu 22.04.4 LTS.": [("Ubuntu 22.04.4 LTS", "ubuntu", ("22", "22-04", "22-04-4"))],
    "RHEL 5 Update 4 brings a second hypervisor.": [("RHEL 5 Update 4", "rhel", ("5", "5-update-4"))],
    "We moved the mirrors to CentOS Stream 9.": [("CentOS Stream 9", "centos-stream", ("9",))],
    "Packages for CloudLinux OS 9.4 are in the beta channel.": [("CloudLinux OS 9.4", "cloudlinux-os", ("9", "9-4"))],
    "PHP 5.3.0alpha2 is here for testing.": [("PHP 5.3.0alpha2", "php", ("5", "5-3", "5-3-0"))],
    "The third candidate, PHP 8.3.0RC4, is ready.": [("PHP 8.3.0RC4", "php", ("8", "8-3", "8-3-0"))],
    "They still ship MySQL 5.1.30-GA with the panel.": [("MySQL 5.1.30-GA", "mysql", ("5", "5-1", "5-1-30"))],
    "The default is now MariaDB 10.11 LTS.": [("MariaDB 10.11 LTS", "mariadb", ("10", "10-11"))],
    "PostgreSQL 9.0beta1 adds streaming replication.": [("PostgreSQL 9.0beta1", "postgresql", ("9", "9-0"))],
    "PostgreSQL 17rc1 is the last step.": [("PostgreSQL 17rc1", "postgresql", ("17",))],
    'WordPress 3.0 "Thelonious" merges two code bases.': [("WordPress 3.0", "wordpress", ("3", "3-0"))],
    "Joomla! 1.6 needs a newer interpreter.": [("Joomla! 1.6", "joomla", ("1-6",))],
    "It installs on Windows Server 2008 R2 SP1 only.": [
        ("Windows Server 2008 R2 SP1", "windows-server", ("2008-r2", "2008-r2-sp1"))
    ],
    "The agent runs on Windows Server 2003 R2 x64 as well.": [
        ("Windows Server 2003 R2", "windows-server", ("2003-r2",))
    ],
    "The August SQL Server 2008 R2 CTP can be downloaded.": [("SQL Server 2008 R2 CTP", "sql-server", ("2008-r2",))],
    "Parallels Virtuozzo Containers 4.6 went out to partners.": [
        ("Parallels Virtuozzo Containers 4.6", "virtuozzo", ("4", "4-6"))
    ],
    "The migration manager reads Parallels Plesk Panel 9.5.4 backups.": [
        ("Parallels Plesk Panel 9.5.4", "plesk", ("9", "9-5", "9-5-4"))
    ],
    "H-Sphere 3.3 Patch 2 fixes the mail queue.": [("H-Sphere 3.3 Patch 2", "hsphere", ("3", "3-3", "3-3-patch-2"))],
    "WHMCS 8.8.0 changes the invoice numbers.": [("WHMCS 8.8.0", "whmcs", ("8", "8-8", "8-8-0"))],
    "On the laptop it is VirtualBox 3.2.8r64453 and nothing else.": [
        ("VirtualBox 3.2.8r64453", "virtualbox", ("3", "3-2", "3-2-8", "3-2-8r64453"))
    ],
    "XenServer 5.6 FP1 came with a distributed switch.": [
        ("XenServer 5.6 FP1", "xenserver", ("5", "5-6", "5-6-feature-pack-1"))
    ],
    "Hyper-V Server 2008 R2 is free of charge.": [("Hyper-V Server 2008 R2", "hyper-v", ("2008-r2",))],
    "System Center VMM 2008 R2 manages both.": [("System Center VMM 2008 R2", "system-center-vmm", ("2008-r2",))],
    "OpenSSL 1.0.1g stops the bleeding.": [("OpenSSL 1.0.1g", "openssl", ("1-0", "1-0-1", "1-0-1g"))],
    "OpenSSL 3.0.0-alpha1 has a new licence.": [("OpenSSL 3.0.0-alpha1", "openssl", ("3", "3-0", "3-0-0"))],
    "BIND 9.18.24-S1 is for subscribers.": [("BIND 9.18.24-S1", "bind", ("9", "9-18", "9-18-24", "9-18-24-s1"))],
    "Sites on Apache 2.4.x can wait.": [("Apache 2.4.x", "apache-http-server", ("2", "2-4"))],
    "HAProxy 2.9-dev3 speaks QUIC by default.": [("HAProxy 2.9-dev3", "haproxy", ("2", "2-9"))],
    "LiteSpeed Web Server 6.2 and LiteSpeed Web ADC 3.2 share a code base.": [
        ("LiteSpeed Web Server 6.2", "litespeed-web-server", ("6", "6-2")),
        ("LiteSpeed Web ADC 3.2", "litespeed-web-adc", ("3", "3-2")),
    ],
    "Mixed Exchange 2007/2010 organizations keep both.": [
        ("Exchange 2007", "microsoft-exchange-server", ("2007",)),
        ("2010", "microsoft-exchange-server", ("2010",)),
    ],
    "Customers of Exchange 2007 and 2010 asked for it.": [
        ("Exchange 2007", "microsoft-exchange-server", ("2007",)),
        ("2010", "microsoft-exchange-server", ("2010",)),
    ],
    "They released version 4 of Plesk.": [("version 4", "plesk", ("4",)), ("Plesk", "plesk", ())],
    "Plesk v3 RC2 is out.": [("Plesk v3 RC2", "plesk", ("3",))],
    "AlmaLinux 9.4 Beta is out.": [("AlmaLinux 9.4 Beta", "almalinux", ("9", "9-4"))],
    "The jails run FreeBSD 14.0-RELEASE-p4 now.": [("FreeBSD 14.0-RELEASE-p4", "freebsd", ("14", "14-0", "14-0-p4"))],
    "Kubernetes v1.30.0 drops the old API.": [("Kubernetes v1.30.0", "kubernetes", ("1-30", "1-30-0"))],
    "Docker Engine 25.0 drops the old API.": [("Docker Engine 25.0", "docker", ("25", "25-0"))],
    "Java SE 8u401 is the last free one.": [("Java SE 8u401", "java", ("8", "8-update-401"))],
    ".NET 8.0.3 was patched as well.": [(".NET 8.0.3", "dotnet", ("8", "8-0", "8-0-3"))],
    "An Exchange2010 server and a MySQL5.1 instance.": [
        ("Exchange2010", "microsoft-exchange-server", ("2010",)),
        ("MySQL5.1", "mysql", ("5", "5-1")),
    ],
    "Windows 2000/2003/2008 servers stay, Windows 7/XP clients go.": [
        ("Windows 2000", "windows-server", ("2000",)),
        ("2003", "windows-server", ("2003",)),
        ("2008", "windows-server", ("2008",)),
        ("Windows 7", "windows", ("7",)),
        ("XP", "windows-xp", ()),
    ],
    "We test Windows XP, Vista and 7.": [
        ("Windows XP", "windows-xp", ()),
        ("Vista", "windows-vista", ()),
        ("7", "windows", ("7",)),
    ],
    "Plesk 12.5, Onyx and Obsidian are supported.": [
        ("Plesk 12.5", "plesk", ("12", "12-5")),
        ("Onyx", "plesk-onyx", ()),
        ("Obsidian", "plesk-obsidian", ()),
    ],
    "Windows Server 2016, 2019, and 2022 are covered.": [
        ("Windows Server 2016", "windows-server", ("2016",)),
        ("2019", "windows-server", ("2019",)),
        ("2022", "windows-server", ("2022",)),
    ],
    "Samba 4.11/4.12/4.13 packages were built.": [
        ("Samba 4.11", "samba", ("4", "4-11")),
        ("4.12", "samba", ("4", "4-12")),
        ("4.13", "samba", ("4", "4-13")),
    ],
    "CentOS 6/7 machines and PHP 5.x and 7.x sites.": [
        ("CentOS 6", "centos", ("6",)),
        ("7", "centos", ("7",)),
        ("PHP 5.x", "php", ("5",)),
        ("7.x", "php", ("7",)),
    ],
    "CentOS 7 reaches its end, so move CentOS 7 servers now.": [
        ("CentOS 7", "centos", ("7",)),
        ("CentOS 7", "centos", ("7",)),
    ],
    "Microsoft's Virtual Server 2005 R2 SP1 is old.": [
        ("Virtual Server 2005 R2 SP1", "virtual-server", ("2005-r2", "2005-r2-sp1"))
    ],
    "SQL Server 2005 Express Edition SP2 is enough.": [
        ("SQL Server 2005 Express Edition SP2", "sql-server", ("2005", "2005-sp2"))
    ],
    "An old AIX 7.1 box and CentOS version 7.9.2009.": [
        ("AIX 7.1", "aix", ("7", "7-1")),
        ("CentOS version 7.9.2009", "centos", ("7", "7-9", "7-9-2009")),
    ],
}

NO_VERSIONS: dict[str, list[str]] = {
    "The new nginx is 20 percent faster.": ["nginx"],
    "WordPress 1 million sites later, nothing changed.": ["WordPress"],
    "We met PHP 2 years ago.": ["PHP"],
    "He runs Ubuntu, 10 servers and a printer.": ["Ubuntu"],
    "Ubuntu 10 servers in three racks.": ["Ubuntu"],
    "Ubuntu 3 to 5 servers a customer.": ["Ubuntu"],
    "We sell cPanel $15 a month.": ["cPanel"],
    "We sell cPanel 15 USD a month.": ["cPanel"],
    "Plesk 10% off until Monday.": ["Plesk"],
    "Plesk 4.50 euros a month.": ["Plesk"],
    "MySQL 3306 is the port.": ["MySQL"],
    "PHP 5 February 2024 was a Monday.": ["PHP"],
    "Ubuntu 2010 was a good year.": ["Ubuntu"],
    "Apache 192.168.1.4 is down.": [],
    "Apache 10.0.0.7 is down.": [],
    "nginx 1,200 requests a second.": ["nginx"],
    "Debian 12 GB of memory.": ["Debian"],
    "Debian 64-bit images.": ["Debian"],
    "PHP 24/7 support.": ["PHP"],
    "WordPress 50,000 plugins.": ["WordPress"],
    "With Plesk 5 minutes are enough.": ["Plesk"],
    "Ubuntu 22:04 was the hour.": ["Ubuntu"],
    "cPanel 2-factor logins.": ["cPanel"],
    "Plesk 3x faster.": ["Plesk"],
    "MySQL 2.5 times faster.": ["MySQL"],
    "Docker 80/tcp is open.": ["Docker"],
    "Plesk 3/4 of the customers.": ["Plesk"],
}
"""Shares, prices, dates, times, addresses, sizes and counts behind a name, and what of the sentence is a product."""


@pytest.mark.parametrize("sentence", SENTENCES)
def test_reads_the_version(tagger: Tagger, catalogue: Catalogue, sentence: str) -> None:
    assert products(tagger, catalogue, sentence) == SENTENCES[sentence]


@pytest.mark.parametrize("sentence", NO_VERSIONS)
def test_a_number_behind_a_name_need_not_be_its_version(tagger: Tagger, catalogue: Catalogue, sentence: str) -> None:
    found = products(tagger, catalogue, sentence)
    assert [text for text, _, _ in found] == NO_VERSIONS[sentence]
    assert all(below == () for _, _, below in found)


def test_windows_of_servers_and_of_clients_are_two_families(tagger: Tagger, catalogue: Catalogue) -> None:
    servers, clients = "Windows 2000, Windows 2003 and Windows 2008 R2", "Windows XP, Windows Vista and Windows 7"
    assert {family for _, family, _ in products(tagger, catalogue, servers)} == {"windows-server"}
    assert "windows-server" not in {family for _, family, _ in products(tagger, catalogue, clients)}


@pytest.mark.parametrize(
    "forms",
    [
        ("vSphere 5.0 U1", "vSphere 5.0 Update 1"),
        ("XenServer 5.6 FP1", "XenServer 5.6 Feature Pack 1"),
        ("Java SE 8u401", "Java SE 8 Update 401"),
        ("Plesk 12.0.18 MU#45", "Plesk 12.0.18 Update 45", "Plesk 12.0.18 Update #45"),
        (
            "Windows Server 2008 SP2",
            "Windows 2008 Service Pack 2",
            "Microsoft Windows Server 2008 Service Pack 2 (SP2)",
        ),
        ("PHP 8.3.0RC4", "PHP 8.3.0 RC 4", "PHP 8.3.0-rc4", "PHP v8.3.0"),
        ("Debian 12", "Debian Bookworm", 'Debian "bookworm"'),
        ("SQL Server 2022 CU14", "SQL Server 2022 Cumulative Update 14", "Microsoft SQL Server 2022 CU14"),
    ],
)
def test_forms_of_one_release_have_one_slug(tagger: Tagger, forms: tuple[str, ...]) -> None:
    found = [tagger.tag(PostText("", f"We use {form} now.")).products for form in forms]
    assert [len(entities) for entities in found] == [1] * len(forms)
    assert len({entities[0].slug for entities in found}) == 1
