"""Search over posts: one interface, a compiler for each database."""

from store.search.days import NoDayError, parse_days, parse_range
from store.search.engine import search_condition, search_posts
from store.search.syntax import FIELDS, parse_query, to_text

__all__ = [
    "FIELDS",
    "NoDayError",
    "parse_days",
    "parse_query",
    "parse_range",
    "search_condition",
    "search_posts",
    "to_text",
]
