"""What can go wrong in understanding a post, as one tree under NlpError."""

from __future__ import annotations


class NlpError(Exception):
    """The root. The text is one line: what was wrong and what to do."""


class CatalogueError(NlpError):
    """A catalogue file that cannot be used; the text names the file, the entry and what it takes."""


class ModelError(NlpError):
    """The spaCy model is not there or cannot be loaded."""


class PostFormatError(NlpError):
    """A line or object that is no post; `post_id` is its "id" where it has one."""

    def __init__(self, message: str, *, post_id: object = None) -> None:
        super().__init__(message)
        self.post_id = post_id
