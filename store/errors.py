"""What can go wrong in the store: one tree. Each text is one line that says what was wrong and what to do."""

from __future__ import annotations


class StoreError(Exception):
    """The root: catch this to catch all."""


class DatabaseUrlError(StoreError):
    """The database URL cannot be used, or nothing usable answers there."""


class SchemaError(StoreError):
    """The schema is missing or of another release."""


class SourceError(StoreError):
    """Something about a source; `source` is its URL or id as it was given."""

    def __init__(self, message: str, source: str) -> None:
        super().__init__(message)
        self.source = source


class DuplicateSourceError(SourceError):
    """The address is crawled already."""


class UnknownSourceError(SourceError):
    """No source has this id or address."""


class UnknownSubscriptionError(StoreError):
    """No subscription has this id."""


class TooManySubscriptionsError(StoreError):
    """There are as many as there may be."""


class SubscriptionOffError(StoreError):
    """The subscription is switched off, so that nothing is sent for it."""


class SavedQueryError(StoreError):
    """A saved query that cannot be read any more; the text says why."""


class CursorError(StoreError):
    """A cursor that this store did not make, or made for another list."""


class QueryTooCostlyError(StoreError):
    """What is asked would be read for longer than the reader allows, and was cut off."""


class QuerySyntaxError(StoreError):
    """A query that cannot be read: `position` counts code points from 0, `expected` says what could stand there."""

    def __init__(self, message: str, position: int, expected: str) -> None:
        super().__init__(f"{message} at position {position + 1}: expected {expected}")
        self.position = position
        self.expected = expected


class SpanError(StoreError):
    """A span of time that nothing can be counted over: which parameter says so, and what it takes."""

    def __init__(self, parameter: str, message: str, takes: str) -> None:
        super().__init__(f"{parameter}: {message}; it takes {takes}")
        self.parameter = parameter
        self.takes = takes
