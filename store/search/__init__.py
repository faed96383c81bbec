"""Search over posts: one interface, a compiler for each database."""

from store.search.engine import search_condition, search_posts
from store.search.syntax import FIELDS, parse_days, parse_query

__all__ = ["FIELDS", "parse_days", "parse_query", "search_condition", "search_posts"]
