"""The trade's names as data: TOML files, their loader and their checker."""

from nlp.catalogue.checks import check_catalogue
from nlp.catalogue.loader import load_catalogue
from nlp.catalogue.model import Catalogue, Organization, ProductFamily, Tld

__all__ = ["Catalogue", "Organization", "ProductFamily", "Tld", "check_catalogue", "load_catalogue"]
