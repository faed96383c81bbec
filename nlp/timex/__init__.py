"""Date expressions: a table of forms, read against the publishing day."""

from nlp.timex.finder import find_timexes

__all__ = ["find_timexes"]
