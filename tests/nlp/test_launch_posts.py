"""Posts that launch products of companies, none of which exist: both are found without any catalogue's help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from nlp.annotations import Analysis, PostText
from nlp.catalogue import load_catalogue
from nlp.pipeline import Tagger, build_tagger

PUBLISHED = date(2026, 3, 3)  # a Tuesday


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(load_catalogue(), None)


@dataclass(frozen=True, slots=True)
class Launch:
    """A post, and the names of what is launched and of who launches it."""

    title: str
    text: str
    product: str
    company: str

    def read_by(self, tagger: Tagger) -> Analysis:
        return tagger.tag(PostText(self.title, self.text, PUBLISHED))


LAUNCHES: dict[str, Launch] = {
    "a press release of a hypervisor": Launch(
        "Hollenbrandt Software Launches Quillvisor 1.0, a Bare-Metal Hypervisor for Hosting Providers",
        "ROTTERDAM, March 3, 2026 - Hollenbrandt Software Inc. today announced the general availability of Quillvisor "
        "1.0, a bare-metal hypervisor built for hosting providers. Quillvisor boots in four seconds and "
        "migrates running "
        "guests between hosts.\n\n"
        '"Providers asked us for a hypervisor that bills by the minute," said Joanna Meerdink, chief executive of '
        "Hollenbrandt Software. Quillvisor 1.0 costs $99 a socket.",
        "Quillvisor 1.0",
        "Hollenbrandt Software",
    ),
    "a short note on a control panel with a whole number": Launch(
        "Tidewright 2 is here",
        "Fernlea Systems Ltd. has released Tidewright 2, its control panel for resellers. The second version "
        "brings a new "
        "interface, two-factor logins and an API.\n\nFernlea Systems has been writing software for hosters since 2009.",
        "Tidewright 2",
        "Fernlea Systems",
    ),
    "a question in the title, no version": Launch(
        "Could Osprella Finally Make Mail Migration Boring?",
        "Mail migrations fail at night. On Tuesday Berrowick Labs, a software company from Leeds, launched Osprella, a "
        "migration tool that moves mailboxes while people read them.\n\n"
        "Osprella copies folders first and the rest later. Berrowick Labs sells it per mailbox.",
        "Osprella",
        "Berrowick Labs",
    ),
    "a name of several words, the product first, with a code name": Launch(
        "Version 4.0 of Amber Harbor Backup Released",
        'Amber Harbor Backup 4.0, codenamed "Pelican", was released today by Sturmvik GmbH. The backup software '
        "now reads "
        "snapshots of virtual machines and writes to object storage.\n\n"
        "Sturmvik GmbH has sold Amber Harbor Backup to hosting companies since 2012.",
        "Amber Harbor Backup 4.0",
        "Sturmvik",
    ),
    "a cloud service of ordinary words": Launch(
        "Nimbelow opens its Cloud Drawer service to everyone",
        "Nimbelow, a hosting company in Ghent, has launched Cloud Drawer, an object storage service for small "
        "agencies. "
        "Cloud Drawer has been in a private test since January.\n\n"
        "Nimbelow said that Cloud Drawer costs 3 euros a month for each terabyte.",
        "Cloud Drawer",
        "Nimbelow",
    ),
    "a registrar's tool": Launch(
        "Registrar Domarvo releases Zonekeeper, a free DNS checker",
        "Domarvo, a registrar based in Vilnius, today released Zonekeeper, a free tool that checks a zone file "
        "before it "
        "goes live. Zonekeeper finds missing glue records and expired signatures.",
        "Zonekeeper",
        "Domarvo",
    ),
    "a billing system launched by its maker": Launch(
        "Paperlark Billing goes live",
        "Paperlark Billing, a new billing system for web hosts, was launched on Thursday by Dunmarrow Software. "
        "It imports "
        "invoices from other systems and knows the taxes of forty countries.\n\n"
        "Dunmarrow Software, a company from Cork, plans a version for registrars.",
        "Paperlark Billing",
        "Dunmarrow Software",
    ),
    "an introduction": Launch(
        "Introducing Marrowgate",
        "Oxbury Networks Inc. today launched Marrowgate, a web application firewall for shared hosting. Marrowgate was "
        "written by the team behind the company's mail filters.\n\n"
        "Oxbury Networks will sell it to other hosts from May.",
        "Marrowgate",
        "Oxbury Networks",
    ),
    "two names on both sides of a colon": Launch(
        "Snapbarrow 7 released: Duskfield adds immutable backups",
        "Duskfield Data Inc. released Snapbarrow 7 this week. Snapbarrow 7 writes backups that nobody can delete for "
        "thirty days.",
        "Snapbarrow 7",
        "Duskfield Data",
    ),
    "a company of two words joined by a sign": Launch(
        "Trellisnode 5.0 now available for download",
        "Trellisnode 5.0 was released by Garrick & Vole Ltd on Monday. The monitoring suite watches servers, sites and "
        "certificates.\n\nGarrick & Vole Ltd recommends the update to all customers.",
        "Trellisnode 5.0",
        "Garrick & Vole",
    ),
    "a name that ends with a technical term": Launch(
        "Anchorpin DNS 4 is generally available",
        "Moorgate Labs Inc. has released Anchorpin DNS 4. The name server speaks DNS over QUIC and signs its zones.",
        "Anchorpin DNS 4",
        "Moorgate Labs",
    ),
    "a name shortened in brackets": Launch(
        "Brinewater Launches Hosted Ticket Desk",
        "Brinewater Software LLC today announced the launch of Hosted Ticket Desk (HTD), a support platform for web "
        "hosts. HTD connects to the usual billing systems.",
        "Hosted Ticket Desk",
        "Brinewater Software",
    ),
}


@pytest.mark.parametrize("case", LAUNCHES)
def test_product_and_company_are_tagged_as_unknown(tagger: Tagger, case: str) -> None:
    launch = LAUNCHES[case]
    analysis = launch.read_by(tagger)
    known = {entity.name: entity.known for entity in (*analysis.products, *analysis.organizations)}
    assert {name: known.get(name) for name in (launch.product, launch.company)} == {
        launch.product: False,
        launch.company: False,
    }


@pytest.mark.parametrize("case", LAUNCHES)
def test_the_post_is_about_the_product(tagger: Tagger, case: str) -> None:
    launch = LAUNCHES[case]
    assert launch.product in {entity.name for entity in launch.read_by(tagger).products if entity.salient}


@pytest.mark.parametrize("case", LAUNCHES)
def test_the_launch_has_both_as_subjects(tagger: Tagger, case: str) -> None:
    launch = LAUNCHES[case]
    analysis = launch.read_by(tagger)
    slugs = {entity.name: entity.slug for entity in (*analysis.products, *analysis.organizations)}
    both = {slugs[launch.product], slugs[launch.company]}
    releases = [event for event in analysis.events if event.type == "release" and both <= set(event.subjects)]
    assert [event.status for event in releases] == ["happened"]


@pytest.mark.parametrize("case", LAUNCHES)
def test_nothing_else_is_taken_for_an_unknown_product(tagger: Tagger, case: str) -> None:
    launch = LAUNCHES[case]
    family = launch.product.rstrip("0123456789.").strip()
    found = {entity.name for entity in launch.read_by(tagger).products if not entity.known}
    assert found <= {launch.product, family}


def test_a_short_form_stands_for_the_product(tagger: Tagger) -> None:
    analysis = LAUNCHES["a name shortened in brackets"].read_by(tagger)
    (desk,) = analysis.products
    assert [mention.text for mention in desk.mentions if mention.field == "text"] == [
        "Hosted Ticket Desk",
        "HTD",
        "HTD",
    ]


NO_PRODUCTS: dict[str, str] = {
    "phrases with capitals": "Our Customers Come First is the motto. Best Practices and Lessons Learned fill a page.",
    "features": "Turn on Two-Factor Authentication, Single Sign-On and the Recycle Bin under Account Settings.",
    "people": "Anna Lindqvist, the founder, hired Tom Becker. Becker wrote a tool. Ms. Lindqvist launched a book.",
    "a person behind a verb of releasing": "The agency introduced Karen Holt, a software engineer from Leeds.",
    "places": "In Finland, a platform for local hosts opened. Rotterdam is a hub, and Sweden launched a portal.",
    "headings": "Getting Started\n\nWhat You Need\n\nFrequently Asked Questions\n\nFurther Reading\n\nRead on.",
    "days and months": "On Monday, a new platform opened. Last March, a tool was released.",
    "meetings": "Meet us at Hosting Day 2026, Domain Summit 2026 and the Reseller Forum.",
    "roles": "Our Product Manager 2 and the Community Manager released a statement.",
    "companies of a trade": "Ferrowick, a hosting platform provider, and Boltmoor, a billing software company, merged.",
    "a company's people": "Ferrowick Inc. said that its CEO uses the software. Ferrowick Inc. is a platform company.",
    "kinds of things": "It is a DevOps platform and an IoT service, written as a REST API with a JSON module.",
    "weaknesses and malware": "A bug dubbed MailBleed hits servers. A gang called LockShift used it, said researchers.",
    "protocols with versions": "They speak TLS 1.3, HTTP 2.0 and SMTP, as RFC 5321 asks.",
    "parts of a text": "Figure 4.2, Table 3.1 and Chapter 2.0 explain Step 1.",
    "a short form of a long term": "With Renewal Information (ARI), the ARI extension lets clients renew early.",
    "plural short forms": "CRLs, a mechanism and service for revocation, are lists. Most VPSs are a platform.",
}


@pytest.mark.parametrize("case", NO_PRODUCTS)
def test_is_no_product(tagger: Tagger, case: str) -> None:
    analysis = tagger.tag(PostText("", NO_PRODUCTS[case], PUBLISHED))
    assert [entity.name for entity in analysis.products if not entity.known] == []
