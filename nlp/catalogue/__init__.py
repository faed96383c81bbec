"""The trade's names as data: TOML files, their loader and their checker."""

from nlp.catalogue.checks import Problem, check_catalogue, find_problems
from nlp.catalogue.loader import load_catalogue, survey_catalogue
from nlp.catalogue.model import Catalogue, Organization, Origin, ProductFamily, Tld

__all__ = [
    "Catalogue",
    "Organization",
    "Origin",
    "Problem",
    "ProductFamily",
    "Tld",
    "check_catalogue",
    "find_problems",
    "load_catalogue",
    "survey_catalogue",
]
