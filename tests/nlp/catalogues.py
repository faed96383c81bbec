"""A small catalogue for the tests of the finders: theirs, so that data may grow without touching a test."""

from __future__ import annotations

from nlp.catalogue import Catalogue, Organization, ProductFamily, Tld
from nlp.versions import VersionStyle


def family(
    slug: str,
    name: str,
    *,
    vendor: str | None = None,
    aliases: tuple[str, ...] = (),
    acronyms: tuple[str, ...] = (),
    ambiguous: tuple[str, ...] = (),
    cues: tuple[str, ...] = (),
    versions: VersionStyle = "number",
    parent: str | None = None,
) -> ProductFamily:
    return ProductFamily(
        slug=slug,
        name=name,
        vendor=vendor,
        kind="software",
        aliases=aliases,
        acronyms=acronyms,
        ambiguous=ambiguous,
        cues=cues,
        versions=versions,
        parent=parent,
    )


def organization(
    slug: str,
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    acronyms: tuple[str, ...] = (),
    ambiguous: tuple[str, ...] = (),
    cues: tuple[str, ...] = (),
) -> Organization:
    return Organization(
        slug=slug, name=name, kind="vendor", aliases=aliases, acronyms=acronyms, ambiguous=ambiguous, cues=cues
    )


def tld(label: str, unicode: str | None = None) -> Tld:
    return Tld(slug=label, name=f".{label}", kind="generic", status="delegated", unicode=unicode)


def small_catalogue() -> Catalogue:
    families = [
        family(
            "microsoft-exchange-server",
            "Microsoft Exchange Server",
            vendor="microsoft",
            aliases=("Exchange Server", "Exchange"),
            ambiguous=("Exchange",),
            cues=("mailbox", "Outlook", "mail server"),
            versions="year",
        ),
        family("windows-server", "Windows Server", vendor="microsoft", versions="year"),
        family("windows", "Windows", vendor="microsoft"),
        family(
            "forefront-threat-management-gateway",
            "Forefront Threat Management Gateway",
            vendor="microsoft",
            aliases=("Threat Management Gateway", "Forefront TMG"),
            acronyms=("TMG",),
            versions="year",
        ),
        family("cpanel", "cPanel & WHM", aliases=("cPanel",), vendor="cpanel"),
        family("nginx", "nginx", vendor="f5"),
        family("php", "PHP"),
        family("mysql", "MySQL", vendor="oracle"),
        family("esxi", "VMware ESXi", vendor="vmware", aliases=("ESXi",)),
        family("whmcs", "WHMCS", vendor="whmcs"),
        family("linux", "Linux"),
        family("almalinux", "AlmaLinux", vendor="almalinux-os-foundation", aliases=("AlmaLinux OS",)),
        family("rhel", "Red Hat Enterprise Linux", vendor="red-hat", acronyms=("RHEL",)),
        family(
            "parallels-containers",
            "Parallels Virtuozzo Containers",
            vendor="parallels",
            aliases=("Virtuozzo Containers",),
        ),
        family("amazon-s3", "Amazon S3", vendor="amazon", aliases=("S3",), ambiguous=("S3",), versions="none"),
    ]
    organizations = [
        organization("microsoft", "Microsoft", aliases=("Microsoft Corporation",)),
        organization("whmcs", "WHMCS", aliases=("WHMCS Ltd",)),
        organization("mysql-ab", "MySQL AB", aliases=("MySQL",)),
        organization("oracle", "Oracle"),
        organization("red-hat", "Red Hat"),
        organization("parallels", "Parallels", aliases=("Parallels Inc.",)),
        organization("linux-foundation", "Linux Foundation"),
        organization("icann", "ICANN", aliases=("Internet Corporation for Assigned Names and Numbers",)),
        organization("tucows", "Tucows"),
        organization("web-com", "Web.com"),
        organization("vmware", "VMware"),
        organization("amazon", "Amazon"),
        organization(
            "donuts", "Donuts", aliases=("Donuts Inc.",), ambiguous=("Donuts",), cues=("gTLD", "registry", "registrar")
        ),
        organization("almalinux-os-foundation", "AlmaLinux OS Foundation"),
    ]
    tlds = [tld("com"), tld("net"), tld("org"), tld("xxx"), tld("bike"), tld("guru"), tld("zip"), tld("xn--p1ai", "рф")]
    return Catalogue(
        products={entry.slug: entry for entry in families},
        organizations={entry.slug: entry for entry in organizations},
        tlds={entry.slug: entry for entry in tlds},
        version="test",
    )
