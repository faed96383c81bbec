"""What shows that an unknown name is a company's: what it does, how it is introduced, how it ends."""

from __future__ import annotations

import pytest

from nlp.annotations import PostText
from nlp.masking import find_masked
from nlp.organizations import OrganizationFinder
from nlp.products import ProductFinder
from tests.nlp.catalogues import small_catalogue

CATALOGUE = small_catalogue()
PRODUCTS = ProductFinder(CATALOGUE)
FINDER = OrganizationFinder(CATALOGUE)


def found_in(text: str, title: str = "A diary") -> dict[str, str]:
    """Slug and rule of every organization."""
    document = PostText(title, text).document
    masked = find_masked(document)
    products = PRODUCTS.find(document, len(title), masked)
    found = FINDER.find(document, len(title), masked, products).organizations
    return {organization.entity.slug: organization.rule for organization in found}


ACTS: dict[str, str] = {
    "appoints a chief": "It was quiet until Brackenwire appointed a new CTO.",
    "hires somebody as chief": "On Monday Brackenwire hired Anna Wit as chief engineer.",
    "names a chairwoman": "Now Brackenwire names Anna Wit its chairwoman.",
    "opens a data centre": "Brackenwire will open a second data centre in Cork.",
    "opened an office, with words between": "Brackenwire, which sells mail, opened an office in Ghent.",
    "buys a company": "We hear that Brackenwire has bought the hoster Quillport.",
    "takes over": "In May Brackenwire took over Quillport.",
    "goes by a name": "Brackenwire now goes by the name Quillport.",
    "changed its name": "Brackenwire changed its name in May.",
    "raises money": "Yesterday Brackenwire raised about 4 million euros.",
    "secures seed money": "Yesterday Brackenwire secured seed money.",
    "lays people off": "Brackenwire lays off ninety people.",
    "files for bankruptcy": "Last week Brackenwire filed for bankruptcy in Ghent.",
    "files for an IPO": "Brackenwire files for an IPO.",
    "signs a contract": "Brackenwire signed an agreement to supply the town.",
    "hosts so many sites": "Brackenwire hosts more than 40,000 websites.",
    "was fined": "Brackenwire was fined on Monday.",
    "employs": "Brackenwire employs forty people.",
    "has a seat": "Brackenwire is headquartered in Ghent.",
    "pays": "Brackenwire paid 4 million euros for a hall.",
    "is bought": "Yesterday the talks to acquire Brackenwire ended.",
    "an acquisition of it": "The acquisition of Brackenwire took a year.",
    "a merger with it": "A merger with Brackenwire is near.",
    "a stake in it": "Who bought the stake in Brackenwire?",
    "a contract to buy it": "There is a contract to buy the web host Brackenwire.",
}


@pytest.mark.parametrize("case", ACTS)
def test_what_only_companies_do_shows_one(case: str) -> None:
    assert found_in(ACTS[case])["brackenwire"] == "organization:discovered act"


NO_ACTS: dict[str, str] = {
    "opens something else": "Brackenwire opened the box.",
    "raises something else": "Brackenwire raised an eyebrow.",
    "hires a thing": "Brackenwire hired a car.",
    "runs a distance": "Brackenwire runs 40 miles.",
    "closes a thing": "Brackenwire closed the door.",
    "files a thing": "Brackenwire filed for an hour.",
    "a chief opens": "Anna Wit opened a data center in Cork.",
    "a pronoun": "They appointed a new CTO. It raised 4 million euros.",
}


@pytest.mark.parametrize("case", NO_ACTS)
def test_what_others_do_too_shows_none(case: str) -> None:
    assert found_in(NO_ACTS[case]) == {}


INTRODUCED: dict[str, tuple[str, str]] = {
    "by a town and a trade": ("safekeep", "A fire at the London backup house Safekeep was small."),
    "by a trade": ("brackenwire", "In May the registrar Brackenwire was quiet."),
    "by a seat": ("brackenwire", "Sources at Ghent-based start-up Brackenwire are silent."),
    "by an article": ("brackenwire", "Ask a reseller Brackenwire knows."),
    "by a ticker symbol": ("brackenwire", "Brackenwire (NASDAQ: BRKW) is quiet."),
    "by another market's": ("brackenwire", "Brackenwire (LSE: BRKW) is quiet."),
    "by a town in brackets": ("brackenwire", "Brackenwire (Berlin) and others came."),
    "by a town and a country": ("brackenwire", "Brackenwire (Paris, France) came."),
}


@pytest.mark.parametrize("case", INTRODUCED)
def test_an_introduction_shows_one(case: str) -> None:
    slug, text = INTRODUCED[case]
    assert found_in(text).get(slug) == "organization:discovered introduced"


NOT_INTRODUCED: dict[str, str] = {
    "other brackets": "Brackenwire (the best) came.",
    "small letters": "In May the registrar brackenwire was quiet.",
    "a trade that is none": "In the kitchen Brackenwire was quiet.",
    "letters that are no market": "Brackenwire (NOTE: BRKW) was quiet.",
}


@pytest.mark.parametrize("case", NOT_INTRODUCED)
def test_what_is_no_introduction_shows_none(case: str) -> None:
    assert found_in(NOT_INTRODUCED[case]) == {}


ENDS: dict[str, tuple[str, set[str]]] = {
    "an own word": ("Today Norvik Systems is big.", {"norvik-systems"}),
    "another ending": ("We rent from Norvik Hosting.", {"norvik-hosting"}),
    "two own words": ("Today Norvik Larkmere Networks is big.", {"norvik-larkmere-networks"}),
    "a trade's word": ("Today Shared Hosting is cheap.", set()),
    "two of them": ("Today Dedicated Hosting is cheap, and so is Managed Hosting.", set()),
    "a kind of software": ("Today Operating Systems differ.", set()),
    "an ending that products have": ("Today Norvik Cloud is big.", set()),
    "also written small": ("Today Norvik Systems is a term: norvik systems run warm.", set()),
    "a sure ending": ("Today Norvik Technologies is big.", {"norvik-technologies"}),
}


@pytest.mark.parametrize("case", ENDS)
def test_an_ending_shows_one_where_the_words_before_it_are_its_own(case: str) -> None:
    text, expected = ENDS[case]
    assert set(found_in(text)) == expected


PLACES: dict[str, str] = {
    "a town opens": "Berlin opened a data center on Monday.",
    "a town says": "Frankfurt said it was glad. Frankfurt announced a rule.",
    "a list of towns": "London, Paris and Amsterdam came.",
    "a state": "Ohio sued a spammer.",
    "a town is bought in": "The acquisition of Berlin took a year.",
}


@pytest.mark.parametrize("case", PLACES)
def test_a_place_is_no_organization(case: str) -> None:
    assert found_in(PLACES[case]) == {}


OFFICES: dict[str, tuple[str, set[str]]] = {
    "a state's": ("On Monday the Ohio Attorney General wrote.", {"ohio-attorney-general"}),
    "of two words": ("On Monday the New York Attorney General wrote.", {"new-york-attorney-general"}),
    "a court": ("On Monday the Ohio Supreme Court ruled.", {"ohio-supreme-court"}),
    "in small letters": ("On Monday an attorney general wrote.", set()),
    "without a state": ("On Monday the Attorney General wrote.", set()),
}


@pytest.mark.parametrize("case", OFFICES)
def test_an_office_of_a_state_is_an_organization(case: str) -> None:
    text, expected = OFFICES[case]
    assert set(found_in(text)) == expected
