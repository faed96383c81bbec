"""Organizations of the catalogue and unknown ones, and names that are a product's as well."""

from __future__ import annotations

import pytest

from nlp.annotations import PostText
from nlp.masking import find_masked
from nlp.organizations import OrganizationFinder, OrganizationsFound
from nlp.products import ProductFinder
from tests.nlp.catalogues import small_catalogue

CATALOGUE = small_catalogue()
PRODUCTS = ProductFinder(CATALOGUE)
FINDER = OrganizationFinder(CATALOGUE)


def find(text: str, title: str = "") -> tuple[str, OrganizationsFound]:
    document = PostText(title, text).document
    masked = find_masked(document)
    return document, FINDER.find(document, len(title), masked, PRODUCTS.find(document, len(title), masked))


def organizations(text: str, title: str = "") -> set[str]:
    """Slugs of the organizations found."""
    return {found.entity.slug for found in find(text, title)[1].organizations}


FOUND: dict[str, tuple[str, set[str]]] = {
    "a known name": ("A note from Tucows.", {"tucows"}),
    "with its legal form": ("Microsoft Corporation, Redmond", {"microsoft"}),
    "a name that is a host name": ("We wrote about Web.com in 2018.", {"web-com"}),
    "unknown, and it does what only companies do": ("Siris bought Web.com in 2018.", {"siris", "web-com"}),
    "a possessive": ("ICANN’s board met.", {"icann"}),
    "a name longer than the product in it": ("The Linux Foundation has a new member.", {"linux-foundation"}),
    "an ambiguous name with a cue": ("Donuts opens its first gTLD today.", {"donuts"}),
    "an ambiguous name that acts": ("Donuts said it would wait.", {"donuts"}),
    "several": ("Red Hat, Oracle and VMware came.", {"red-hat", "oracle", "vmware"}),
    "unknown with a legal form": ("A contract with Ferrowire GmbH was signed.", {"ferrowire"}),
    "unknown with its website": ("Ferrowire (www.ferrowire.example) grows.", {"ferrowire"}),
    "unknown and called a company that acts": (
        "Ferrowire, a Berlin-based hosting provider, has acquired two rivals.",
        {"ferrowire"},
    ),
    "unknown that acts and has a CEO": ("Ferrowire announced a move. Ferrowire CEO Anna Wit was glad.", {"ferrowire"}),
    "an institution": ("Researchers at Plumwood University measured it.", {"plumwood-university"}),
    "a government": ("The Egyptian government cut the lines.", {"egyptian-government"}),
    "an agency with and": ("The Harbour and Signal Security Agency wrote.", {"harbour-and-signal-security-agency"}),
    "in a list of known ones": (
        "Customers of Tucows, Brackenhost, Oracle and others",
        {"tucows", "brackenhost", "oracle"},
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_finds(case: str) -> None:
    text, expected = FOUND[case]
    assert organizations(text) == expected


LEFT: dict[str, str] = {
    "a product": "We run nginx and MySQL 8.0.",
    "the vendor in a product's name": "Microsoft Exchange Server 2010 was installed.",
    "an ambiguous name without a cue": "Donuts and coffee are in the kitchen.",
    "a known name in small letters": "Ask the oracle.",
    "people": "“We are glad,” said Anna Wit. Wit added more. CEO John Smith agreed.",
    "acronyms": "DNS, SSL and CPU said nothing.",
    "a host name": "See www.oracle.com and tucows@example.com.",
    "sentence openers": "However, these days Many said so. Today announced nothing.",
    "months": "In March announced dates may change.",
}


@pytest.mark.parametrize("case", LEFT)
def test_leaves(case: str) -> None:
    assert organizations(LEFT[case]) == set()


COMPANY: dict[str, str] = {
    "it acts": "WHMCS has acquired a rival.",
    "it says": "WHMCS said so on Monday.",
    "it has people": "WHMCS CEO Anna Wit resigned.",
    "it is bought": "The plugin was acquired by WHMCS last year.",
    "it has a website in brackets": "WHMCS (www.whmcs.com) is in Milton Keynes.",
    "it stands among companies": "Red Hat, WHMCS, Oracle and VMware came.",
}


@pytest.mark.parametrize("case", COMPANY)
def test_a_name_of_both_senses_is_the_company_where(case: str) -> None:
    document, found = find(COMPANY[case])
    start = document.index("WHMCS")
    assert "whmcs" in {mention.entity.slug for mention in found.organizations}
    assert (start, start + len("WHMCS")) in found.not_products


@pytest.mark.parametrize("text", ["Install WHMCS on the server.", "WHMCS 8.0 is slow.", "Our WHMCS theme is blue."])
def test_a_name_of_both_senses_is_the_product_where_it_is_used(text: str) -> None:
    assert organizations(text) == set()


SHORT: dict[str, tuple[str, list[str]]] = {
    "first word": (
        "Harbourlight Software Ltd has a panel. Harbourlight is in Cork.",
        ["Harbourlight Software Ltd", "Harbourlight"],
    ),
    "letters in brackets": (
        "The Harbour Signal Authority Board Foundation (HSABF) met. HSABF voted.",
        ["Harbour Signal Authority Board Foundation", "HSABF", "HSABF"],
    ),
}


@pytest.mark.parametrize("case", SHORT)
def test_one_company_under_its_names_is_one(case: str) -> None:
    text, expected = SHORT[case]
    document, found = find(text)
    assert [document[mention.start : mention.end] for mention in found.organizations] == expected
    assert len({mention.entity.slug for mention in found.organizations}) == 1


def test_votes_settle_names_with_one_cue() -> None:
    text = "It was quiet until Ferrowire announced a move."
    document = PostText("", text).document
    masked = find_masked(document)
    asked: list[str] = []

    def votes(said: str, spans: object) -> frozenset[tuple[int, int]]:
        assert isinstance(spans, list)
        asked.extend(said[start:end] for start, end in spans)
        return frozenset(spans)

    assert FINDER.find(document, 0, masked, ()).organizations == ()
    with_votes = FINDER.find(document, 0, masked, (), votes=votes)
    assert [mention.entity.slug for mention in with_votes.organizations] == ["ferrowire"]
    assert asked == ["Ferrowire"]
